"""The aggregators alone: in training, and on whole videos.

    python tools/benchmarks/neck.py --out neck.json
"""
import torch
from forms import Sizes, Work
from limits import counted, limits
from measuring import measure, parser

from projects_move.models.necks import FrameMasks, stack_frame_masks


def main() -> None:
    arguments = parser(__doc__.splitlines()[0], repeats=5)
    Sizes.add_to(arguments)
    arguments.add_argument('--test-frames', type=int, default=150)
    args = arguments.parse_args()
    torch.set_num_threads(args.threads)
    work = Work(Sizes.of(args), args.device)
    ours, theirs = work.our_model().neck.necks, work.their_model()
    frames = work.frames.to(args.device).float()
    masks = stack_frame_masks(work.samples(), frames)
    masks = FrameMasks(*masks[:3])

    cases = []
    for name, plain, plain_masks in (('attention', theirs.attention,
                                      (masks.query, masks.key)),
                                     ('netvlad', theirs.netvlad,
                                      (masks.views, ))):
        plain.load_state_dict(ours[name].state_dict())
        forms = dict(
            textbook=training(plain, frames, *plain_masks),
            ours=training(ours[name], frames, masks))
        cases.append(
            counted(f'{name}, forward and backward', forms, work.sizes.batch))
        whole = torch.randn(
            len(frames), args.test_frames, frames.shape[2], device=args.device)
        forms = dict(
            textbook=testing(plain, whole), ours=testing(ours[name], whole))
        cases.append(
            counted(f'{name}, {args.test_frames} frames', forms,
                    work.sizes.batch))
    measure('neck', args, cases, limits(args.device, ['float32']),
            dict(vars(work.sizes), test_frames=args.test_frames))


def training(neck, frames, *masks):

    def run() -> None:
        neck.train()
        neck.zero_grad()
        neck(frames, *masks).sum().backward()

    return run


def testing(neck, frames):

    @torch.no_grad()
    def run() -> None:
        neck.eval()
        neck(frames)

    return run


if __name__ == '__main__':
    main()
