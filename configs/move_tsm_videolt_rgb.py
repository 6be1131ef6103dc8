# MOVE on the videos of VideoLT, with TSM trained end to end.
_base_ = './videolt/move_tsm-r50_adam-100e_videolt-rgb.py'
