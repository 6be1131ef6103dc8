"""Predictions as a table, as JSON or as CSV."""
import csv
import io
import json
from typing import List

from .inferencer import Prediction


def as_table(predictions: List[Prediction], topk: int) -> str:
    width = max(len(prediction.name) for prediction in predictions)
    lines = []
    for prediction in predictions:
        best = '  '.join(f'{label} {score:.3f}'
                         for label, score in prediction.top(topk))
        problem = f'failed: {prediction.problem}'
        lines.append(f'{prediction.name:<{width}}  '
                     f'{problem if prediction.problem else best}')
    return '\n'.join(lines) + '\n'


def as_json(predictions: List[Prediction], topk: int) -> str:
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
    return json.dumps(rows, indent=2, ensure_ascii=False) + '\n'


def as_csv(predictions: List[Prediction], topk: int) -> str:
    file = io.StringIO()
    writer = csv.writer(file, lineterminator='\n')
    writer.writerow(['video', 'rank', 'class', 'score', 'problem'])
    for prediction in predictions:
        if prediction.problem:
            writer.writerow([prediction.name, '', '', '', prediction.problem])
        for rank, (label, score) in enumerate(prediction.top(topk), 1):
            writer.writerow([prediction.name, rank, label, f'{score:.6f}', ''])
    return file.getvalue()


FORMATS = dict(table=as_table, json=as_json, csv=as_csv)
