import io
import tarfile
import zipfile

import numpy as np
import pytest

from tools.data.preparation.archives import iterate_members

FILES = {'a/x.npy': b'first', 'a/b/y.npy': b'second' * 9999, 'z.txt': b''}


def write_tar(path, files=FILES, mode='w:gz'):
    with tarfile.open(path, mode) as archive:
        for name, content in files.items():
            info = tarfile.TarInfo(name)
            info.size = len(content)
            archive.addfile(info, io.BytesIO(content))


def contents(*paths):
    found = {}
    for file in iterate_members(list(paths)):
        file.copy_to(paths[0].parent / 'copy')
        found[file.name] = (paths[0].parent / 'copy').read_bytes()
    return found


def expected(files=FILES):
    return {name.rsplit('/', 1)[-1]: body for name, body in files.items()}


@pytest.mark.parametrize('mode', ['w', 'w:gz', 'w:bz2', 'w:xz'])
def test_tar(tmp_path, mode):
    write_tar(tmp_path / 'files.tar', mode=mode)
    assert contents(tmp_path / 'files.tar') == expected()


def test_zip(tmp_path):
    with zipfile.ZipFile(tmp_path / 'files.zip', 'w') as archive:
        archive.mkdir('empty')
        for name, content in FILES.items():
            archive.writestr(name, content)
    assert contents(tmp_path / 'files.zip') == expected()


def test_folder(tmp_path):
    for name, content in FILES.items():
        path = tmp_path / 'files' / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(content)
    (tmp_path / 'files' / '.hidden').write_bytes(b'a draft')
    assert contents(tmp_path / 'files') == expected()


def test_parts_are_joined_in_natural_order(tmp_path):
    write_tar(tmp_path / 'files.tar.gz')
    whole = (tmp_path / 'files.tar.gz').read_bytes()
    size = len(whole) // 11 + 1
    volumes = []
    for i in range(0, len(whole), size):
        volumes.append(tmp_path / f'files.tar.gz.part{len(volumes)}')
        volumes[-1].write_bytes(whole[i:i + size])
    assert len(volumes) > 10  # part10 comes after part9, not after part1
    write_tar(tmp_path / 'other.tar', {'w.npy': b'third'})
    found = contents(*reversed(volumes), tmp_path / 'other.tar')
    assert found == dict(expected(), **{'w.npy': b'third'})


def test_links_in_an_archive_are_skipped(tmp_path):
    with tarfile.open(tmp_path / 'files.tar', 'w') as archive:
        info = tarfile.TarInfo('x.npy')
        info.type, info.linkname = tarfile.SYMTYPE, '/etc/passwd'
        archive.addfile(info)
    assert contents(tmp_path / 'files.tar') == {}


@pytest.mark.parametrize('mode', ['w', 'w:gz', 'w:xz'])
def test_truncated_archive_yields_its_complete_files(tmp_path, mode):
    random = np.random.default_rng(0)
    files = {f'{i}.npy': random.bytes(40_000) for i in range(4)}
    write_tar(tmp_path / 'files.tar', files, mode)
    whole = (tmp_path / 'files.tar').read_bytes()
    (tmp_path / 'files.tar').write_bytes(whole[:100_000])
    sizes = []
    with pytest.raises(ValueError, match='truncated'):
        for file in iterate_members([tmp_path / 'files.tar']):
            file.copy_to(tmp_path / 'copy')
            sizes.append((tmp_path / 'copy').stat().st_size)
    assert sizes == [40_000] * len(sizes) and len(sizes) in (1, 2)


def test_errors(tmp_path):
    (tmp_path / 'a.rar').write_bytes(b'Rar!' * 500)
    with pytest.raises(ValueError, match='a.rar is not an archive'):
        contents(tmp_path / 'a.rar')
    with pytest.raises(
            FileNotFoundError, match='folder or archive, but .*b does'):
        contents(tmp_path / 'b')
