"""Small videos, and a recognizer and a pipeline for them."""
import os

import numpy as np
import torch
from mmaction.registry import DATASETS, MODELS

from projects_move.apis.extraction.job import ExtractionJob
from projects_move.apis.extraction.videos import Videos
from projects_move.apis.extraction.worker import ExtractionWorker
from tests.hostile_videos import write_video

PIPELINE = [
    dict(type='VideoInit'),
    dict(type='SampleVideoFrames', num_frames=7),
    dict(type='VideoDecode'),
    dict(type='FormatShape', input_format='NCHW'),
    dict(type='PackActionInputs', meta_keys=('video_id', ))
]
PREPROCESSOR = dict(
    type='ActionDataPreprocessor', mean=[120.] * 3, std=[60.] * 3)


def write_videos(folder):
    """Three videos that differ in length, and two that fail."""
    for i in range(3):
        write_video(folder / f'v{i}.mp4', 9 + 4 * i)
    (folder / 'text.mp4').write_text('no video')
    (folder / 'all.lst').write_text('v0 0\nv1 1\ntext 0\nv2 2\nabsent 1\n')


def data_infos(folder, *names):
    """Data infos of the list, or of some of its videos."""
    dataset = DATASETS.build(
        dict(
            type='LongTailDataset',
            ann_file='all.lst',
            data_root=str(folder),
            data_prefix=dict(video=''),
            pipeline=[]))
    infos = [dataset.get_data_info(i) for i in range(len(dataset))]
    return [info for info in infos if not names or info['video_id'] in names]


RECOGNIZER = dict(
    type='MOVERecognizer',
    backbone=dict(type='RandomFilterNet', num_filters=6),
    neck=dict(
        type='ParallelNeck',
        in_channels=12,
        necks=dict(
            attention=dict(type='PSANeck', head_channels=4),
            netvlad=dict(type='NetVLADNeck', num_clusters=3, out_channels=5))),
    cls_head=dict(type='LongTailHead', num_classes=3, in_channels=17),
    data_preprocessor=PREPROCESSOR)


def build_recognizer(**kwargs):
    torch.manual_seed(0)
    return MODELS.build(RECOGNIZER | kwargs).eval()


def videos_of(infos):
    """Videos of data infos."""
    names = [os.fsencode(info['video_id']) for info in infos]
    return Videos(np.array(names, np.bytes_), infos.__getitem__)


def build_worker(out, recognizer=RECOGNIZER, pipeline=PIPELINE, **settings):
    """Worker with the weights of ``build_recognizer``, as both have one
    seed."""
    job = ExtractionJob(recognizer, pipeline, out,
                        **dict(dtype='float32') | settings)
    return ExtractionWorker(job)


def run_worker(worker, infos):
    """Problem of each video; empty if it has features."""
    found = list(worker.run(videos_of(infos)))
    assert len(found) == len(dict(found))
    return dict(found)
