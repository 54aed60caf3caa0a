"""Makes each widget, has it write its state and read it again, and prints its name.

``python -m tests.environments.every_widget``: for a Python that need not have pytest.
"""

from __future__ import annotations

import importlib
import inspect
from contextlib import ExitStack
from pathlib import Path

from lab.autoencoder import AutoencoderRun
from lab.training import Run
from widgets._base import LabWidget

NAMES = sorted(path.parent.name for path in Path("widgets").glob("*/view.ts"))


def widget_of(name: str) -> type[LabWidget]:
    """The widget of a folder."""
    module = importlib.import_module(f"widgets.{name}")
    known = inspect.getmembers(module, inspect.isclass)
    (found,) = (
        one for _, one in known if issubclass(one, LabWidget) and one.__module__ == module.__name__
    )
    return found


def main() -> None:
    """Make them all."""
    with ExitStack() as runs:

        def organs(**options: object) -> Run:
            small = {"count": 150, "size": 32, **options}
            return runs.enter_context(Run("organs", options=small, worker="thread", epochs=1))

        digits = runs.enter_context(Run(worker="thread", epochs=1))
        digits.step(3)
        digits.wait("paused")
        arguments = {
            "autoencoder": [runs.enter_context(AutoencoderRun(worker="thread", epochs=1))],
            "comparison": ["optimizer"],
            "data_flaws": [organs()],
            "landscape": ["lenet on digits"],
            "map_limits": [organs()],
            "stress_test": [organs(), organs(shortcut=True)],
        }
        for name in NAMES:
            made = widget_of(name)
            needs_run = "run" in inspect.signature(made.__init__).parameters
            widget = made(*arguments.get(name, [digits] if needs_run else []))
            text = widget.state_text()
            widget.take_state(text)
            assert widget.state_text() == text, name
            assert widget.problem == "", name
            widget.close()
            print(name, flush=True)


if __name__ == "__main__":
    main()
