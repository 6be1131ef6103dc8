"""Settings of the models of Hugging Face transformers."""
import re
from typing import Any

import torch

# settings that change neither the weights nor the features of a model
NOT_ARCHITECTURE = re.compile(
    '_.*|.*dropout.*|drop_path.*|dtype|torch_dtype|id2label|label2id|'
    'num_labels|architectures|problem_type|transformers_version|'
    'initializer_.*|decoder_.*|pred_.*|norm_pix_loss|'
    'output_.*|return_dict|use_cache|attn_implementation')


def architecture(settings: dict) -> dict:
    """Settings that change the weights or the features of a model, as they
    are after a round trip through JSON.

    Example:
        >>> architecture(dict(hidden_size=8, strides=(2, 2), num_labels=400))
        {'hidden_size': 8, 'strides': [2, 2]}
    """
    return {
        key: _plain(value)
        for key, value in settings.items()
        if not NOT_ARCHITECTURE.fullmatch(key)
    }


def _plain(value: Any) -> Any:
    if isinstance(value, dict):
        return {str(key): _plain(part) for key, part in value.items()}
    if isinstance(value, (list, tuple)):
        return [_plain(part) for part in value]
    return str(value) if isinstance(value, torch.dtype) else value
