"""Schedules against the schedulers of PyTorch, step by step."""

import subprocess
import sys

import pytest
import torch

from lab.optimizers import SCHEDULES as SHIPPED
from lab.schedules import factor
from lab.settings import SCHEDULES


def test_the_lab_has_one_set_of_schedules():
    assert tuple(SHIPPED) == SCHEDULES


@pytest.mark.parametrize("name", SCHEDULES)
@pytest.mark.parametrize("steps", [1, 2, 7, 10, 100, 921])
def test_the_factors_are_those_of_pytorch(name, steps):
    rate = 0.3
    optimizer = torch.optim.SGD([torch.zeros(1, requires_grad=True)], rate)
    shipped = SHIPPED[name]
    scheduler = shipped.scheduler and shipped.scheduler(optimizer, **shipped.options(steps, rate))
    for step in range(steps):
        assert rate * factor(name, step, steps) == pytest.approx(
            optimizer.param_groups[0]["lr"], rel=1e-9, abs=1e-12
        )
        optimizer.step()
        if scheduler:
            scheduler.step()


@pytest.mark.parametrize("name", SCHEDULES)
def test_a_run_that_becomes_longer_or_shorter_still_has_a_rate(name):
    assert 0 <= factor(name, 150, 100) <= 1


def test_they_need_no_pytorch():
    code = "import sys, lab.schedules, lab.settings; print('torch' in sys.modules)"
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, check=True)
    assert done.stdout.strip() == b"False"
