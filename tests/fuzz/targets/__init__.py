"""Readers and their inputs."""
from . import (checkpoints, class_files, config_values, lists, manifests,
               npy_files, pickles, recognized_lists, stores)

TARGETS = {
    target.name: target
    for target in (checkpoints.TARGET, class_files.TARGET,
                   config_values.TARGET, *lists.TARGETS, manifests.TARGET,
                   npy_files.TARGET, pickles.TARGET, recognized_lists.TARGET,
                   stores.TARGET)
}
