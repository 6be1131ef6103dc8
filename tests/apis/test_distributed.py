import pytest

from projects_move.apis.distributed import gather, shard_of_rank

NAMES = ('RANK', 'WORLD_SIZE', 'SLURM_PROCID', 'SLURM_NTASKS',
         'SLURM_STEP_NUM_TASKS')


@pytest.fixture
def launched(monkeypatch):
    """Function that sets the environment of a launcher."""
    for name in NAMES:
        monkeypatch.delenv(name, raising=False)

    def launch(**variables):
        for name, value in variables.items():
            monkeypatch.setenv(name, str(value))

    return launch


def test_one_process_has_all_videos(launched):
    assert shard_of_rank() == (0, 1)
    assert shard_of_rank('1/3') == (1, 3)
    assert gather('a') == ['a']


def test_ranks_divide_a_shard(launched):
    videos = {'0/2': [], '1/2': []}
    for rank in range(3):
        launched(RANK=rank, WORLD_SIZE=3)
        for shard in videos:
            index, count = shard_of_rank(shard)
            videos[shard] += range(12)[index::count]
    assert sorted(videos['0/2']) == list(range(12))[::2]
    assert sorted(videos['1/2']) == list(range(12))[1::2]


def test_tasks_of_srun_divide_all_videos(launched):
    launched(SLURM_PROCID=1, SLURM_NTASKS=4, SLURM_STEP_NUM_TASKS=4)
    assert shard_of_rank() == (1, 4)
    assert shard_of_rank('1/2') == (1, 2)


def test_an_allocation_is_one_process(launched):
    launched(SLURM_NTASKS=4)
    assert shard_of_rank() == (0, 1)
    launched(SLURM_PROCID=0)  # set in a batch script
    assert shard_of_rank() == (0, 1)
