# NetVLAD alone
model = dict(neck=dict(necks=dict(attention=None)))
