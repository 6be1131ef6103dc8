_base_ = './baseline_resnet50_adam-100e_minikinetics-ir0.01-feature.py'

train_dataloader = dict(dataset=dict(imbalance_ratio=0.02))
