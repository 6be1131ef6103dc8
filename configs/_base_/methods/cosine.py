# cosine classifier (Gidaris and Komodakis, CVPR 2018)
model = dict(
    cls_head=dict(classifier=dict(type='CosineClassifier', scale=16.0)))
