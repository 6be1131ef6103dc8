"""Which videos are shown, and where their pictures come from."""
import base64
import io

import numpy as np
import pytest
from PIL import Image

from projects_move.errors import InputError
from projects_move.visualization.report import find_methods, write_report
from projects_move.visualization.report.score_summary import Prediction
from projects_move.visualization.report.thumbnails import choose, thumbnails
from tests.datasets.videos.encoding import encode, number_of
from tests.visualization.report.tiny_runs import write_run


def test_wrong_by_score_right_by_rarity_of_the_class():
    all_of_them = [
        Prediction('a', (0, ), 1, .7),
        Prediction('b', (0, ), 1, .9),
        Prediction('c', (1, ), 0, .8),
        Prediction('d', (0, ), 0, .9),
        Prediction('e', (1, ), 1, .3),
        Prediction('f', (0, 2), 2, .2),
    ]

    def names(right, count=9):
        chosen = choose(all_of_them, [50, 5, 1], right, count)
        return ''.join(each.video for each in chosen)

    assert names(False) == 'bca'  # one of each class before a second
    assert names(True) == 'fed'
    assert names(False, 1) == 'b' and names(True, 0) == ''


def test_the_frame_in_the_middle(tmp_path):
    encode(tmp_path / 'a.mp4', 'mpeg4', num_frames=9)
    (tmp_path / 'frames').mkdir()
    for i in range(5):
        Image.fromarray(np.full(
            (300, 500, 3), 50 * i,
            np.uint8)).save(tmp_path / f'frames/img_{i + 1:05}.png')
    (tmp_path / 'broken.mp4').write_bytes(b'no video')
    video = Prediction('a', (0, ), 0, 1.)
    paths = iter(['a.mp4', 'frames', 'broken.mp4', ''])
    made = thumbnails([video] * 4, lambda each: str(tmp_path / name)
                      if (name := next(paths)) else '')
    first, second, broken = made  # the last one was not found
    assert number_of(picture(first)) == 4
    assert picture(second).shape == (120, 200, 3)
    assert abs(picture(second).mean() - 100) < 3
    assert not broken.picture and 'broken.mp4' in broken.problem


def picture(made):
    head, data = made.picture.split(',')
    assert head == 'data:image/jpeg;base64'
    return np.asarray(Image.open(io.BytesIO(base64.b64decode(data))))


def write(folder, **options):
    out = folder / 'a.html'
    write_report(find_methods([str(folder / 'run')]), out, **options)
    return out.read_text()


def test_folder_of_the_config_or_of_the_user(tmp_path):
    dataset = dict(data_root=str(tmp_path), data_prefix=dict(video='clips'))
    write_run(
        tmp_path / 'run', config=dict(test_dataloader=dict(dataset=dataset)))
    assert '<img' not in write(tmp_path)
    for name in ('clips/video_0.mp4', 'other/jump/video_1.avi'):
        (tmp_path / name).parent.mkdir(parents=True)
        encode(tmp_path / name, 'mpeg4', num_frames=3)
    page = write(tmp_path)
    assert page.count('<img') == 1 and 'alt="video_0"' in page
    page = write(tmp_path, videos=tmp_path / 'other')
    assert page.count('<img') == 1 and 'alt="video_1"' in page
    assert '<img' not in write(tmp_path, num_thumbnails=0)


def test_a_folder_without_the_videos(tmp_path):
    write_run(tmp_path / 'run')
    (tmp_path / 'empty').mkdir()
    for name, reason in (('empty', 'found none of them'), ('none', 'none')):
        with pytest.raises(InputError, match=reason):
            write(tmp_path, videos=tmp_path / name)
