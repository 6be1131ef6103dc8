import pytest

from projects_move.apis.distributed import gather, share_of

NAMES = ('RANK', 'WORLD_SIZE', 'SLURM_PROCID', 'SLURM_NTASKS',
         'SLURM_STEP_NUM_TASKS')


@pytest.fixture
def launched(monkeypatch):
    """Set the environment of a launcher."""
    for name in NAMES:
        monkeypatch.delenv(name, raising=False)

    def launch(**variables):
        for name, value in variables.items():
            monkeypatch.setenv(name, str(value))

    return launch


def test_one_process_does_all(launched):
    assert share_of() == (0, 1)
    assert share_of('1/3') == (1, 3)
    assert gather('a') == ['a']


def test_ranks_share_a_shard(launched):
    shares = {}
    for rank in range(3):
        launched(RANK=rank, WORLD_SIZE=3)
        for shard in ('0/2', '1/2'):
            shares[rank, shard] = share_of(shard)
    done = [
        i for index, count in shares.values() for i in range(12)[index::count]
    ]
    assert sorted(done) == list(range(12))
    ours = [shares[rank, '1/2'] for rank in range(3)]
    done = [i for index, count in ours for i in range(12)[index::count]]
    assert sorted(done) == list(range(12))[1::2]


def test_tasks_of_srun_share_all(launched):
    launched(SLURM_PROCID=1, SLURM_NTASKS=4, SLURM_STEP_NUM_TASKS=4)
    assert share_of() == (1, 4)
    assert share_of('1/2') == (1, 2)


def test_an_allocation_is_one_process(launched):
    launched(SLURM_NTASKS=4)
    assert share_of() == (0, 1)
    launched(SLURM_PROCID=0)  # as a batch script has it
    assert share_of() == (0, 1)
