"""The random seeds of trainings."""
from pathlib import Path

from mmengine.dataset import DefaultSampler

from tools.reproduction.run import Run


def orders(sampler_type, dataset, seed, epochs):
    sampler = sampler_type(dataset, seed=seed)
    found = set()
    for epoch in range(epochs):
        sampler.set_epoch(epoch)
        found.add(tuple(sampler))
    return found


def random_seed(seed):
    arguments = Run(Path('a.py'), (), seed, Path('.')).arguments
    return int(arguments[arguments.index('--seed') + 1])


def test_neighbouring_random_seeds_share_their_orders():
    first, second = (
        orders(DefaultSampler, range(50), seed, 100) for seed in (0, 1))
    assert len(first & second) == 99


def test_seeds_of_the_table_share_no_order():
    seeds = [random_seed(seed) for seed in (0, 1, 2, 7)]
    found = [orders(DefaultSampler, range(50), seed, 100) for seed in seeds]
    assert len(set.union(*found)) == 400


def test_all_seeds_are_valid_for_numpy():
    seeds = [0, 1, 42949, 42950, 123456789]
    assert len({random_seed(seed) for seed in seeds}) == len(seeds)
    assert all(0 <= random_seed(seed) < 2**31 for seed in seeds)
