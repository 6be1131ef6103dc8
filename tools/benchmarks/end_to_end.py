"""Training as a user starts it: features on the disk, a runner, its hooks.

    python tools/benchmarks/end_to_end.py --out end_to_end.json

An epoch of a small list, everything in one process. The textbook form reads
float32 files in its data set's order of work, ours packed float16 ones.
"""
import logging
import random
import tempfile
from pathlib import Path
from typing import Callable

import torch
from comparing import Case
from forms import CONFIG, Sizes, Work
from loader import PlainVideos, write_features
from measuring import measure, parser
from mmengine.config import Config
from mmengine.runner import Runner


def main() -> None:
    arguments = parser(__doc__.splitlines()[0], repeats=3)
    Sizes.add_to(arguments)
    arguments.add_argument('--batches', type=int, default=4, help='an epoch')
    arguments.add_argument('--stored', type=int, default=150, help='frames')
    arguments.add_argument('--folder', help='where files are made and removed')
    args = arguments.parse_args()
    torch.set_num_threads(args.threads)
    work = Work(Sizes.of(args), args.device)
    videos = args.batches * work.sizes.batch
    with tempfile.TemporaryDirectory(dir=args.folder) as folder:
        folder = Path(folder)
        names = write_features(folder, videos, args.stored,
                               work.sizes.channels)
        write_list(folder, names, work)
        forms = dict(textbook=their_epoch(folder, names, work))
        for precision in ('float32', 'bfloat16'):
            forms[f'ours, {precision}'] = our_epoch(folder, work, precision)
        measure(
            'end_to_end', args,
            [Case(f'an epoch of {args.batches} batches', forms, videos)], {},
            dict(vars(work.sizes), batches=args.batches, stored=args.stored))


def write_list(folder: Path, names, work: Work) -> None:
    classes = work.sizes.classes
    (folder / 'list.lst').write_text(''.join(f'{name} {i % classes}\n'
                                             for i, name in enumerate(names)))


def their_epoch(folder: Path, names, work: Work) -> Callable[[], None]:
    model = work.their_model()
    optimizer = torch.optim.Adam(model.parameters(), lr=1e-4)
    data = PlainVideos([str(folder / 'float32' / f'{n}.npy') for n in names],
                       work)

    def epoch() -> None:
        order, size = list(range(len(data))), work.sizes.batch
        random.shuffle(order)
        for i in range(0, len(order), size):
            frames, target, labels = zip(*(data[j] for j in order[i:i + size]))
            frames, target = (
                torch.stack(part).to(work.device) for part in (frames, target))
            optimizer.zero_grad()
            model.loss(frames, target, labels).backward()
            optimizer.step()

    return epoch


def our_epoch(folder: Path, work: Work, precision: str) -> Callable[[], None]:
    cfg = Config.fromfile(str(CONFIG))
    cfg.work_dir = str(folder / precision)
    cfg.log_level = 'ERROR'
    cfg.experiment_name = f'benchmark-{precision}'
    cfg.model.neck.in_channels = work.sizes.channels
    cfg.model.neck.necks.netvlad.num_clusters = work.sizes.clusters
    cfg.model.cls_head.num_classes = work.sizes.classes
    cfg.val_cfg = cfg.val_dataloader = cfg.val_evaluator = None
    cfg.test_cfg = cfg.test_dataloader = cfg.test_evaluator = None
    cfg.default_hooks.checkpoint = None
    loader = cfg.train_dataloader
    loader.update(
        batch_size=work.sizes.batch, num_workers=0, persistent_workers=False)
    loader.dataset = dict(
        type='LongTailDataset',
        ann_file=str(folder / 'list.lst'),
        num_classes=work.sizes.classes,
        multi_class=True,
        data_prefix=dict(features=str(folder / 'store')),
        pipeline=loader.dataset.pipeline)
    cfg.param_scheduler = None
    cfg.train_cfg.max_epochs = 1
    if precision == 'bfloat16':
        cfg.optim_wrapper.type = 'AutocastOptimWrapper'
    runner = Runner.from_cfg(cfg)
    logging.disable(logging.INFO)

    def epoch() -> None:
        loop = runner.train_loop
        if loop._epoch == 0:  # builds what is built once
            loop._max_epochs = 10**6
            runner.optim_wrapper = runner.build_optim_wrapper(
                runner.optim_wrapper)
            runner.call_hook('before_run')
            runner.call_hook('before_train')
        loop.run_epoch()

    return epoch


if __name__ == '__main__':
    main()
