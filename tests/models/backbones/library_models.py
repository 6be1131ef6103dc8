"""Small models of other libraries, and what their classifiers take."""
import torch
from mmaction.registry import MODELS

TINY = dict(
    hidden_size=16,
    num_hidden_layers=2,
    num_attention_heads=2,
    intermediate_size=24,
    image_size=32,
    patch_size=16)
CLIP = dict(TINY, num_frames=4)
VJEPA2 = dict(
    model_type='vjepa2',
    hidden_size=24,
    num_hidden_layers=2,
    num_attention_heads=2,
    num_pooler_layers=1,
    crop_size=32,
    frames_per_clip=4,
    mlp_ratio=2,
    pred_hidden_size=24,
    pred_num_attention_heads=2,
    pred_num_hidden_layers=1)
TRANSFORMERS = dict(
    videomae=dict(CLIP, model_type='videomae'),
    videomae_token=dict(CLIP, model_type='videomae', use_mean_pooling=False),
    timesformer=dict(CLIP, model_type='timesformer'),
    vivit=dict(CLIP, model_type='vivit', tubelet_size=[2, 16, 16]),
    vjepa2=VJEPA2)
# name in timm: arguments that make it small, side of a frame, channels
TIMM = {
    'vit_tiny_patch16_224':
    (dict(img_size=32, depth=2, embed_dim=24, num_heads=3), 32, 24),
    'vit_base_patch16_siglip_224':  # attention pooling
    (dict(img_size=32, depth=2, embed_dim=24, num_heads=3), 32, 24),
    'vit_base_patch16_clip_quickgelu_224.openai':
    (dict(img_size=32, depth=2, embed_dim=24, num_heads=3), 32, 24),
    'eva02_tiny_patch14_224':  # mean of the tokens
    (dict(img_size=28, depth=2, embed_dim=24, num_heads=3), 28, 24),
    'deit_tiny_distilled_patch16_224':  # two class tokens
    (dict(img_size=32, depth=2, embed_dim=24, num_heads=3), 32, 24),
    'swin_tiny_patch4_window7_224':
    (dict(
        img_size=64,
        window_size=4,
        embed_dim=12,
        depths=(1, 1, 1, 1),
        num_heads=(1, 2, 3, 4)), 64, 96),
    'convnext_tiny.in12k_ft_in1k':
    (dict(depths=(1, 1, 1, 1), dims=(8, 12, 16, 20)), 48, 20),
    'mobilenetv3_small_050': (dict(), 33, 1024),
    'resnet10t': (dict(), 40, 512),
}
# name in torchvision: arguments, shape of a frame or clip, channels
TORCHVISION = dict(
    resnet18=(dict(), (3, 40, 33), 512),
    mobilenet_v3_small=(dict(), (3, 40, 33), 1024),
    efficientnet_b0=(dict(), (3, 40, 33), 1280),
    densenet121=(dict(), (3, 40, 33), 1024),
    squeezenet1_1=(dict(), (3, 40, 33), 512),
    convnext_tiny=(dict(), (3, 40, 33), 768),
    swin_t=(dict(), (3, 64, 40), 768),
    vit_b_16=(dict(image_size=32), (3, 32, 32), 768),
    r3d_18=(dict(), (3, 4, 32, 24), 512),
    swin3d_t=(dict(), (3, 4, 32, 48), 768),
)


def timm_config(name, **kwargs):
    return dict(
        type='TimmBackbone',
        name=name,
        **{
            'weights': None,
            **TIMM[name][0],
            **kwargs
        })


def torchvision_config(name, **kwargs):
    return dict(
        type='TorchvisionBackbone',
        name=name,
        **{
            'weights': None,
            **TORCHVISION[name][0],
            **kwargs
        })


def transformers_config(name, **kwargs):
    return dict(
        type='TransformersBackbone',
        name=f'tiny/{name}',
        **{
            'weights': None,
            'config': TRANSFORMERS.get(name),
            **kwargs
        })


def build(config):
    """Backbone without dropout, whose parameters are all different from those
    of a new model."""
    backbone = MODELS.build(config).eval()
    with torch.no_grad():
        for parameter in backbone.parameters():
            parameter.add_(.02 * torch.randn_like(parameter))
    return backbone


def classifier_input(model, classifier, call):
    """What the classifier of a model gets while the model is called."""
    seen = []
    hook = classifier.register_forward_hook(
        lambda module, inputs, output: seen.append(inputs[0]))
    call(model)
    hook.remove()
    assert len(seen) == 1
    return seen[0]


def same_weights(model, backbone):
    """Give a library's whole model the weights of a backbone.

    Only the classifier keeps its own.
    """
    report = model.load_state_dict(backbone.model.state_dict(), strict=False)
    assert not report.unexpected_keys
    assert {key.rpartition('.')[2]
            for key in report.missing_keys} <= {'weight', 'bias'} and len(
                report.missing_keys) <= 4
    return model.eval()
