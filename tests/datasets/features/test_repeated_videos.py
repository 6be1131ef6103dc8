"""Videos that several shards hold, because two processes finished them."""
import numpy as np
import pytest
from numpy.testing import assert_array_equal

from projects_move.datasets.features import packed_store
from projects_move.datasets.features.frame_span import FrameSpan
from projects_move.datasets.features.origin import Origin
from projects_move.datasets.features.packed_store import PackedStore
from projects_move.errors import InputError
from tests.datasets.features.faulty_stores import make_old, write_index
from tests.datasets.features.stores import pack

HERE = Origin('here')
RNG = np.random.default_rng(0)
FRAMES = RNG.standard_normal((4, 64)).astype(np.float32)
OTHER = RNG.standard_normal((4, 64)).astype(np.float32)


def rounded(frames, size=.1):
    """Frames of a run that rounds in another way: 6% of their norm."""
    noise = RNG.uniform(-size, size, frames.shape)
    return (frames * (1 + noise)).astype(np.float32)


def pack_parts(folder, **parts):
    """Shards of these prefixes, with a video of each name of their own."""
    for prefix, frames in parts.items():
        pack(
            folder, {
                f'only {prefix}': OTHER,
                'twice': frames
            },
            'float32',
            64,
            prefix=prefix)
    return folder


@pytest.fixture
def read_shapes(monkeypatch):
    """Shapes of all frames that are read."""
    shapes, read = [], FrameSpan._read

    def spy(self, shape, first):
        shapes.append(shape)
        return read(self, shape, first)

    monkeypatch.setattr(FrameSpan, '_read', spy)
    return shapes


@pytest.mark.parametrize('order', ['ab', 'ba'])
def test_first_shard_counts(tmp_path, order):
    """Whichever was written first; also of a store that was open before."""
    versions = dict(a=FRAMES, b=rounded(FRAMES))
    pack_parts(tmp_path, **{order[0]: versions[order[0]]})
    grown = PackedStore(tmp_path)
    position = grown.locate([b'twice'])[0]
    pack_parts(tmp_path, **{order[1]: versions[order[1]]})
    assert grown.refresh()
    for store in grown, PackedStore(tmp_path):
        assert len(store) == 3 and store.num_repeated == 1
        assert list(store.names()) == ['only a', 'only b', 'twice']
        assert_array_equal(store.open('twice'), versions['a'])
        assert_array_equal(store.open('only b'), OTHER)
    # a position that is known remains valid
    assert_array_equal(grown.video(position, HERE), versions[order[0]])


def test_name_of_the_shard_decides_not_that_of_the_file(tmp_path):
    """``a-00000`` is after ``a``, but ``a-00000.bin`` before ``a.bin``."""
    pack_parts(tmp_path, a=FRAMES)
    for suffix in '.bin', '.index.npy':
        (tmp_path / f'a00000{suffix}').rename(tmp_path / f'a{suffix}')
    pack(tmp_path, {'twice': rounded(FRAMES)}, 'float32', 64, prefix='a-')
    assert_array_equal(PackedStore(tmp_path).open('twice'), FRAMES)


def test_nothing_is_read_for_equal_checksums(tmp_path, read_shapes):
    store = PackedStore(pack_parts(tmp_path, a=FRAMES, b=FRAMES))
    assert store.num_repeated == 1 and not read_shapes


def test_only_repeated_videos_are_read_once(tmp_path, read_shapes):
    pack_parts(tmp_path, a=FRAMES, b=rounded(FRAMES))
    store = PackedStore(tmp_path)
    assert read_shapes == [(4, 64), (4, 64)]
    pack(tmp_path, {'new': OTHER}, 'float32', 64, prefix='c')
    assert store.refresh() and len(read_shapes) == 2


def test_three_shards(tmp_path):
    pack_parts(tmp_path, c=rounded(FRAMES), b=FRAMES)
    store = PackedStore(tmp_path)
    first = rounded(FRAMES)
    pack_parts(tmp_path, a=first)
    store.refresh()
    assert store.num_repeated == 1 and len(store) == 4
    assert_array_equal(store.open('twice'), first)
    pack_parts(tmp_path, d=OTHER)
    with pytest.raises(InputError, match='a00000.bin and .*d00000.bin'):
        store.refresh()
    assert len(store) == 4  # as it was


@pytest.mark.parametrize('prefix', ['0', 'b'])
def test_twice_in_one_shard(tmp_path, prefix):
    """Before and after another shard that has the video, too."""
    items = {'v': FRAMES, 'w': FRAMES}
    pack(tmp_path, {'v': FRAMES}, 'float32', 64, prefix='a')
    pack(tmp_path, items, 'float32', 64, prefix=prefix)
    make_old(tmp_path)
    path = tmp_path / f'{prefix}00000.index.npy'
    array = np.load(path)
    array['name'][1] = b'v'
    write_index(path, array)
    message = f'{prefix}00000.index.npy: video v is there twice'
    with pytest.raises(InputError, match=message):
        PackedStore(tmp_path)


# what another run gives, and a part of the message
DIFFERENT = {
    'other video': (OTHER, 'frames 0 differ'),
    'one other frame': (np.vstack([FRAMES[:2], OTHER[:1],
                                   FRAMES[3:]]), 'frames 2 differ'),
    'other order': (FRAMES[::-1].copy(), 'frames 0 differ'),
    'other scale': (FRAMES * 1.2, 'frames 0 differ by 0.167 of'),
    'opposite': (-FRAMES, 'frames 0 differ by 2 of'),
    'one channel': (FRAMES + 4 * np.eye(64, dtype=np.float32)[7], 'frames 0'),
    'nothing': (FRAMES * 0, 'frames 0 differ by 1 of'),
    'fewer frames': (FRAMES[:3], 'with 4 and 3 frames'),
    'more frames': (np.vstack([FRAMES, FRAMES]), 'with 4 and 8 frames'),
}


@pytest.mark.parametrize('case', DIFFERENT)
@pytest.mark.parametrize('old', [False, True])
def test_other_frames_are_refused(tmp_path, case, old):
    frames, message = DIFFERENT[case]
    pack_parts(tmp_path, a=FRAMES, b=frames)
    if old:
        make_old(tmp_path)
    with pytest.raises(InputError, match=message) as error:
        PackedStore(tmp_path)
    for part in ('video twice is in two shards', 'a00000.bin', 'b00000.bin',
                 'delete one shard'):
        assert part in str(error.value)


@pytest.mark.parametrize('frames', [
    FRAMES * 1e37, FRAMES * 1e-44, FRAMES * 0,
    np.vstack([FRAMES[:2] * 0, FRAMES[2:]])
])
def test_rounding_at_any_scale(tmp_path, frames):
    pack_parts(tmp_path, a=frames, b=frames * np.float32(1 + 2**-7))
    if not frames.any():
        make_old(tmp_path)
    assert PackedStore(tmp_path).num_repeated == 1


def test_damaged_frames_are_named(tmp_path):
    """Not taken for those of another run."""
    pack_parts(tmp_path, a=FRAMES, b=rounded(FRAMES))
    path = tmp_path / 'b00000.bin'
    content = bytearray(path.read_bytes())
    content[4 * 64 * 4] ^= 1  # first value of the second video
    path.write_bytes(content)
    with pytest.raises(InputError, match='twice.*b00000.bin differ from'):
        PackedStore(tmp_path)


def test_half_precision(tmp_path):
    """Runs in bfloat16, stored as float16."""
    pack(tmp_path, {'a': FRAMES}, 'float16', 64, prefix='0-')
    pack(tmp_path, {'a': rounded(FRAMES)}, 'float16', 64, prefix='1-')
    assert len(PackedStore(tmp_path)) == packed_store.PackedStore(
        tmp_path).num_repeated == 1


def test_shard_is_deleted(tmp_path):
    """The other one counts then."""
    second = rounded(FRAMES)
    store = PackedStore(pack_parts(tmp_path, a=FRAMES, b=second))
    for suffix in '.bin', '.index.npy':
        (tmp_path / f'a00000{suffix}').unlink()
    assert store.refresh() and store.num_repeated == 0
    assert list(store.names()) == ['only b', 'twice']
    assert_array_equal(store.open('twice'), second)
