"""Predictions as a table, as JSON or as csv.

Names of videos and classes are any text; :mod:`projects_move.utils.escape`
says how each format writes it.
"""
from typing import List

from projects_move.utils import escape
from .records import Prediction


def as_table(predictions: List[Prediction], topk: int) -> str:
    """One line for each video, aligned."""
    names = [escape.one_line(prediction.name) for prediction in predictions]
    columns = max(map(escape.width, names), default=0)
    lines = []
    for name, prediction in zip(names, predictions):
        best = '  '.join(f'{escape.one_line(label)} {score:.3f}'
                         for label, score in prediction.top(topk))
        if prediction.problem:
            best = f'failed: {escape.one_line(prediction.problem)}'
        lines.append(f'{escape.pad(name, columns)}  {best}\n')
    return ''.join(lines)


def as_json(predictions: List[Prediction], topk: int) -> str:
    """List of an object for each video."""
    rows = []
    for prediction in predictions:
        row = dict(video=prediction.name)
        if prediction.problem:
            row['problem'] = prediction.problem
        else:
            row['classes'] = [
                dict(name=label, score=round(score, 6))
                for label, score in prediction.top(topk)
            ]
        rows.append(row)
    return escape.json_text(rows) + '\n'


def as_csv(predictions: List[Prediction], topk: int) -> str:
    """One line for each video and class."""
    lines = [escape.csv_line(['video', 'rank', 'class', 'score', 'problem'])]
    for prediction in predictions:
        name = prediction.name
        if prediction.problem:
            cells = [name, None, None, None, prediction.problem]
            lines.append(escape.csv_line(cells))
        for rank, (label, score) in enumerate(prediction.top(topk), 1):
            cells = [name, rank, label, round(score, 6), None]
            lines.append(escape.csv_line(cells))
    return ''.join(lines)


FORMATS = dict(table=as_table, json=as_json, csv=as_csv)
