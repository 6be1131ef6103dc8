"""Attention, with every frame projected."""
import math

import torch


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
        valid: ``(B, T)``; frames that are not valid are left out.

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
