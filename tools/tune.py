"""Try values of a setting on a held-out part of the training list.

    python tools/tune.py CONFIG --method ldam \
        --try model.cls_head.loss_cls.max_margin=0.1,0.3,0.5 --seeds 0 1

Each run trains on what is kept and is measured on what is held out; the test
list is never read.
"""
import argparse
import sys
from pathlib import Path
from typing import List, Tuple

from mmengine.config import Config

HERE = Path(__file__).resolve().parent / 'reproduction'
sys.path.insert(0, str(HERE))

from report import Row, Table, markdown  # noqa: E402
from runs import Plan, Run, execute_all  # noqa: E402

COLUMNS = {'All': 'mAP', 'Tail': 'mAP_tail', 'Acc@1': 'acc1'}


def parse_args() -> argparse.Namespace:
    parser = argparse.ArgumentParser(description='Try values of a setting')
    parser.add_argument('config', type=Path)
    parser.add_argument('--method', nargs='+', default=[], help='on top')
    parser.add_argument(
        '--try',
        dest='trial',
        required=True,
        metavar='KEY=A,B,...',
        help='key of the config and the values to try')
    parser.add_argument('--held-out', type=float, default=0.25)
    parser.add_argument('--seeds', nargs='+', type=int, default=[0, 1])
    parser.add_argument('--gpus', nargs='+', help='one run on each')
    parser.add_argument(
        '--jobs', type=int, default=1, help='runs side by side, on each GPU')
    parser.add_argument(
        '--work-dir', type=Path, default=Path('work_dirs/tune'))
    parser.add_argument(
        '--cfg-options', nargs='+', default=[], help='of every run')
    args = parser.parse_args()
    if not 0 < args.held_out < 1:
        parser.error('--held-out must be between 0 and 1')
    if '=' not in args.trial:
        parser.error('--try needs KEY=A,B,...')
    return args


def held_out_options(config: Path, share: float,
                     options: List[str]) -> Tuple[str, ...]:
    """Overrides that validate and test on what training does not see."""
    train = Config.fromfile(config).train_dataloader.dataset
    chosen = dict(option.split('=', 1) for option in options)
    shared = {
        key: chosen.get(f'train_dataloader.dataset.{key}', train.get(key))
        for key in ('ann_file', 'split', 'imbalance_ratio')
    }
    shared['data_prefix.features'] = train.data_prefix.get('features')
    shared['data_prefix.video'] = train.data_prefix.get('video')
    overrides = [
        f'train_dataloader.dataset.held_out={share}',
        'train_dataloader.dataset.subset=train'
    ]
    for loader in ('val_dataloader', 'test_dataloader'):
        overrides += [
            f'{loader}.dataset.held_out={share}',
            f'{loader}.dataset.subset=held_out',
            *(f'{loader}.dataset.{key}={value}'
              for key, value in shared.items() if value is not None)
        ]
    return tuple(overrides)


def main() -> None:
    args = parse_args()
    key, values = args.trial.split('=', 1)
    base = held_out_options(args.config, args.held_out, args.cfg_options)
    rows = []
    for value in values.split(','):
        trial = f'{key}={value}'
        options = (*base, *args.cfg_options, trial)
        rows.append(
            Row(
                trial,
                tuple(
                    Run(args.config, tuple(args.method), seed, args.work_dir /
                        trial, options) for seed in args.seeds)))
    execute_all([run for row in rows for run in row.runs],
                Plan(tuple(args.gpus or [None]) * args.jobs))
    name = '+'.join([args.config.stem, *args.method])
    table = Table(f'{name}, {args.held_out:g} of the training list held out',
                  COLUMNS, rows)
    print('\n' + markdown([table], ''))
    if any(row.failed for row in rows):
        raise SystemExit(1)


if __name__ == '__main__':
    main()
