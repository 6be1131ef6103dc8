"""Contract of a classifier: a row of weights and a logit for each class."""
import torch

from tests.contracts.components import C, S, build, finite, of_kind


@of_kind('Classifier')
def test_classifier(cls, tmp_path):
    classifier = build(cls, tmp_path)
    assert classifier.weight.shape == (S, C)
    for shape in ((3, C), (3, 2, C)):
        x = torch.randn(shape, requires_grad=True)
        logits = classifier(x)
        assert logits.shape == (*shape[:-1], S)
        classifier.zero_grad()
        logits.square().sum().backward()
        grads = [p.grad for p in classifier.parameters() if p.requires_grad]
        assert finite(logits, x.grad, *grads)
        assert all(grad.abs().sum() > 0 for grad in grads)
    before = classifier.weight.clone()
    classifier.reset_parameters()
    assert not torch.equal(classifier.weight, before)


@of_kind('Classifier')
def test_rows_are_videos(cls, tmp_path):
    classifier, x = build(cls, tmp_path).eval(), torch.randn(4, C)
    order = torch.tensor([2, 0, 3, 1])
    torch.testing.assert_close(classifier(x)[order], classifier(x[order]))
