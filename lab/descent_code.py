"""A race as lines of plain PyTorch that walk the same paths."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Any

from lab.optimizers import SCHEDULES, Newton

if TYPE_CHECKING:
    from collections.abc import Sequence

    from lab.walkers import Walker


def code(
    function: str,
    start: tuple[float, float],
    walkers: Sequence[Walker],
    steps: int,
    *,
    noise: float = 0.0,
    batch_size: int | None = None,
    seed: int = 0,
) -> str:
    """Return lines of PyTorch; after them ``paths`` holds one list of places for each walker.

    Args:
        function: the loss as an expression of x and y in torch, such as ``"x**2 + 10 * y**2"``, or
            as lines that end with the ``def`` of a function of x and y. Where there are batches,
            it gives the losses of the samples ``(N,)``.
        start: where all start.
        walkers: who walks.
        steps: how many.
        noise: as in ``race``.
        batch_size: as in ``race``.
        seed: as in ``race``.

    """
    text, name = _definition(function)
    lines = ["import torch", *_imports(walkers), "", *text, ""]
    arguments = f"{steps}, 2, generator=torch.Generator().manual_seed({seed}), dtype=torch.float64"
    if noise:
        lines += [f"noise = {noise!r} * torch.randn({arguments})"]
    if batch_size is not None:
        lines += [
            f"random, batches = torch.Generator().manual_seed({seed}), []",
            f"count = len({name}(*torch.tensor({_pair(start)}, dtype=torch.float64)))",
            f"while len(batches) < {steps}:",
            f"    batches += torch.randperm(count, generator=random).split({batch_size})",
        ]
    loss = f"{name}(*p)" if batch_size is None else f"{name}(*p)[batches[step]].mean()"
    lines += ["paths = []"]
    for walker in walkers:
        lines += ["", f"# {walker.name}", *_walk(walker, start, steps, loss, bool(noise))]
    return "\n".join(lines) + "\n"


def _walk(
    walker: Walker, start: tuple[float, float], steps: int, loss: str, noise: bool
) -> list[str]:
    newton = walker.type is Newton
    head = [f"p = torch.tensor({_pair(start)}, dtype=torch.float64, requires_grad=True)"]
    scheduled = walker.schedule != "constant"
    if not newton:
        head.append(f"optimizer = {_made(walker)}")
    elif scheduled:  # a scheduler wants an optimizer, whose learning rate is then read
        head.append(f"optimizer = torch.optim.SGD([p], lr={walker.learning_rate!r})")
    if scheduled:
        head.append(f"scheduler = {_scheduler(walker, steps)}")
    if newton:
        body = _newton(walker, loss, noise, scheduled)
    elif walker.needs_closure:
        body = [
            "def closure():",
            "    optimizer.zero_grad()",
            f"    loss = {loss}",
            "    loss.backward()",
            *(["    p.grad += noise[step]"] if noise else []),
            "    return loss",
            "optimizer.step(closure)",
        ]
    else:
        body = [
            "optimizer.zero_grad()",
            f"{loss}.backward()",
            *(["p.grad += noise[step]"] if noise else []),
            "optimizer.step()",
        ]
    body += ["scheduler.step()"] if scheduled else []
    body += ["path.append(p.tolist())"]
    return [
        *head,
        "path = [p.tolist()]",
        f"for step in range({steps}):",
        *(f"    {line}" for line in body),
        "paths.append(path)",
    ]


def _newton(walker: Walker, loss: str, noise: bool, scheduled: bool) -> list[str]:
    rate = 'optimizer.param_groups[0]["lr"]' if scheduled else repr(float(walker.learning_rate))
    return [
        f"gradient = torch.autograd.grad({loss}, p, create_graph=True)[0]",
        "rows = [torch.autograd.grad(part, p, retain_graph=True)[0] for part in gradient]",
        *(["gradient = gradient + noise[step]"] if noise else []),
        "with torch.no_grad():",
        f"    p -= {rate} * torch.linalg.solve(torch.stack(rows), gradient)",
        *(["optimizer.step()  # p has no gradient: it only counts"] if scheduled else []),
    ]


def _made(walker: Walker) -> str:
    where = "torch.optim." if isinstance(walker.optimizer, str) else ""
    options: dict[str, Any] = {"lr": walker.learning_rate, **walker.settings}
    return f"{where}{walker.type.__name__}([p], {_keywords(options)})"


def _scheduler(walker: Walker, steps: int) -> str:
    if not isinstance(walker.schedule, str):
        name = getattr(walker.schedule, "__name__", "<lambda>")
        return f"{'schedule' if name == '<lambda>' else name}(optimizer)  # your own"
    schedule = SCHEDULES[walker.schedule]
    assert schedule.scheduler is not None, "the constant one needs none"
    options = _keywords(schedule.options(steps, walker.learning_rate))
    return f"torch.optim.lr_scheduler.{schedule.scheduler.__name__}(optimizer, {options})"


def _imports(walkers: Sequence[Walker]) -> list[str]:
    own = {walker.type for walker in walkers if not isinstance(walker.optimizer, str)}
    outside = sorted((kind.__module__, kind.__name__) for kind in own)
    return [f"from {module} import {name}" for module, name in outside if module != "__main__"]


def _definition(function: str) -> tuple[list[str], str]:
    names = re.findall(r"^def (\w+)", function, flags=re.MULTILINE)
    if names:
        return function.strip("\n").split("\n"), names[-1]
    return ["def loss_at(x, y):", f"    return {function}"], "loss_at"


def _keywords(options: dict[str, Any]) -> str:
    return ", ".join(f"{name}={value!r}" for name, value in options.items())


def _pair(place: tuple[float, float]) -> str:
    return repr([float(number) for number in place])
