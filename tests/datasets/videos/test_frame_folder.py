import numpy as np
import pytest
from mmaction.registry import TRANSFORMS
from PIL import Image

from projects_move.datasets.named_files import NamedFiles
from projects_move.datasets.videos.frame_folder import FrameFolder
from projects_move.datasets.videos.video_checking import video_problem
from projects_move.errors import InputError


def picture(number, size=(6, 8)):
    return np.full((*size, 3), (number, 2 * number, 255 - number), np.uint8)


def write(folder, *names, size=(6, 8)):
    """Images whose colour is their number, lossless also as jpg of one
    colour but for a level."""
    folder.mkdir(exist_ok=True)
    for name in names:
        number = int(''.join(filter(str.isdigit, name)))
        Image.fromarray(picture(number, size)).save(
            folder / name,
            **({} if name.lower().endswith('png') else dict(
                quality=100, subsampling=0)))
    return folder


def numbers(folder):
    reader = FrameFolder(str(folder))
    return [
        int(frame[0, 0, 0].round(-1))
        for frame in reader.read(range(len(reader)))
    ]


@pytest.mark.parametrize('names', [
    ['img_00010.jpg', 'img_00020.jpg', 'img_00030.jpg'],
    ['10.png', '20.png', '30.png'],
    ['f-30.JPG', 'f-20.jpeg', 'f-010.png'],
    ['image_10.jpg', 'image_20.jpg', 'image_30.jpg', 'cover.txt'],
    ['img_10.jpg', 'img_20.jpg', 'img_30.jpg', 'flow_x_10.jpg'],
])
def test_frames_are_in_the_order_of_their_numbers(tmp_path, names):
    for name in names:
        if name.endswith('.txt'):
            (tmp_path / name).touch()
        else:
            write(tmp_path, name)
    (tmp_path / '.img_40.jpg').touch()
    assert numbers(tmp_path) == [10, 20, 30]


def test_numbers_are_no_texts(tmp_path):
    write(tmp_path, *(f'{i}.png' for i in range(8, 13)))
    reader = FrameFolder(str(tmp_path), rate=4)
    assert [frame[0, 0, 0]
            for frame in reader.read([4, 0, 2, 2])] == [12, 8, 10, 10]
    assert reader.frame_times.tolist() == [0, .25, .5, .75, 1]
    with pytest.raises(InputError, match='expected frames 0 to 4, got 5'):
        reader.read([5])


@pytest.mark.parametrize('names, message', [
    (['a_1.png', 'a_2.png', 'a_4.png'], 'between a_2.png and a_4.png'),
    (['a_0.png', 'a_2.png', 'a_3.png'], 'between a_0.png and a_2.png'),
    (['a_1.png', 'a_01.png'], 'a_01.png and a_1.png have the same number'),
    (['a_1.png', 'a_1.jpg'], 'a_1.jpg and a_1.png have the same number'),
    (['a_1.png', 'b_1.png'], 'images of 2 prefixes: a_1.png, b_1.png'),
    ([], 'has no images such as img_00001.jpg'),
])
def test_unclear_folders_are_refused(tmp_path, names, message):
    write(tmp_path, *names)
    with pytest.raises(InputError, match=f'{tmp_path}.*{message}'):
        FrameFolder(str(tmp_path))
    assert message in video_problem(str(tmp_path))


def test_kinds_of_images(tmp_path):
    """Grey, CMYK, transparent and turned images are upright RGB."""
    frame = picture(100)
    frame[:, 4:] = 7
    Image.fromarray(frame).convert('L').save(tmp_path / '1.png')
    Image.fromarray(frame).convert('CMYK').save(
        tmp_path / '2.jpg', quality=100, subsampling=0)
    Image.fromarray(frame).convert('RGBA').save(tmp_path / '3.png')
    exif = Image.Exif()
    exif[0x112] = 6  # the camera was turned by a quarter
    Image.fromarray(np.rot90(frame).copy()).save(tmp_path / '4.png', exif=exif)
    frames = FrameFolder(str(tmp_path)).read(range(4))
    assert {each.shape for each in frames} == {(6, 8, 3)}
    grey = np.array(Image.fromarray(frame).convert('L'))
    assert np.array_equal(frames[0], np.stack([grey] * 3, -1))
    assert np.abs(frames[1][:, ::7].astype(int) - frame[:, ::7]).max() < 6
    assert np.array_equal(frames[2], frame)
    assert np.array_equal(frames[3], frame)


def test_faulty_images_are_named(tmp_path):
    write(tmp_path, '1.jpg', '2.jpg', '3.jpg', size=(60, 80))
    whole = (tmp_path / '2.jpg').read_bytes()
    (tmp_path / '2.jpg').write_bytes(whole[:len(whole) // 2])
    write(tmp_path, '3.jpg', size=(80, 60))
    Image.fromarray(np.zeros((6, 8), np.uint16)).save(tmp_path / '4.png')
    reader = FrameFolder(str(tmp_path))
    reader.read([0])
    for index, message in ((1, '2.jpg cannot be decoded: .*[Tt]runcated'),
                           (2, '1.jpg is 80 x 60, 3.jpg is 60 x 80 pixels'),
                           (3, '4.png: expected 8 bits a colour')):
        with pytest.raises(InputError, match=message):
            reader.read([index])
    assert '2.jpg cannot be decoded' in video_problem(str(tmp_path))
    assert video_problem(str(tmp_path), max_frames=1) == ''


def test_a_pipeline_reads_them_as_a_video(tmp_path):
    write(tmp_path / 'v', *(f'img_{i:05d}.png' for i in range(1, 12)))
    init = TRANSFORMS.build(dict(type='VideoInit', frame_rate=2))
    results = init(dict(filename=str(tmp_path / 'v')))
    assert results['total_frames'] == 11 and results['avg_fps'] == 2
    sampler = TRANSFORMS.build(
        dict(type='SampleVideoFrames', mode='fps', fps=1))
    results = TRANSFORMS.build(dict(type='VideoDecode'))(sampler(results))
    assert [frame[0, 0, 0] for frame in results['imgs']] == [1, 3, 5, 7, 9, 11]
    assert results['img_shape'] == (6, 8)
    unknown = TRANSFORMS.build(dict(type='VideoInit'))(
        dict(filename=str(tmp_path / 'v')))
    with pytest.raises(InputError, match='no frame rate.*--frame-rate'):
        sampler(unknown)


def test_a_name_of_a_list_may_be_a_folder(tmp_path):
    files = NamedFiles(dict(video=str(tmp_path)), '.mp4')
    write(tmp_path / 'v', '1.png')
    assert files.path('v') == str(tmp_path / 'v')
    assert files.path('w') == str(tmp_path / 'w.mp4')
    (tmp_path / 'v.mp4').touch()
    assert files.path('v') == str(tmp_path / 'v.mp4')
