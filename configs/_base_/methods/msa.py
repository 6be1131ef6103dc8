# multi-head self-attention in place of both aggregators
model = dict(
    neck=dict(necks=dict(attention=dict(type='MSANeck'), netvlad=None)))
