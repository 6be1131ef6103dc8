"""Downloads of MMEngine and trainings from hostile checkpoints run no code."""
import functools
import http.server
import os
import threading

import pytest
import torch
from mmengine.runner import CheckpointLoader

from projects_move.apis.extraction.backbone_weights import load_backbone
from projects_move.checkpoint_files import load_url
from projects_move.errors import InputError
from tests.crafted_checkpoints import Calls


@pytest.fixture
def server(tmp_path, monkeypatch):
    """Folder of a local server, and its URL; an empty cache of downloads."""
    monkeypatch.setattr(torch.hub, 'get_dir', lambda: str(tmp_path / 'hub'))
    folder = tmp_path / 'served'
    folder.mkdir()

    class Handler(http.server.SimpleHTTPRequestHandler):

        def log_message(self, *args):
            pass

    with http.server.ThreadingHTTPServer(
        ('127.0.0.1', 0), functools.partial(Handler,
                                            directory=str(folder))) as served:
        thread = threading.Thread(target=served.serve_forever)
        thread.start()
        yield folder, f'http://127.0.0.1:{served.server_port}'
        served.shutdown()
        thread.join()


def test_a_download_runs_no_code(server):
    folder, url = server
    code = Calls(os.mkdir, str(folder / 'run'))
    torch.save(dict(state_dict=dict(a=code)), folder / 'hostile.pth')
    for read in (CheckpointLoader.load_checkpoint,
                 lambda path: load_backbone(torch.nn.Linear(1, 1), path)):
        with pytest.raises(
                InputError, match=r'hostile.pth is refused.*posix.mkdir'):
            read(f'{url}/hostile.pth')
    assert not (folder / 'run').exists()


def test_a_download_is_read_from_the_cache(server):
    folder, url = server
    torch.save(dict(a=torch.ones(2)), folder / 'a.pth')
    read = CheckpointLoader.load_checkpoint(f'{url}/a.pth?version=1')
    assert read['a'].tolist() == [1, 1]
    (folder / 'a.pth').unlink()
    assert load_url(f'{url}/a.pth')['a'].tolist() == [1, 1]
    with pytest.raises(InputError, match='b.pth cannot be downloaded: .*404'):
        load_url(f'{url}/b.pth')
    with pytest.raises(InputError, match='expected the address of a file'):
        load_url(url)


@pytest.mark.parametrize('path', ['a\0b', '~/none.pth', 'none.pth'])
def test_missing_files(path):
    with pytest.raises(FileNotFoundError, match='there is no checkpoint'):
        CheckpointLoader.load_checkpoint(path)
