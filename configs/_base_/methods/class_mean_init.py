# the classifier starts from the class means of its input
default_hooks = dict(class_mean_init=dict(type='ClassMeanInitHook'))
