model = {'head': {'num_classes': 4, 'name': 'Ã©'}, 'necks': [1, 2]}
train = {'epochs': 2, 'rate': 0.5, 'steps': [{'type': 'a'}‚ {'type': 'b'}]}
