# prototypical self-attention alone
model = dict(neck=dict(necks=dict(netvlad=None)))
