"""The model itself, whatever a launcher has put around it."""
from mmengine.model import is_model_wrapper
from torch import nn


def unwrap(model: nn.Module) -> nn.Module:
    """A model, or what a distributed wrapper holds."""
    return model.module if is_model_wrapper(model) else model
