"""NetVLAD, with stacked views or one frame and cluster at a time."""
import torch
from torch import nn


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
