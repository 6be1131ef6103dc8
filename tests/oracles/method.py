"""Frame sampling and mixing, one class and video at a time."""
import torch


def tau(counts):
    """Eq. 7, class by class."""
    counts = [int(c) for c in counts]
    low, high = min(counts), max(counts)
    return [(c - low) / (high - low) for c in counts]


def min_frames(tau_, labels, num_frames, sigma):
    """Integer part of the mean bound of all labels, as in released code."""
    bounds = [max(float(tau_[s]) * num_frames, sigma) for s in labels]
    return int(sum(bounds) / len(bounds))


def move_augment(u, v, omega, target, lam, partner, weight):
    """Eq. 11, then Eq. 12, video by video and class by class."""
    videos, labels = [], []
    for i in range(len(u)):
        j = int(partner[i])
        w_i = float(omega[i]) if omega.ndim else float(omega)
        w_j = float(omega[j]) if omega.ndim else float(omega)
        ratio = float(lam[i]) if lam.ndim else float(lam)
        z_i = u[i] * w_i + v[i] * (1 - w_i)
        z_j = u[j] * w_j + v[j] * (1 - w_j)
        videos.append(ratio * z_i + (1 - ratio) * z_j)
        labels.append([
            min(
                float(weight[s]) * (ratio * float(target[i, s]) +
                                    (1 - ratio) * float(target[j, s])), 1.)
            for s in range(target.shape[1])
        ])
    return torch.stack(videos), torch.tensor(labels, dtype=target.dtype)


def cross_entropy(logits, target, sigmoid):
    """Mean cross-entropy, by a sigmoid of each class or by the softmax."""
    if sigmoid:
        p = logits.sigmoid()
        return -(target * p.log() + (1 - target) * (1 - p).log()).mean()
    return -(target * logits.softmax(1).log()).sum(1).mean()
