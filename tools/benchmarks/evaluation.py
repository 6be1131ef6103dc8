"""Validation: the forward pass on whole videos, and the metric.

The scores have the size of the test list of VideoLT, with long-tailed classes.
"""
import argparse
from typing import List

import torch
from mmaction.registry import METRICS

from projects_move.evaluation.distributed import average_precision_over_ranks
from projects_move.evaluation.video_scores import VideoScores
from . import textbook
from .arguments import Sizes
from .harness import Case
from .implementations import Workload
from .report import measure
from .roofline import flop_bound_case, measure_peaks


def run(args: argparse.Namespace) -> None:
    work = Workload(Sizes.from_args(args), args.device)
    cases = [forward_case(work), *metric_cases(args.videos, work)]
    measure(args, cases, measure_peaks(args.device, ['float32'],
                                       args.peak_size),
            dict(vars(work.sizes), videos=args.videos))


def forward_case(work: Workload) -> Case:
    ours, baseline = work.our_model().eval(), work.textbook_model().eval()

    @torch.no_grad()
    def textbook_forward() -> None:
        baseline(work.frames.to(work.device).float()).sigmoid()

    @torch.no_grad()
    def our_forward() -> None:
        ours.val_step(dict(inputs=work.frames, data_samples=work.samples()))

    return flop_bound_case(f'forward, {work.sizes.frames} frames',
                           dict(textbook=textbook_forward, ours=our_forward),
                           work.sizes.batch)


def metric_cases(videos: int, work: Workload) -> List[Case]:
    classes = work.sizes.classes
    generator = torch.Generator().manual_seed(0)
    scores = torch.rand(videos, classes, generator=generator)
    target = torch.zeros(videos, classes, dtype=torch.bool)
    drawn = torch.multinomial(
        work.class_counts.double(), videos, True, generator=generator)
    target[torch.arange(videos), drawn] = True
    target[torch.arange(classes) % videos,
           torch.arange(classes)] = True  # each class has a video
    metric = METRICS.build(
        dict(type='LongTailMetric', class_counts=work.class_counts))
    batches = [[
        dict(pred_score=score, gt_label=label)
        for score, label in zip(scores[i:i + 128], target[i:i + 128].float())
    ] for i in range(0, videos, 128)]
    video_scores = VideoScores.concat([
        VideoScores.from_batch(scores[i:i + 128], target[i:i + 128].nonzero())
        for i in range(0, videos, 128)
    ])

    def textbook_ap() -> None:
        textbook.average_precision(scores, target)

    def our_ap() -> None:
        average_precision_over_ranks(video_scores, videos)

    def textbook_metric() -> None:
        textbook_ap()
        textbook.topk_accuracy(scores, target, 5)

    def our_metric() -> None:
        for batch in batches:
            metric.process(None, batch)
        metric.evaluate(videos)

    return [
        Case(f'AP of {videos} videos, {classes} classes',
             dict(textbook=textbook_ap, ours=our_ap), videos),
        Case('all metrics, batch by batch',
             dict(textbook=textbook_metric, ours=our_metric), videos)
    ]
