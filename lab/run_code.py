"""A run as one plain PyTorch script that trains the same network to the same loss curve on a CPU.

Text only: whoever holds a run can have it without PyTorch.
"""

from __future__ import annotations

import ast
from importlib.resources import files
from typing import TYPE_CHECKING

from lab.model_code import model_code
from lab.run_files import START_FILE, data_code
from lab.settings import is_module

if TYPE_CHECKING:
    from lab.settings import Settings

OPTIMIZERS = {
    "sgd": "SGD(model.parameters(), lr={rate}, momentum={momentum}{decay})",
    "nesterov": "SGD(model.parameters(), lr={rate}, momentum={momentum}, nesterov=True{decay})",
    "adam": "Adam(model.parameters(), lr={rate}{decay}, foreach=True)",
    "adamw": "AdamW(model.parameters(), lr={rate}, weight_decay={weight_decay}, foreach=True)",
    "rmsprop": "RMSprop(model.parameters(), lr={rate}{decay}, foreach=True)",
    "adagrad": "Adagrad(model.parameters(), lr={rate}{decay}, foreach=True)",
    "nadam": "NAdam(model.parameters(), lr={rate}{decay}, foreach=True)",
}
"""``foreach`` rounds as the lab does; without it the digits after the sixth differ."""

SCHEDULES = {
    "step": "StepLR(optimizer, math.ceil(steps / 4), gamma=0.5)",
    "exponential": "ExponentialLR(optimizer, 0.01 ** (1 / steps))",
    "cosine": "CosineAnnealingLR(optimizer, steps)",
    "warm-up": "LinearLR(optimizer, start_factor=0.1, total_iters=max(1, steps // 5))",
    "one cycle": "OneCycleLR(optimizer, {rate}, max(10, steps), cycle_momentum=False)",
}

LOSSES = {
    "cross_entropy": "F.cross_entropy(logits, labels{weight})",
    "nll": "F.nll_loss(F.log_softmax(logits, dim=1), labels{weight})",
    "label_smoothing": "F.cross_entropy(logits, labels{weight}, label_smoothing={smoothing})",
    "focal": "focal(logits, labels, {gamma}{weights})",
}

SCRIPT = '''\
"""Train a network on images: the same steps as the run in the lab, in plain PyTorch on a CPU.

The same seeds give the same initial weights, the same batches and the same losses. A setting that
was changed while the run went on counts here from the beginning.
"""

{imports}

torch.set_num_threads({threads})  # another number rounds sums a little differently

# The images of {dataset!r}: bytes (N, C, H, W) from 0 to scale, and their classes (N,).
{data}
train_images, train_labels = torch.tensor(train_images), torch.tensor(train_labels)
test_images, test_labels = torch.tensor(test_images), torch.tensor(test_labels)
mean = train_images.double().mean().item()
std = train_images.double().std(correction=0).item() or 1.0
epochs, batch_size = {epochs}, {batch_size}
steps = epochs * math.ceil({images} / batch_size)

# The network.
torch.manual_seed({seed})
{model}
{prepare_model}
optimizer = torch.optim.{optimizer}
{schedule}{functions}

def pixels(images):
    """Return images as numbers; channels last is quicker on a CPU."""
    return images.to(torch.float32, memory_format=torch.channels_last)


def answers(numbers):
    """Return what the network says of images, which get mean 0 and standard deviation 1."""
{answers}


def loss_of(logits, labels):
    """Return what is made small."""
    return {loss}


def test():
    """Return the cross-entropy and the accuracy on the whole test set."""
    model.eval()
    with torch.no_grad():
        logits = torch.cat([answers(pixels(part)) for part in test_images.split(250)])
    model.train()
    right = (logits.argmax(1) == test_labels).double().mean().item()
    return F.cross_entropy(logits, test_labels).item(), right


order = torch.Generator().manual_seed({seed})
{changes}losses = []  # of each step
for epoch in range(epochs):
    for batch in torch.randperm(len(train_labels), generator=order).split(batch_size):
{lone}        images = pixels(train_images[batch])
{augment}        loss = loss_of(answers(images), train_labels[batch])
        optimizer.zero_grad()
        loss.backward()
        optimizer.step()
{step}        losses.append(loss.item())
        if not losses[-1] < 1e6:
            raise SystemExit(f"In step {{len(losses)}} the loss grew beyond all bounds.")
    print("epoch {{}}: test loss {{:.4f}}, accuracy {{:.1%}}".format(epoch + 1, *test()))
'''

CHANGES = "changes = torch.Generator().manual_seed({seed})\n"

LONE = """\
        if len(batch) == 1:
            continue  # cannot be normalised as a batch
"""

AUGMENT = """\
        images = augment(images, {table}, changes, scale=scale, fill=mean)
        images = images.contiguous(memory_format=torch.channels_last)
"""


def run_code(settings: Settings, input_shape: tuple[int, int, int], classes: int) -> str:
    """Return the script.

    It needs torch and numpy, scikit-learn for the digits, and the files that ``script_files``
    names.

    Args:
        settings: of the run. What was changed while it ran counts as if it had been so from the
            beginning.
        input_shape: channels, height and width of one image.
        classes: how many classes there are.

    Raises:
        ValueError: the network is a module of one's own, whose code the lab does not know.
    """
    if is_module(settings.model):
        raise ValueError(
            "The network of this run is your own module: its code stands where you wrote it."
        )
    imports, model = _split(model_code(settings.model, input_shape, classes))
    imports += ["import math", "import torch", "from torch.nn import functional as F"]
    data_imports, data = data_code(settings)
    functions, needed = _functions(settings, classes)
    if settings.checkpoint is not None:
        needed.append("from safetensors.torch import load_file")
    norm = "BatchNorm" in model
    images = "(len(train_labels) - (len(train_labels) % batch_size == 1))"
    schedule = SCHEDULES.get(settings.schedule, "").format(rate=settings.learning_rate)
    return SCRIPT.format(
        imports=_imports([*imports, *data_imports, *needed]),
        threads=settings.threads,
        dataset=settings.dataset,
        data=data,
        epochs=settings.epochs,
        batch_size=settings.batch_size,
        images=images if norm else "len(train_labels)",
        seed=settings.seed,
        model=model,
        prepare_model=_prepare_model(settings),
        optimizer=_optimizer(settings),
        schedule=f"scheduler = torch.optim.lr_scheduler.{schedule}\n" if schedule else "",
        functions=functions,
        answers=_answers(settings),
        loss=_loss(settings),
        changes=CHANGES.format(seed=settings.seed) if settings.augmentation else "",
        lone=LONE if norm else "",
        augment=AUGMENT.format(table=dict(settings.augmentation)) if settings.augmentation else "",
        step="        scheduler.step()\n" if schedule else "",
    )


def _optimizer(settings: Settings) -> str:
    decay = settings.weight_decay
    return OPTIMIZERS[settings.optimizer].format(
        rate=settings.learning_rate,
        momentum=settings.momentum,
        weight_decay=decay,
        decay=f", weight_decay={decay}" if decay else "",
    )


def _prepare_model(settings: Settings) -> str:
    lines = []
    if settings.checkpoint is not None:
        lines.append(f"model.load_state_dict(load_file({START_FILE!r}))  # saved from the lab")
    if settings.dropout is not None:
        lines += [
            "for module in model.modules():",
            "    if isinstance(module, nn.Dropout):",
            f"        module.p = {settings.dropout}",
        ]
    lines.append("model = model.to(memory_format=torch.channels_last)")
    return "\n".join(lines)


def _answers(settings: Settings) -> str:
    line = "model((numbers - mean) / std)"
    if settings.precision == "float32":
        return f"    return {line}"
    return (
        f'    with torch.autocast("cpu", dtype=torch.{settings.precision}):\n'
        f"        return {line}.float()"
    )


def _loss(settings: Settings) -> str:
    balanced = settings.class_weights == "balanced"
    return LOSSES[settings.loss].format(
        weight=", weight=weights" if balanced else "",
        weights=", weights" if balanced else "",
        smoothing=settings.label_smoothing,
        gamma=settings.focal_gamma,
    )


def _functions(settings: Settings, classes: int) -> tuple[str, list[str]]:
    """Return the lab's own functions that the script needs, as they stand there, and imports."""
    parts, imports = [], []
    if settings.augmentation:
        parts += _sources("augmentation.py", ["augment", "_uniform", "_move", "_erase"])
        imports += [
            "from collections.abc import Mapping",
            "from typing import Any",
            "from torch import Generator, Tensor",
            "from torch.nn.functional import affine_grid, grid_sample",
        ]
    if settings.loss == "focal":
        parts += _sources("classification_losses.py", ["focal"])
        imports += ["from torch import Tensor", "from torch.nn.functional import log_softmax"]
    if settings.class_weights == "balanced":
        parts += _sources("classification_losses.py", ["balanced"])
        parts.append(f"weights = balanced(train_labels.bincount(minlength={classes}))")
        imports.append("from torch import Tensor")
    return "".join(f"\n\n{part}\n" for part in parts), imports


def _sources(file: str, names: list[str]) -> list[str]:
    # Read and not imported: this needs no PyTorch, and the arithmetic is written once.
    source = files("lab").joinpath(file).read_text(encoding="utf-8")
    found = {
        node.name: ast.get_source_segment(source, node)
        for node in ast.parse(source).body
        if isinstance(node, ast.FunctionDef)
    }
    return [str(found[name]) for name in names]


def _split(source: str) -> tuple[list[str], str]:
    """Return the imports of a source, and the rest."""
    lines = source.strip().splitlines()
    imports = [line for line in lines if line.startswith(("import ", "from "))]
    rest = "\n".join(line for line in lines if line not in imports).strip()
    return imports, rest


def _imports(lines: list[str]) -> str:
    """Return imports in the usual order: Python's own, then what is installed."""
    own = ("collections", "collections.abc", "gzip", "math", "pathlib", "typing")
    names: dict[str, set[str]] = {}
    plain = set()
    for line in lines:
        if line.startswith("from"):
            module, _, what = line.removeprefix("from ").partition(" import ")
            names.setdefault(module, set()).update(what.split(", "))
        else:
            plain.add(line)
    ordered = sorted(plain) + [
        f"from {module} import {', '.join(sorted(what))}" for module, what in sorted(names.items())
    ]
    first = [line for line in ordered if line.split()[1] in own]
    return "\n".join([*first, "", *(line for line in ordered if line not in first)])
