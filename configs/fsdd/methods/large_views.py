# MOVE with views of ten frames or more instead of three, as in MOVE+
train_dataloader = dict(dataset=dict(pipeline={'3': dict(min_frames=10)}))
