_base_ = '../datasets/utd_mhad_feature.py'

prefix = dict(features='{{$UTD_MHAD_FEATURES:features/efficientnet-lite0}}')
loader = dict(dataset=dict(data_prefix=prefix))
train_dataloader = val_dataloader = test_dataloader = loader
