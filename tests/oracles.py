"""Textbook forms of the method, written from the equations.

Slow on purpose: every frame is projected, and Python loops run over videos,
views, heads, frames, clusters and classes. They share nothing with the
package.
"""
import math

import torch
from torch import nn


# --- how rare a class is ----------------------------------------------------
def tau(counts):
    """Eq. 7, class by class."""
    counts = [int(c) for c in counts]
    low, high = min(counts), max(counts)
    return [(c - low) / (high - low) for c in counts]


def min_frames(tau_, labels, num_frames, sigma):
    """Row 6 of the released code's differences: integer part of the mean."""
    bounds = [max(float(tau_[s]) * num_frames, sigma) for s in labels]
    return int(sum(bounds) / len(bounds))


# --- prototypical self-attention --------------------------------------------
def _softmax(scores):
    top = max(float(s.detach()) for s in scores)
    exps = [torch.exp(s - top) for s in scores]
    return [e / sum(exps) for e in exps]


def attention_row(query, keys, hidden=None):
    """One query ``(d,)``, keys ``(T, d)``: Softmax(q K^T / sqrt(d)).

    ``hidden``: frames that count as minus 1e9, as in Vaswani et al.
    """
    scores = []
    for t, key in enumerate(keys):
        score = (query * key).sum() / math.sqrt(len(query))
        if hidden is not None and hidden[t]:
            score = score * 0 - 1e9
        scores.append(score)
    return torch.stack(_softmax(scores))


def psa_official(x, neck, query_mask=None, key_mask=None, valid=None):
    """The released attention layer, dropout off, frame by frame.

    Args:
        x: ``(B, T, C)``.
        neck: Owns query, key, value, proj, norm and num_heads.
        query_mask: ``(B, V, T)``; key_mask: ``(B, 1, T)``, true is kept.
        valid: ``(B, T)``; frames that are not valid do not exist.

    Returns:
        ``(B, V, C)`` and attention ``(B, H, V, T)``.
    """
    out, rows = [], []
    heads = neck.num_heads
    views = 1 if query_mask is None else query_mask.shape[1]
    for b in range(len(x)):
        exist = [t for t in range(x.shape[1]) if valid is None or valid[b, t]]
        frames = x[b, exist]
        keys = frames @ neck.key.weight.T
        values = frames @ neck.value.weight.T
        d = keys.shape[1] // heads
        for v in range(views):
            kept = [
                i for i, t in enumerate(exist)
                if query_mask is None or query_mask[b, v, t]
            ]
            prototype = frames[kept].mean(0)
            query = neck.query.weight @ prototype
            hidden = None
            if key_mask is not None:
                mask = key_mask[b, min(v, key_mask.shape[1] - 1)]
                hidden = [not mask[t] for t in exist]
            pooled = []
            for h in range(heads):
                part = slice(h * d, (h + 1) * d)
                a = attention_row(query[part], keys[:, part], hidden)
                row = x.new_zeros(x.shape[1])
                row[exist] = a
                rows.append(row)
                pooled.append(
                    sum(a[t] * values[t, part] for t in range(len(exist))))
            z = neck.proj.weight @ torch.cat(pooled) + prototype
            mean = z.mean()
            var = ((z - mean)**2).mean()
            out.append((z - mean) / torch.sqrt(var + 1e-6) * neck.norm.weight +
                       neck.norm.bias)
    attention = torch.stack(rows).view(len(x), views, heads, -1)
    return (torch.stack(out).view(len(x), views,
                                  -1), attention.transpose(1, 2))


def psa_paper(x, neck, frame_mask=None, valid=None):
    """Eq. 1 with Eq. 8: the mask multiplies the frames, then the layer runs.

    ``x_hat = Softmax(Q K^T / sqrt(d)) V``, Q from Pool(m * x), and f_theta.
    """
    out = []
    heads = neck.num_heads
    views = 1 if frame_mask is None else frame_mask.shape[1]
    for b in range(len(x)):
        exist = [t for t in range(x.shape[1]) if valid is None or valid[b, t]]
        for v in range(views):
            frames = torch.stack([
                x[b, t] *
                (1. if frame_mask is None else float(frame_mask[b, v, t]))
                for t in exist
            ])
            query = neck.query.weight @ (frames.sum(0) / len(exist))
            keys = frames @ neck.key.weight.T
            values = frames @ neck.value.weight.T
            d = keys.shape[1] // heads
            pooled = []
            for h in range(heads):
                part = slice(h * d, (h + 1) * d)
                a = attention_row(query[part], keys[:, part])
                pooled.append(a @ values[:, part])
            out.append(neck.proj.weight @ torch.cat(pooled) + neck.proj.bias)
    return torch.stack(out).view(len(x), views, -1)


# --- NetVLAD ----------------------------------------------------------------
class NetVLADOfficial(nn.Module):
    """The released NetVLAD with its views stacked through real batch norms.

    Load it with the state dict of a neck.
    """

    def __init__(self, channels, clusters, out_channels, detach=True):
        super().__init__()
        self.detach = detach
        self.gate = nn.Parameter(torch.empty(clusters, channels))
        self.assignment = nn.Linear(channels, clusters, bias=False)
        self.proj = nn.Linear(clusters * channels, out_channels, bias=False)
        self.input_norm = nn.BatchNorm1d(channels)
        self.assignment_norm = nn.BatchNorm1d(clusters)
        self.norm = nn.BatchNorm1d(out_channels)

    def forward(self, x, frame_mask=None, valid=None):
        if valid is None:
            valid = torch.ones(x.shape[:2], dtype=torch.bool)
        lengths = valid.sum(1).tolist()
        rows = self.input_norm(torch.cat([a[k] for a, k in zip(x, valid)]))
        if self.detach and frame_mask is not None:
            rows = rows.detach()
        videos = rows.split(lengths)
        views = 1 if frame_mask is None else frame_mask.shape[1]
        stacked = []  # the views one after the other, frames zeroed
        for v in range(views):
            for b, frames in enumerate(videos):
                if frame_mask is not None:
                    keep = frame_mask[b, v][valid[b]]
                    frames = frames * keep.to(frames).unsqueeze(1)
                stacked.append(frames)
        logits = self.assignment_norm(self.assignment(torch.cat(stacked)))
        rho = logits.softmax(1).split(lengths * views)
        descriptors = []
        for frames, a in zip(stacked, rho):
            vlad = a.T @ frames * self.gate.sigmoid()  # (K, C)
            vlad = nn.functional.normalize(vlad, dim=1)
            vlad = nn.functional.normalize(vlad.T.reshape(-1), dim=0)
            descriptors.append(vlad)
        z = self.norm(self.proj(torch.stack(descriptors)))
        z = z.clamp(0, 6).view(views, len(x), -1)
        return z.transpose(0, 1)  # (B, V, D)


def netvlad_paper(x, neck, frame_mask=None, valid=None):
    """Eq. 3 and 10 frame by frame and cluster by cluster, and f_phi."""
    out = []
    views = 1 if frame_mask is None else frame_mask.shape[1]
    weight, bias = neck.assignment.weight, neck.assignment.bias
    for b in range(len(x)):
        for v in range(views):
            columns = []
            for k in range(len(neck.centers)):
                column = 0
                for t in range(x.shape[1]):
                    if valid is not None and not valid[b, t]:
                        continue
                    if frame_mask is not None and not frame_mask[b, v, t]:
                        continue
                    e = torch.stack(
                        [w @ x[b, t] + c for w, c in zip(weight, bias)])
                    rho = (e[k] - e.logsumexp(0)).exp()
                    column = column + rho * (x[b, t] - neck.centers[k])
                columns.append(column / column.norm().clamp(min=1e-12))
            vlad = torch.stack(columns, dim=1)  # (C, K)
            vlad = vlad / vlad.norm().clamp(min=1e-12)
            out.append(neck.proj.weight @ vlad.reshape(-1) + neck.proj.bias)
    return torch.stack(out).view(len(x), views, -1)


# --- mixing -----------------------------------------------------------------
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


# --- metrics ----------------------------------------------------------------
def average_precision(scores, target):
    """Mean precision at the positives of one class; ties in list order."""
    order = sorted(range(len(scores)), key=lambda i: (-float(scores[i]), i))
    hits, precisions = 0, []
    for rank, i in enumerate(order, start=1):
        if target[i]:
            hits += 1
            precisions.append(hits / rank)
    return sum(precisions) / len(precisions) if precisions else math.nan


def is_right(scores, target, k):
    """Whether any label of a video is among its k best classes."""
    best = sorted(range(len(scores)), key=lambda s: (-float(scores[s]), s))
    return any(target[s] for s in best[:k])


def long_tail_metrics(scores, target, groups, topk, absent):
    """Every figure of the metric, with loops; ``groups`` lists classes."""
    num_videos, num_classes = scores.shape
    ap = [
        average_precision(scores[:, s], target[:, s])
        for s in range(num_classes)
    ]
    if absent == 'zero':
        ap = [0. if math.isnan(a) else a for a in ap]
    figures = dict(mAP=_mean(ap))
    for k in topk:
        right = [is_right(scores[i], target[i], k) for i in range(num_videos)]
        figures[f'acc{k}'] = _mean([float(r) for r in right])
        for name, members in groups.items():
            shares = []
            for s in members:
                videos = [i for i in range(num_videos) if target[i, s]]
                if videos:
                    shares.append(sum(right[i] for i in videos) / len(videos))
            figures[f'acc{k}_{name}'] = _mean(shares)
    for name, members in groups.items():
        figures[f'mAP_{name}'] = _mean([ap[s] for s in members])
    return {k: v for k, v in figures.items() if not math.isnan(v)}


def _mean(values):
    values = [v for v in values if not math.isnan(v)]
    return sum(values) / len(values) if values else math.nan
