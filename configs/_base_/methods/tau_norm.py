# tau-normalisation of a finished model (Kang et al., ICLR 2020)
model = dict(
    cls_head=dict(classifier=dict(type='TauNormalizedClassifier', tau=1.0)))
