"""Validation: the forward pass on whole videos, and the metric.

    python tools/benchmarks/evaluation.py --out evaluation.json

Scores of the size of VideoLT's test list, classes as frequent as its.
"""
import torch
from comparing import Case
from forms import Sizes, Work, textbook
from limits import counted, limits
from measuring import measure, parser
from mmaction.registry import METRICS

from projects_move.evaluation.video_scores import (VideoScores,
                                                   average_precision)


def main() -> None:
    arguments = parser(__doc__.splitlines()[0], repeats=3)
    Sizes.add_to(arguments)
    arguments.set_defaults(frames=150)
    arguments.add_argument('--videos', type=int, default=51239)
    args = arguments.parse_args()
    torch.set_num_threads(args.threads)
    work = Work(Sizes.of(args), args.device)
    measure('evaluation', args, [forward(work), *metrics(args.videos, work)],
            limits(args.device, ['float32']),
            dict(vars(work.sizes), videos=args.videos))


def forward(work: Work) -> Case:
    ours, theirs = work.our_model().eval(), work.their_model().eval()

    @torch.no_grad()
    def plain() -> None:
        theirs(work.frames.to(work.device).float()).sigmoid()

    @torch.no_grad()
    def fast() -> None:
        ours.val_step(dict(inputs=work.frames, data_samples=work.samples()))

    forms = dict(textbook=plain, ours=fast)
    return counted(f'forward, {work.sizes.frames} frames', forms,
                   work.sizes.batch)


def metrics(videos: int, work: Work) -> list:
    classes = work.sizes.classes
    generator = torch.Generator().manual_seed(0)
    scores = torch.rand(videos, classes, generator=generator)
    target = torch.zeros(videos, classes, dtype=torch.bool)
    drawn = torch.multinomial(
        work.counts.double(), videos, True, generator=generator)
    target[torch.arange(videos), drawn] = True
    target[torch.arange(classes) % videos,
           torch.arange(classes)] = True  # no class without a video
    metric = METRICS.build(
        dict(type='LongTailMetric', class_counts=work.counts))
    batches = [[
        dict(pred_score=score, gt_label=label)
        for score, label in zip(scores[i:i + 128], target[i:i + 128].float())
    ] for i in range(0, videos, 128)]

    def accuracy() -> None:
        order = scores.topk(5).indices
        right = target.gather(1, order).cumsum(1) > 0
        right.double().mean(0)

    def plain_ap() -> None:
        textbook.average_precision(scores, target)

    def plain() -> None:
        plain_ap()
        accuracy()

    scored = VideoScores.cat([
        VideoScores.of(scores[i:i + 128], target[i:i + 128].nonzero())
        for i in range(0, videos, 128)
    ])

    def fast_ap() -> None:
        average_precision(scored, videos)

    def fast() -> None:
        for batch in batches:
            metric.process(None, batch)
        metric.evaluate(videos)

    return [
        Case(f'AP of {videos} videos, {classes} classes',
             dict(textbook=plain_ap, ours=fast_ap), videos),
        Case('all metrics, batch by batch', dict(textbook=plain, ours=fast),
             videos)
    ]


if __name__ == '__main__':
    main()
