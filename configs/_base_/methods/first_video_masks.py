# frame sampling of the code released for Imbalanced-MiniKinetics200
train_dataloader = dict(collate_fn=dict(type='first_video_masks_collate'))
