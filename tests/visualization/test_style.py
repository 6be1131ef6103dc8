import itertools
import xml.etree.ElementTree as ElementTree

import matplotlib
import matplotlib.colors
import numpy as np
import pytest
from PIL import Image

from projects_move.errors import InputError
from projects_move.visualization import picture, rgb_image, styled_figure
from projects_move.visualization.style import COLORS, SIZES, run_style

# of people without red, green or blue cones (Machado et al., "A
# Physiologically-based Model for Simulation of Color Vision Deficiency", 2009)
DEFICIENCIES = np.array([
    [[.152286, 1.052583, -.204868], [.114503, .786281, .099216],
     [-.003882, -.048116, 1.051998]],
    [[.367322, .860646, -.227968], [.280085, .672501, .047413],
     [-.011820, .042940, .968881]],
    [[1.255528, -.076749, -.178779], [-.078411, .930809, .147602],
     [.004733, .691367, .303900]],
])


def linear(color):
    rgb = np.array(matplotlib.colors.to_rgb(color))
    return np.where(rgb <= .04045, rgb / 12.92, ((rgb + .055) / 1.055)**2.4)


@pytest.mark.parametrize('matrix', DEFICIENCIES)
def test_colors_differ_for_colour_blind_people(matrix):
    seen = [(matrix @ linear(color)).clip(0, 1) for color in COLORS]
    closest = min(
        np.abs(a - b).max() for a, b in itertools.combinations(seen, 2))
    assert closest > .05


def test_neighbours_differ_in_grey():
    grey = [linear(color) @ [.2126, .7152, .0722] for color in COLORS]
    assert min(np.abs(np.diff(grey))) > .1


def test_runs_differ_without_colour():
    styles = [run_style(i) for i in range(49)]
    assert len({style[:2] for style in styles}) == 49
    without_color = {style[1:] for style in styles[:7]}
    assert len(without_color) == 7


@pytest.mark.parametrize('size', SIZES)
def test_formats_and_sizes(tmp_path, size):
    paths = [tmp_path / 'new' / f'a.{kind}' for kind in ('png', 'svg', 'PDF')]
    with picture(paths, size, rows=2, columns=3) as axes:
        assert axes.shape == (2, 3)
        axes[0, 1].plot([1, 2], label='$x')
    with Image.open(paths[0]) as image:
        assert image.width == round(SIZES[size].width * 200)
    svg = ElementTree.parse(paths[1]).getroot()
    assert float(svg.get('width')[:-2]) == pytest.approx(
        SIZES[size].width * 72, abs=.1)
    assert paths[2].read_bytes().startswith(b'%PDF')


def test_a_picture_is_reproducible(tmp_path):
    for name in ('a.svg', 'b.svg'):
        with picture([tmp_path / name]) as axes:
            axes[0, 0].bar([1, 2], [3, 4], hatch='//')
    first, second = ((tmp_path / name).read_bytes()
                     for name in ('a.svg', 'b.svg'))
    assert first == second


def test_other_formats_are_refused_before_anything_is_drawn(tmp_path):
    with pytest.raises(InputError, match=r'a\.jpg: expected a name that ends'):
        with picture([tmp_path / 'a.png', tmp_path / 'a.jpg']):
            raise AssertionError
    assert not list(tmp_path.iterdir())


def test_settings_end_with_the_figure():
    before = matplotlib.rcParams['font.size']
    with styled_figure('slide') as axes:
        assert matplotlib.rcParams['font.size'] == SIZES['slide'].font
        image = rgb_image(axes[0, 0].figure)
    assert matplotlib.rcParams['font.size'] == before
    assert image.dtype == np.uint8 and image.shape == (520, 1280, 3)
    assert image.min() < 100 and image.max() == 255


def test_characters_without_a_font_are_no_failure(tmp_path):
    with picture([tmp_path / 'a.png']) as axes:
        axes[0, 0].set_title('\U00012000 \ue123')
    assert (tmp_path / 'a.png').stat().st_size > 1000
