"""Data preprocessor of cached features, which pads short videos."""
from functools import reduce
from typing import List, Optional, Sequence, Tuple

import torch
from mmaction.registry import MODELS
from mmengine.model import BaseDataPreprocessor
from torch import Tensor
from torch.nn.utils.rnn import pad_sequence

from projects_move.errors import InputError


@MODELS.register_module()
class FeatureDataPreprocessor(BaseDataPreprocessor):
    """Stacks ``(T, C)`` features of any float type to float32 ``(B, T, C)``.

    Shorter videos are padded at the end. The batch then has the mask
    ``valid``, bool ``(B, T)``, false for padding, for neck and head. The
    features are copied to the device in one transfer, in their own float
    type. Labels and masks are moved later, where they are used.

    Args:
        mean: Mean of each channel, ``(C,)``, to subtract. None does not
            standardise, unless ``FeatureStatisticsHook`` or a checkpoint sets
            the statistics.
        std: Standard deviation of each channel, ``(C,)``, to divide by.
        blending: Config of a batch blending, used in training, as in
            ``ActionDataPreprocessor`` of MMAction2.

    Raises:
        InputError: For features that are not ``(T, C)``, and for videos
            whose channels differ from each other or from ``mean``; and for a
            blending of videos of different lengths.
        ValueError: For ``mean`` without ``std`` or the reverse.
    """

    def __init__(self,
                 mean: Optional[Sequence[float]] = None,
                 std: Optional[Sequence[float]] = None,
                 blending: Optional[dict] = None) -> None:
        super().__init__(non_blocking=True)
        self.blending = None if blending is None else MODELS.build(blending)
        if (mean is None) != (std is None):
            raise ValueError('expected both mean and std, or neither')
        self.mean = self.std = None
        if mean is not None:
            self.set_feature_statistics(torch.tensor(mean), torch.tensor(std))

    def set_feature_statistics(self, mean: Tensor, std: Tensor) -> None:
        """Set the mean and standard deviation of each channel, ``(C,)``."""
        if mean.shape != std.shape or mean.ndim != 1:
            raise ValueError('mean and std must have the shape (C,), got '
                             f'{tuple(mean.shape)} and {tuple(std.shape)}')
        if not (std > 0).all():
            raise ValueError('std must be positive, but is not for channel '
                             f'{int((~(std > 0)).nonzero()[0])}')
        for name, value in dict(mean=mean, std=std).items():
            self.__dict__.pop(name, None)
            self.register_buffer(name, value.float().to(self.device))

    def _load_from_state_dict(self, state_dict: dict, prefix: str, *args,
                              **kwargs) -> None:
        if prefix + 'mean' in state_dict:
            self.set_feature_statistics(state_dict[prefix + 'mean'],
                                        state_dict[prefix + 'std'])
        super()._load_from_state_dict(state_dict, prefix, *args, **kwargs)

    def forward(self, data: dict, training: bool = False) -> dict:
        # autocast on a CPU cannot stack float16
        with torch.autocast('cpu', enabled=False):
            inputs, valid = self._stack(data['inputs'],
                                        data.get('data_samples'))
        data = dict(data, inputs=self.cast_data(inputs).float())
        if self.mean is not None:
            if data['inputs'].shape[-1] != len(self.mean):
                raise InputError(
                    f'expected features of {len(self.mean)} channels, as mean '
                    f"and std have, got {data['inputs'].shape[-1]}")
            data['inputs'] = (data['inputs'] - self.mean) / self.std
        if valid is not None:
            data['valid'] = self.cast_data(valid)
        if training and self.blending is not None:
            if valid is not None:
                raise InputError(
                    f'{type(self.blending).__name__} would blend the padding '
                    'of short videos: sample a fixed number of frames')
            data['inputs'], data['data_samples'] = self.blending(
                data['inputs'], data['data_samples'])
        return data

    @staticmethod
    def _stack(inputs: List[Tensor], data_samples: Optional[List]
               ) -> Tuple[Tensor, Optional[Tensor]]:
        if isinstance(inputs, Tensor):  # stacked by the collate function
            inputs = inputs if inputs.ndim == 3 else list(inputs)
        if isinstance(inputs, Tensor):
            return inputs, None
        shapes = [tuple(x.shape) for x in inputs]
        for i, shape in enumerate(shapes):
            if len(shape) != 2 or shape[1] != shapes[0][1] or shape[0] == 0:
                sample = data_samples[i] if data_samples else None
                name = sample.get('video_id') if sample is not None else None
                raise InputError(
                    'expected features (T, C), T >= 1, with the channels of '
                    f'the first video {shapes[0]}, got {shape} for video '
                    f'{name if name is not None else i}')
        dtype = reduce(torch.promote_types, (x.dtype for x in inputs))
        inputs = [x.to(dtype) for x in inputs]  # padding takes the first type
        lengths = torch.tensor([shape[0] for shape in shapes])
        if (lengths == lengths[0]).all():
            return torch.stack(inputs), None
        valid = torch.arange(int(lengths.max())) < lengths[:, None]
        return pad_sequence(inputs, batch_first=True), valid
