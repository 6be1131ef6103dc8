"""Names in the lists of a prediction."""
import pytest

from projects_move.apis.prediction.inputs import PredictionInputs
from projects_move.errors import InputError


def names_of(path, prefix, *files, list_format=None):
    """Names and existing files of the videos of a list."""
    for file in files:
        (prefix / file).parent.mkdir(parents=True, exist_ok=True)
        (prefix / file).touch()
    inputs = PredictionInputs(False, '.mp4', ['run'], list_format)
    infos = inputs.data_infos([path], str(prefix))
    return [(info['video_id'], info['filename'][len(f'{prefix}/'):])
            for info in infos]


@pytest.mark.parametrize('files', [[], ['clip 1.mp4', 'clip 3.mp4']])
def test_numbers_at_the_end_of_names(shared, tmp_path, files):
    path = shared / 'cases' / 'predict_number_names' / 'l.lst'
    assert names_of(path, tmp_path, *files) == [(f'clip {i}', f'clip {i}.mp4')
                                                for i in (1, 2, 3)]


def test_gif(shared, tmp_path):
    assert names_of(shared / 'cases/gif/p.lst',
                    tmp_path) == [('g1.gif', 'g1.gif')]


def test_files_and_formats_decide(tmp_path):
    path = tmp_path / 'a.txt'
    path.write_text('run 1\njump 2\n')
    with pytest.raises(InputError, match="line 1: 'run 1' may be a name"):
        names_of(path, tmp_path)
    named = dict(names=['run 1', 'jump 2'], list=['run', 'jump'])
    for format, names in named.items():
        folder = tmp_path / format
        assert [n for n, _ in names_of(path, folder, list_format=format)
                ] == names
        assert [n
                for n, _ in names_of(path, folder, f'{names[0]}.mp4')] == names


@pytest.mark.parametrize('file, text', [
    ('a.json', '[{"id": "x 1"}, {"id": "y"}]'),
    ('a.tsv', 'file\nx 1\ny\n'),
    ('a.csv', 'video,label\nx 1,run\ny,\n'),
])
def test_structured_lists(tmp_path, file, text):
    (tmp_path / file).write_text(text)
    assert [name for name, _ in names_of(tmp_path / file, tmp_path)
            ] == ['x 1', 'y']
