"""Textbook form of MOVE: plain batched PyTorch, written from the equations.

Every frame is projected, the views are stacked before the assignment, and
videos, files and classes are handled one by one, as the released code does.
Nothing is slow on purpose. The parameters have the same names as in the
package, so that weights can be copied. Tests compare the results of both,
benchmarks their speed.
"""
import random

import numpy as np
import torch
from torch import nn
from torch.nn import functional as F


class PSA(nn.Module):
    """Prototypical attention: pooled queries over projected frames."""

    def __init__(self, channels, heads=4, head_channels=512, dropout=0.1):
        super().__init__()
        self.heads, inner = heads, heads * head_channels
        self.query = nn.Linear(channels, inner, bias=False)
        self.key = nn.Linear(channels, inner, bias=False)
        self.value = nn.Linear(channels, inner, bias=False)
        self.proj = nn.Linear(inner, channels, bias=False)
        self.norm = nn.LayerNorm(channels, eps=1e-6)
        self.attention_dropout = nn.Dropout(dropout)
        self.dropout = nn.Dropout(dropout)

    def forward(self, x, query_mask=None, key_mask=None):
        """Views ``(B, V, C)`` of frames ``(B, T, C)``.

        The masks are ``(B, V, T)`` and ``(B, 1, T)``.
        """
        if query_mask is None:
            prototype = x.mean(1, keepdim=True)
        else:
            kept = query_mask.to(x.dtype)
            prototype = (kept @ x) / kept.sum(-1, keepdim=True)
        q, k, v = (layer(rows).unflatten(-1, (self.heads, -1)).transpose(1, 2)
                   for layer, rows in ((self.query, prototype), (self.key, x),
                                       (self.value, x)))
        scores = q @ k.transpose(2, 3) / q.shape[-1]**0.5
        if key_mask is not None:
            scores = scores.masked_fill(~key_mask[:, None], -1e9)
        attention = self.attention_dropout(scores.softmax(-1))
        out = (attention @ v).transpose(1, 2).flatten(2)
        return self.norm(self.dropout(self.proj(out)) + prototype)


class NetVLAD(nn.Module):
    """Gated NetVLAD; a view is a copy of the frames, 0 for dropped frames."""

    def __init__(self, channels, clusters=64, out_channels=1024, detach=True):
        super().__init__()
        self.detach = detach
        self.gate = nn.Parameter(torch.empty(clusters, channels))
        nn.init.xavier_normal_(self.gate)
        self.assignment = nn.Linear(channels, clusters, bias=False)
        self.proj = nn.Linear(clusters * channels, out_channels, bias=False)
        self.input_norm = nn.BatchNorm1d(channels)
        self.assignment_norm = nn.BatchNorm1d(clusters)
        self.norm = nn.BatchNorm1d(out_channels)

    def forward(self, x, frame_mask=None):
        """Views ``(B, V, D)`` of frames ``(B, T, C)``; mask ``(B, V, T)``."""
        batch = len(x)
        x = self.input_norm(x.flatten(0, 1)).view_as(x)
        if frame_mask is not None:
            x = x.detach() if self.detach else x
            x = torch.cat([
                x * mask.unsqueeze(-1) for mask in frame_mask.unbind(1)
            ])  # (V * B, T, C)
        rho = self.assignment_norm(self.assignment(x.flatten(0, 1)))
        rho = rho.softmax(1).view(*x.shape[:2], -1)
        vlad = rho.transpose(1, 2) @ x * self.gate.sigmoid()  # (V * B, K, C)
        vlad = F.normalize(vlad.transpose(1, 2), dim=1)
        vlad = F.normalize(vlad.reshape(len(x), -1), dim=1)
        z = self.norm(self.proj(vlad)).clamp(0, 6)
        return z.view(-1, batch, z.shape[-1]).transpose(0, 1)  # (B, V, D)


class Classifier(nn.Module):
    """Classifier of each view; the logits are averaged over the views."""

    def __init__(self, channels, classes, hidden=2048):
        super().__init__()
        self.hidden = nn.Linear(channels, hidden)
        self.dropout = nn.Dropout(0.5)
        self.classifier = nn.Linear(hidden, classes)

    def forward(self, x):
        return self.classifier(self.dropout(self.hidden(x).relu())).mean(1)


class MOVE(nn.Module):
    """The whole method; masks are drawn video by video.

    Args:
        min_sizes: Minimum number of frames of a subset, for each class.
        label_weight: Calibration weight of each class.
    """

    def __init__(self, channels, classes, min_sizes, label_weight):
        super().__init__()
        self.attention = PSA(channels)
        self.netvlad = NetVLAD(channels)
        self.classifier = Classifier(channels + 1024, classes)
        self.min_sizes = min_sizes
        self.register_buffer('label_weight', label_weight)

    def forward(self, x):
        return self.classifier(
            torch.cat([self.attention(x), self.netvlad(x)], -1))

    def draw(self, labels, num_frames):
        """Masks ``(B, 5, T)``: two views, two queries and the keys."""
        masks = torch.zeros(len(labels), 5, num_frames, dtype=torch.bool)
        for i, row in enumerate(labels):
            low = int(np.mean([self.min_sizes[s] for s in row]))
            for view in range(5):
                size = random.randint(low, num_frames)
                masks[i, view, random.sample(range(num_frames), size)] = True
        return masks

    def loss(self, x, target, labels):
        masks = self.draw(labels, x.shape[1]).to(x.device)
        u, v = torch.cat([
            self.attention(x, masks[:, 2:4], ~masks[:, 4:]),
            self.netvlad(x, masks[:, :2])
        ], -1).unbind(1)
        omega = float(np.random.beta(2, 2)) + 1
        z = u * omega + v * (1 - omega)
        lam = float(np.random.beta(1, 1))
        partner = torch.randperm(len(x), device=x.device)
        z = lam * z + (1 - lam) * z[partner]
        target = lam * target + (1 - lam) * target[partner]
        target = (target * self.label_weight).clamp(max=1)
        logits = self.classifier(z.unsqueeze(1))
        return F.binary_cross_entropy_with_logits(logits, target)


def average_precision(scores, target):
    """AP of each class, the mean precision at its positives, by sorting.

    Args:
        scores: ``(videos, classes)``.
        target: Labels, bool ``(videos, classes)``.
    """
    ap = []
    ranks = torch.arange(1, len(scores) + 1)
    for column, positive in zip(scores.T, target.T):
        order = torch.sort(column, descending=True, stable=True).indices
        hit = positive[order]
        ap.append((hit.cumsum(0) / ranks)[hit].mean())
    return torch.stack(ap)


def topk_accuracy(scores, target, k):
    """Share of videos with a label among their best 1 to k classes."""
    order = scores.topk(k).indices
    return (target.gather(1, order).cumsum(1) > 0).double().mean(0)


def load_video(path, num_frames):
    """Random frames ``(T, C)`` of a feature file that is read as a whole."""
    frames = np.load(path)
    index = np.sort(np.random.randint(len(frames), size=num_frames))
    return torch.from_numpy(frames[index]).float()
