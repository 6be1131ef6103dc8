# as the released code of Imbalanced-MiniKinetics200 samples frames
train_dataloader = dict(collate_fn=dict(type='sample_first_row_collate'))
