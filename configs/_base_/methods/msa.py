# multi-head self-attention instead of both aggregators
model = dict(
    neck=dict(necks=dict(attention=dict(type='MSANeck'), netvlad=None)))
