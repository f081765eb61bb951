"""The walls of the house, beyond what import-linter sees: what is imported while it runs."""

import subprocess
import sys

import pytest


def modules_after(code: str) -> set[str]:
    command = [sys.executable, "-c", f"{code}\nimport sys\nprint(*sys.modules)"]
    return set(subprocess.run(command, capture_output=True, text=True, check=True).stdout.split())


HEAVY = {"tensorflow", "keras", "h5py", "matplotlib"}
SHOW_THE_WINDOW = """
import sys
from PySide6.QtCore import QTimer
from PySide6.QtWidgets import QApplication
from desktop_app import app
QTimer.singleShot(0, lambda: QTimer.singleShot(300, QApplication.quit))
assert app.main([]) == 0
"""


def test_showing_the_window_imports_neither_tensorflow_nor_keras() -> None:
    loaded = modules_after(SHOW_THE_WINDOW)
    assert "desktop_app.ui.train_page" in loaded
    assert not loaded & {"tensorflow", "keras"}


@pytest.mark.parametrize("words", ["backbones", "weights list"])
def test_a_quick_verb_imports_neither_tensorflow_nor_qt(words: str) -> None:
    loaded = modules_after(f"from desktop_app import cli\nassert cli.main({words.split()!r}) == 0")
    assert not loaded & (HEAVY | {"PySide6"})


ONE_VERB = """
import sys
from desktop_app.__main__ import main
assert "numpy" not in sys.modules
sys.argv = ["graftwork", "backbones"]
assert main() == 0
import numpy
from threadpoolctl import threadpool_info
print(*{"threads", *(f"threads={pool['num_threads']}" for pool in threadpool_info())})
"""


def test_numpy_computes_on_one_thread(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv("OPENBLAS_NUM_THREADS", raising=False)
    monkeypatch.delenv("OMP_NUM_THREADS", raising=False)
    told = {word for word in modules_after(ONE_VERB) if word.startswith("threads")}
    assert told == {"threads", "threads=1"}


def test_the_engine_at_work_imports_no_qt() -> None:
    loaded = modules_after("import desktop_app.engine.export, desktop_app.engine.training")
    assert "tensorflow" in loaded
    assert not {name for name in loaded if name.startswith("PySide6")}
