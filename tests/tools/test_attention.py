"""The attention of a model: alone, and beside the comparison of methods."""
import json

import av
import numpy as np
import pytest

from projects_move.apis.analysis.frame_pictures import draw_listed_video
from projects_move.errors import InputError
from projects_move.visualization import styled_figure
from tests.analysed_models import save_model
from tests.in_process import run_tool
from tools.analysis import attention, compare


def test_picture_and_overlay(tmp_path):
    save_model(tmp_path)
    out = [tmp_path / 'a.png', tmp_path / 'a.svg', tmp_path / 'a.mp4']
    text, problem = run_tool(attention.main, tmp_path / 'a.pth',
                             tmp_path / 'feat' / 'v3.npy', '--frames',
                             tmp_path / 'v3.mp4', '--out', *out[:2],
                             '--overlay', out[2])
    assert problem is None
    assert [f'wrote {path}' for path in out] == text.splitlines()[-3:]
    assert out[0].stat().st_size > 1000 < out[1].stat().st_size
    with av.open(str(out[2])) as file:
        assert len(list(file.decode(video=0))) == 16


def test_listed_video(tmp_path):
    """The strip of the comparison has the labels and the prediction."""
    model = save_model(tmp_path, methods=['prior_sigmoid'])
    paths = [str(tmp_path / name) for name in ('a.py', 'a.pth', 'v3.mp4')]
    with styled_figure() as axes:
        draw_listed_video(axes[0, 0], *paths)
        title = axes[0, 0].get_title(loc='left')
        lines = [line.get_ydata() for line in axes[0, 0].lines]
    assert title.startswith('class 0 - predicted: class ')
    assert len(lines) == model.neck.necks['attention'].num_heads + 1
    np.testing.assert_allclose(np.mean(lines[:-1], 0), lines[-1])
    with pytest.raises(InputError, match='has no video a'):
        (tmp_path / 'a.mp4').write_bytes((tmp_path / 'v3.mp4').read_bytes())
        with styled_figure() as axes:
            draw_listed_video(axes[0, 0], *paths[:2], str(tmp_path / 'a.mp4'))


def test_model_without_attention(tmp_path):
    save_model(tmp_path, methods=['netvlad_only'])
    with styled_figure() as axes, \
            pytest.raises(InputError, match='the model has no PSANeck'):
        draw_listed_video(
            axes[0, 0],
            *(str(tmp_path / name) for name in ('a.py', 'a.pth', 'v3.mp4')))


def test_comparison_with_attention(tmp_path):
    save_model(tmp_path)
    (tmp_path / 'metrics.json').write_text(json.dumps(dict(mAP=.5)))
    (tmp_path / 'per_class.csv').write_text('name,training_videos,ap\na,2,1\n')
    _, problem = run_tool(compare.main, f'A={tmp_path}', '--picture',
                          tmp_path / 'a.png', '--attention', tmp_path / 'a.py',
                          tmp_path / 'a.pth', tmp_path / 'v3.mp4')
    assert problem is None and (tmp_path / 'a.png').exists()


@pytest.mark.parametrize('video, arguments, reason', [
    ('feat', (), 'has 12 videos: give one of them'),
    ('feat/v99.npy', (), 'v99.npy'),
    ('none', (), 'no video, folder or list'),
    ('feat/v3.npy', ('--frames', 'none.mp4'), 'no video file none.mp4'),
    ('feat/v3.npy', ('--overlay', 'a.mp4'), 'an overlay needs the video'),
    ('feat/v3.npy', ('--cfg-options', 'a'), 'expected KEY=VALUE'),
])
def test_errors(tmp_path, video, arguments, reason):
    save_model(tmp_path)
    _, problem = run_tool(attention.main, tmp_path / 'a.pth', tmp_path / video,
                          '--out', tmp_path / 'out.png', *arguments)
    assert problem.startswith('error: ') and reason in problem


def test_other_formats(tmp_path):
    save_model(tmp_path)
    for extra in (['--out', 'a.jpg'], [
            '--out', 'a.png', '--overlay', 'a.gif', '--frames',
            tmp_path / 'v3.mp4'
    ]):
        extra[1] = tmp_path / extra[1]
        _, problem = run_tool(attention.main, tmp_path / 'a.pth',
                              tmp_path / 'feat' / 'v3.npy', *extra)
        assert 'expected a name that ends in' in problem
