# post-hoc logit adjustment of a finished model (Menon et al., ICLR 2021)
model = dict(cls_head=dict(post_hoc_tau=1.0))
