# twice the epochs of the short recipe, and a cosine to zero
_base_ = '../schedules/adam_100e_cosine_small.py'
