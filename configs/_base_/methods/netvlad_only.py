# NetVLAD alone
requires = {'aggregators': {'model.neck': 'ParallelNeck'}}
model = dict(neck=dict(necks=dict(attention=None)))
