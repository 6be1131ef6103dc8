_base_ = [
    '../_base_/models/baseline.py', '../_base_/features/videolt_tsm.py',
    '../_base_/schedules/adam_100e_clip20.py'
]
