# as the released code of Imbalanced-MiniKinetics200 samples frames
train_dataloader = dict(collate_fn=dict(type='first_video_masks_collate'))
