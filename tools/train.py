"""Train a config: ``python tools/train.py CONFIG``."""
import argparse
from pathlib import Path

from projects_move.apis import cli


def parse_args() -> argparse.Namespace:
    parser = argparse.ArgumentParser(description='Train a recognizer')
    parser.add_argument('config', help='config file')
    parser.add_argument('--work-dir', help='where logs and checkpoints go')
    parser.add_argument(
        '--resume',
        nargs='?',
        const='auto',
        help='checkpoint to go on from; without a value, the latest one in '
        'the work directory')
    parser.add_argument(
        '--amp',
        action='store_true',
        help='mixed precision: float16 with loss scaling on a GPU, bfloat16 '
        'on a CPU')
    parser.add_argument(
        '--no-validate', action='store_true', help='train without validation')
    parser.add_argument(
        '--auto-scale-lr',
        action='store_true',
        help='scale the learning rate by the actual over the base batch size')
    parser.add_argument(
        '--test',
        action='store_true',
        help='test the best (else the last) checkpoint afterwards; the '
        'metrics go to the folder test of the work directory')
    parser.add_argument('--seed', type=int, help='random seed')
    parser.add_argument(
        '--diff-rank-seed',
        action='store_true',
        help='give each rank a seed of its own')
    parser.add_argument(
        '--deterministic',
        action='store_true',
        help='deterministic algorithms only')
    cli.add_common_arguments(parser)
    return parser.parse_args()


def main() -> None:
    args = parse_args()
    cfg = cli.load_config(args)
    if args.no_validate:
        cfg.val_cfg = cfg.val_dataloader = cfg.val_evaluator = None
    if args.amp:
        cli.use_mixed_precision(cfg)
    if args.resume is not None:
        cfg.resume = True
        cfg.load_from = None if args.resume == 'auto' else args.resume
    if args.auto_scale_lr:
        cfg.auto_scale_lr.enable = True
    randomness = dict(
        seed=args.seed,
        diff_rank_seed=args.diff_rank_seed,
        deterministic=args.deterministic)
    cfg.randomness = {
        **randomness,
        **cfg.get('randomness', {}),
        **{
            name: value
            for name, value in randomness.items() if value
        }
    }
    cli.finish_config(cfg, args)
    if args.test:
        cli.write_test_metrics(cfg, Path(cfg.work_dir) / 'test')
    runner = cli.build_runner(cfg)
    runner.train()
    if args.test:
        runner.load_checkpoint(str(cli.chosen_checkpoint(cfg.work_dir)))
        runner.test()
    cli.leave_process_group()


if __name__ == '__main__':
    main()
