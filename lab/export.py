"""A network as PyTorch code that gives the same numbers."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from lab.layers import Layer
    from lab.networks import Network

MODULES = {
    "step": "Step()",
    "identity": "nn.Identity()",
    "sigmoid": "nn.Sigmoid()",
    "tanh": "nn.Tanh()",
    "relu": "nn.ReLU()",
    "leaky_relu": "nn.LeakyReLU()",
    "gelu": "nn.GELU()",
    "softplus": "nn.Softplus()",
    "softmax": "nn.Softmax(dim=-1)",
    "log_softmax": "nn.LogSoftmax(dim=-1)",
}

CLASSES = {
    "Step": """
class Step(nn.Module):
    def forward(self, z):
        return (z > 0).to(z.dtype)
""",
    "PerNeuron": """
class PerNeuron(nn.Module):
    def __init__(self, *activations):
        super().__init__()
        self.activations = nn.ModuleList(activations)

    def forward(self, z):
        return torch.stack([f(z[..., j]) for j, f in enumerate(self.activations)], dim=-1)
""",
    "SwitchOff": """
class SwitchOff(nn.Module):
    def __init__(self, *neurons):
        super().__init__()
        self.neurons = list(neurons)

    def forward(self, a):
        return a.index_fill(-1, torch.tensor(self.neurons), 0)
""",
}
"""What ``torch.nn`` has no module for; written out only where it is needed."""


def network_code(network: Network) -> str:
    """Return lines of PyTorch that build ``network``, an ``nn.Sequential`` in float64."""
    modules: list[str] = []
    numbers: list[str] = []
    for layer in network.layers:
        place = f"network[{len(modules)}]"
        modules += _modules(layer)
        numbers += [
            f"    {place}.weight.copy_(torch.tensor({layer.weights.tolist()}, dtype=torch.double))",
            f"    {place}.bias.copy_(torch.tensor({layer.biases.tolist()}, dtype=torch.double))",
        ]
    needed = [code for name, code in CLASSES.items() if f"{name}(" in " ".join(modules)]
    return "\n".join(
        (
            "import torch",
            "from torch import nn",
            *needed,
            "network = nn.Sequential(",
            *(f"    {module}," for module in modules),
            ").double()",
            "with torch.no_grad():",
            *numbers,
        )
    )


def _modules(layer: Layer) -> list[str]:
    modules = [f"nn.Linear({layer.inputs}, {layer.outputs})"]
    if not isinstance(layer.activation, str):
        modules.append(f"PerNeuron({', '.join(MODULES[name] for name in layer.activation)})")
    elif layer.activation != "identity":
        modules.append(MODULES[layer.activation])
    if layer.on is not None:
        off = [str(j) for j, on in enumerate(layer.on) if not on]
        modules.append(f"SwitchOff({', '.join(off)})")
    return modules
