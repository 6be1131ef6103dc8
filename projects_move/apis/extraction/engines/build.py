"""Engine of the arguments of a tool."""
import argparse

from projects_move.errors import InputError
from .engine import Engine
from .leases import LeaseEngine
from .ranks import RankEngine
from .ray_data import RayEngine


def build_engine(args: argparse.Namespace) -> Engine:
    """Engine of the arguments ``engine``, ``shard``, ``unit_videos``,
    ``lease_seconds`` and ``ray_workers``.

    Raises:
        InputError: For arguments of another engine, and for an engine that is
            not installed.
    """
    engines = {
        'shard': 'local',
        'unit_videos': 'lease or ray',
        'lease_seconds': 'lease or ray',
        'ray_workers': 'ray'
    }
    for name, kinds in engines.items():
        if getattr(args, name) is not None and args.engine not in kinds:
            option = name.replace('_', '-')
            raise InputError(f'--{option} needs --engine {kinds}, found '
                             f'--engine {args.engine}')
    seconds = args.lease_seconds or 120
    if args.engine == 'lease':
        return LeaseEngine(args.unit_videos, seconds)
    if args.engine == 'ray':
        return RayEngine(args.unit_videos, args.ray_workers, seconds)
    return RankEngine(args.shard)
