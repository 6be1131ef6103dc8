# multi-head self-attention instead of both aggregators
requires = {'aggregators': {'model.neck': 'ParallelNeck'}}
model = dict(
    neck=dict(necks=dict(attention=dict(type='MSANeck'), netvlad=None)))
