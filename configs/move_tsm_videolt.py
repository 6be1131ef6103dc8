# MOVE on the TSM features of VideoLT.
# For raw video: configs/move_tsm_videolt_rgb.py.
_base_ = './videolt/move_tsm_adam-100e_videolt-feature.py'
