# a test averages the logits of random subsets of the frames
model = dict(test_draws=dict(num_draws=8, num_frames=60))
