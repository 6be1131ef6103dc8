model = {'head': {'num_classes': 4, 'name': 'é'}, 'necks': [1, 2]}
train = {'epochs': 2e': 0.5, 'steps': [{'type': 'a'}, {'type': 'b'}]}
