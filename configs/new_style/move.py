"""MOVE in the formulation of the released code."""
from projects_move.datasets.transforms import DynamicFrameSampler
from projects_move.models.backbones import IdentityBackbone
from projects_move.models.data_preprocessors import FeatureDataPreprocessor
from projects_move.models.heads import MOVEHead
from projects_move.models.necks import NetVLADNeck, ParallelNeck, PSANeck
from projects_move.models.recognizers import MOVERecognizer

model = dict(
    type=MOVERecognizer,
    backbone=dict(type=IdentityBackbone),
    neck=dict(
        type=ParallelNeck,
        in_channels=2048,
        formulation='official',
        necks=dict(
            attention=dict(type=PSANeck, num_heads=4, head_channels=512),
            netvlad=dict(type=NetVLADNeck, num_clusters=64,
                         out_channels=1024))),
    cls_head=dict(
        type=MOVEHead,
        num_classes=1004,
        in_channels=None,
        extrapolation=dict(alpha=2.0),
        interpolation=dict(alpha=1.0, gamma=0.5),
        formulation='official'),
    data_preprocessor=dict(type=FeatureDataPreprocessor))
views = [
    dict(
        type=DynamicFrameSampler,
        num_views=2,
        min_frames=3,
        formulation='official')
]
find_unused_parameters = True
