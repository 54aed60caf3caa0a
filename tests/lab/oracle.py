"""The same networks and losses in PyTorch, float64, for autograd to differentiate."""

import torch
from torch.nn import functional

ACTIVATIONS = {
    # autograd has no derivative of a comparison: 0 · z gives it one, which is 0
    "step": lambda z: (z > 0).double() + 0 * z,
    "identity": lambda z: z,
    "sigmoid": torch.sigmoid,
    "tanh": torch.tanh,
    "relu": torch.relu,
    "leaky_relu": functional.leaky_relu,
    "gelu": functional.gelu,
    "softplus": lambda z: functional.softplus(z, threshold=700),
    "softmax": lambda z: torch.softmax(z, -1),
    "log_softmax": lambda z: torch.log_softmax(z, -1),
}

LOSSES = {
    "mse_loss": functional.mse_loss,
    "half_squared_error": lambda a, t: functional.mse_loss(a, t, reduction="sum") / 2,
    "binary_cross_entropy_with_logits": functional.binary_cross_entropy_with_logits,
    "cross_entropy": functional.cross_entropy,
    "nll_loss": functional.nll_loss,
    "hinge": lambda a, t: torch.relu(1 - t * a).mean(),
}


def parameters(network):
    """Return weights and biases of each layer as leaves that collect gradients."""
    return [
        (
            torch.tensor(layer.weights, requires_grad=True),
            torch.tensor(layer.biases, requires_grad=True),
        )
        for layer in network.layers
    ]


def forward(network, leaves, x):
    """Return every z and every activation, each keeping its gradient."""
    a, zs, activations = torch.tensor(x), [], []
    for layer, (weights, biases) in zip(network.layers, leaves, strict=True):
        z = functional.linear(a, weights, biases)
        z.retain_grad()
        if isinstance(layer.activation, str):
            a = ACTIVATIONS[layer.activation](z)
        else:
            columns = enumerate(layer.activation)
            a = torch.stack([ACTIVATIONS[name](z[..., j]) for j, name in columns], -1)
        if layer.on is not None:
            a = a * torch.tensor(layer.on)
        if not a.is_leaf:
            a.retain_grad()
        zs.append(z)
        activations.append(a)
    return zs, activations
