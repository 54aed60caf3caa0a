"""A test of a network, against counting one by one."""

import numpy as np
import pytest
import torch
from sklearn.metrics import accuracy_score, confusion_matrix, log_loss

from lab.evaluation import outcome

LOGITS = torch.randn(200, 4, generator=torch.Generator().manual_seed(1)) * 2
LABELS = torch.randint(0, 3, (200,), generator=torch.Generator().manual_seed(2))  # none of class 3


def test_the_outcome_is_that_of_scikit_learn():
    found = outcome(LOGITS, LABELS)
    p = LOGITS.double().softmax(1).numpy()
    said = p.argmax(1)
    assert found.loss == pytest.approx(log_loss(LABELS, p, labels=range(4)), rel=1e-6)
    assert found.accuracy == accuracy_score(LABELS, said)
    assert np.array_equal(found.confusion, confusion_matrix(LABELS, said, labels=range(4)))
    assert np.array_equal(found.predictions, said)
    np.testing.assert_allclose(found.confidences, p.max(1), rtol=1e-5)
    np.testing.assert_allclose(found.true, p[np.arange(200), LABELS], rtol=1e-4)
    assert found.confusion.dtype == found.predictions.dtype == np.int64
    assert found.confidences.dtype == found.true.dtype == np.float32
