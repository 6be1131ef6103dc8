"""Figures of the report."""
from typing import List, Sequence

import numpy as np

from projects_move.evaluation.seed_statistics import Column
from projects_move.functional.calibration import NUM_BINS
from projects_move.visualization.frequency_curve import smooth_over_frequency
from .chart import Chart, line, owner, pattern, rounded, style, text
from .class_results import ClassResults
from .run_record import MethodRecord
from .suspicions import Summaries

MAX_POINTS = 400  # of a curve

GROUPS = {
    'all': '',
    'head': '_head',
    'medium': '_medium',
    'tail': '_tail',
    'few': '_few'
}
SHARE = dict(range=[0, 1.02], rangemode='tozero')


def group_bars(records: Sequence[MethodRecord], metric: str, key: str,
               title: str) -> List[Chart]:
    """A metric by group of classes; none if no method has it."""
    columns = {
        group:
        Column([record.values(metric + ending) for record in records], False)
        for group, ending in GROUPS.items()
    }
    columns = {
        group: column
        for group, column in columns.items() if any(column.values)
    }
    if not columns:
        return []
    traces = []
    for i, record in enumerate(records):
        spread = [each.spread(i, 'std') for each in columns.values()]
        traces.append(
            dict(
                owner(record, i),
                type='bar',
                x=list(columns),
                y=rounded([each.means[i] for each in columns.values()]),
                error_y=dict(
                    type='data',
                    array=rounded([each or np.nan for each in spread]),
                    thickness=1.5,
                    width=3),
                marker=pattern(i),
                hovertemplate='%{x}: %{y:.3f}<extra>%{fullData.name}</extra>'))
    return [
        Chart(
            key, title,
            'Mean and standard deviation over the seeds, bars in the order of '
            'the legend.', traces,
            dict(
                barmode='group',
                xaxis=dict(title=dict(text='classes'), type='category'),
                yaxis=dict(SHARE, title=dict(text=title.split(' by ')[0]))))
    ]


def frequency(records: Sequence[MethodRecord],
              results: ClassResults) -> List[Chart]:
    """AP of each class over its training videos, with a smooth curve."""
    rows = records[0].runs[0].classes
    names = [text(row['name']) for row in rows]
    count = np.array([row['training_videos'] for row in rows])
    shown = count > 0
    if not shown.any():
        return []
    traces = []
    for i, record in enumerate(records):
        traces.append(
            dict(
                owner(record, i),
                type='scatter',
                mode='markers',
                x=count[shown].tolist(),
                y=rounded(results.mean[i][shown]),
                text=[name for name, each in zip(names, shown) if each],
                marker=dict(style(i), size=6, opacity=.5),
                hovertemplate='%{text}<br>%{x} training videos<br>'
                'AP %{y:.3f}<extra>%{fullData.name}</extra>'))
        x, y = smooth_over_frequency(count[shown], results.mean[i][shown])
        traces.append(
            dict(
                owner(record, i),
                type='scatter',
                mode='lines',
                x=rounded(x),
                y=rounded(y),
                line=line(i),
                hoverinfo='skip'))
    return [
        Chart(
            'frequency', 'AP over the frequency of the class',
            'Each point is a class; the line is a mean of the classes of '
            'about as many training videos.', traces,
            dict(
                xaxis=dict(
                    title=dict(text='training videos of the class'),
                    type='log'),
                yaxis=dict(SHARE, title=dict(text='AP'))))
    ]


def class_sizes(records: Sequence[MethodRecord]) -> List[Chart]:
    """Training and test videos of the classes, the most frequent first."""
    rows = sorted(
        records[0].runs[0].classes, key=lambda row: -row['training_videos'])
    traces = []
    columns = ('training_videos', 'training'), ('test_videos', 'test')
    for i, (key, name) in enumerate(columns):
        if any(row[key] for row in rows):
            traces.append(
                dict(
                    type='scatter',
                    mode='lines+markers' if len(rows) <= 100 else 'lines',
                    name=name,
                    x=list(range(1,
                                 len(rows) + 1)),
                    # a log scale has no zero
                    y=[row[key] or None for row in rows],
                    text=[text(row['name']) for row in rows],
                    line=line(i),
                    marker=style(i),
                    hovertemplate='%{text}<br>%{y} ' + name +
                    ' videos<extra></extra>'))
    counts = [row['training_videos'] for row in rows]
    present = [each for each in counts if each]
    ratio = f'{max(present) / min(present):.4g}' if present else '-'
    return [
        Chart(
            'sizes', 'Videos of the classes',
            f'Largest over smallest class of the training list: {ratio}. '
            'Log scale; a class without videos is a gap.', traces,
            dict(
                xaxis=dict(title=dict(text='classes, by training videos')),
                yaxis=dict(title=dict(text='videos'), type='log')))
    ]


def reliability(records: Sequence[MethodRecord],
                summaries: Summaries) -> List[Chart]:
    """Share of correct predictions over confidence, with the predictions of
    all seeds together."""
    traces = []
    for i, record in enumerate(records):
        found = [
            each.bins for each in summaries.get(record.name, [])
            if each.bins is not None
        ]
        if not found:
            continue
        count, confidence, correct = np.sum(found, 0)
        used = count > 0
        traces.append(
            dict(
                owner(record, i),
                type='scatter',
                mode='lines+markers',
                x=rounded(confidence[used] / count[used]),
                y=rounded(correct[used] / count[used]),
                text=[f'{each:,.0f} predictions' for each in count[used]],
                line=line(i),
                marker=dict(style(i), size=7),
                hovertemplate='confidence %{x:.2f}<br>correct %{y:.2f}<br>'
                '%{text}<extra>%{fullData.name}</extra>'))
    if not traces:
        return []
    diagonal = dict(
        type='scatter',
        mode='lines',
        name='calibrated',
        showlegend=False,
        x=[0, 1],
        y=[0, 1],
        line=dict(color='#8c8c8c', dash='dot', width=1),
        hoverinfo='skip')
    return [
        Chart(
            'reliability', 'Calibration',
            'Below the dotted line the scores are too high, above it too low. '
            f'{NUM_BINS} bins of equal width, all seeds together. With '
            'several labels, predictions are pairs of a video and a class.',
            [diagonal, *traces],
            dict(
                xaxis=dict(SHARE, title=dict(text='confidence')),
                yaxis=dict(SHARE, title=dict(text='share that is correct'))))
    ]


def training(records: Sequence[MethodRecord], name: str, key: str,
             title: str) -> List[Chart]:
    """A curve of the training, mean over the seeds; none if no run has at
    least two points of it."""
    traces = []
    for i, record in enumerate(records):
        points: dict = {}
        for run in record.runs:
            for time, value in run.curves.get(name, []):
                points.setdefault(time, []).append(value)
        if len(points) > 1:
            times = _thinned(sorted(points))
            traces.append(
                dict(
                    owner(record, i),
                    type='scatter',
                    mode='lines' if len(times) > 20 else 'lines+markers',
                    x=times,
                    y=rounded([np.mean(points[time]) for time in times]),
                    line=line(i),
                    marker=style(i),
                    hovertemplate='%{x}: %{y:.4g}'
                    '<extra>%{fullData.name}</extra>'))
    if not traces:
        return []
    caption = 'Mean over the seeds.'
    axis = dict(title=dict(text=title.split(' during ')[0]))
    if name != 'loss':
        axis.update(SHARE)
    elif all(each is None or each > 0 for trace in traces
             for each in trace['y']):
        axis.update(type='log', exponentformat='e')
        caption = 'Mean over the seeds, on a log scale.'
    return [
        Chart(
            key, title, caption, traces,
            dict(
                xaxis=dict(title=dict(text='epoch or iteration')), yaxis=axis))
    ]


def _thinned(times: List[float]) -> List[float]:
    """Evenly chosen times with the first and the last."""
    chosen = np.linspace(0, len(times) - 1, min(len(times), MAX_POINTS))
    return [times[i] for i in chosen.round().astype(int)]
