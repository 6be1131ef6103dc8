# prototypical self-attention alone
requires = {'aggregators': {'model.neck': 'ParallelNeck'}}
model = dict(neck=dict(necks=dict(netvlad=None)))
