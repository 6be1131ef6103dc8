"""Attention and NetVLAD alone, in training and on whole videos."""
import argparse
from typing import Callable

import torch
from torch import Tensor, nn

from projects_move.models.necks import FrameMasks, stack_frame_masks
from .arguments import Sizes
from .implementations import Workload
from .report import measure
from .roofline import flop_bound_case, measure_peaks


def run(args: argparse.Namespace) -> None:
    work = Workload(Sizes.from_args(args), args.device)
    ours, textbook = work.our_model().neck.necks, work.textbook_model()
    frames = work.frames.to(args.device).float()
    test_frames = torch.randn(
        len(frames), args.test_frames, frames.shape[2], device=args.device)
    masks = FrameMasks(*stack_frame_masks(work.samples(), frames)[:3])
    textbook_masks = dict(
        attention=(masks.query, masks.key), netvlad=(masks.views, ))

    cases = []
    for name, plain_masks in textbook_masks.items():
        neck, plain = ours[name], getattr(textbook, name)
        plain.load_state_dict(neck.state_dict())
        variants = dict(
            textbook=training(plain, frames, *plain_masks),
            ours=training(neck, frames, masks))
        cases.append(
            flop_bound_case(f'{name}, forward and backward', variants,
                            work.sizes.batch))
        variants = dict(
            textbook=testing(plain, test_frames),
            ours=testing(neck, test_frames))
        cases.append(
            flop_bound_case(f'{name}, {args.test_frames} frames', variants,
                            work.sizes.batch))
    measure(args, cases, measure_peaks(args.device, ['float32'],
                                       args.peak_size),
            dict(vars(work.sizes), test_frames=args.test_frames))


def training(neck: nn.Module, frames: Tensor, *masks) -> Callable[[], None]:

    def train() -> None:
        neck.train()
        neck.zero_grad()
        neck(frames, *masks).sum().backward()

    return train


def testing(neck: nn.Module, frames: Tensor) -> Callable[[], None]:

    @torch.no_grad()
    def test() -> None:
        neck.eval()
        neck(frames)

    return test
