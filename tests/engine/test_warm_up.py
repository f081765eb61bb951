"""Importing TensorFlow: once, with the collector at rest, and a sentence where it cannot be."""

import gc
import importlib
import importlib.util
import sys

import pytest

from desktop_app.engine import warm_up
from desktop_app.engine.errors import EngineError

BRIDGE = "desktop_app.engine.keras_bridge"


@pytest.fixture(autouse=True)
def never_imported(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delitem(sys.modules, BRIDGE, raising=False)
    monkeypatch.setattr(gc, "freeze", lambda: None)
    monkeypatch.setattr(warm_up, "_load_libraries", lambda: None)


@pytest.mark.parametrize("collecting", [True, False])
def test_the_collector_rests_meanwhile_and_is_left_as_it_was(
    monkeypatch: pytest.MonkeyPatch, collecting: bool
) -> None:
    asked: list[tuple[str, bool]] = []
    monkeypatch.setattr(importlib, "import_module", lambda name: asked.append((name, gc.isenabled())))
    if not collecting:
        gc.disable()
    try:
        warm_up.import_tensorflow()
        assert gc.isenabled() == collecting
    finally:
        gc.enable()
    assert asked == [(BRIDGE, False)]


@pytest.mark.parametrize(
    ("error", "sentence"),
    [
        (
            ModuleNotFoundError("No module named 'tensorflow'"),
            "used: No module named 'tensorflow'. Install it",
        ),
        (ImportError("libcuda.so is missing.\nTraceback:\n …"), "used: libcuda.so is missing. Install it"),
        (ImportError(), "TensorFlow cannot be used"),
    ],
)
def test_without_tensorflow_a_sentence_says_so(
    monkeypatch: pytest.MonkeyPatch, error: ImportError, sentence: str
) -> None:
    def fail(_: str) -> None:
        raise error

    monkeypatch.setattr(importlib, "import_module", fail)
    for _ in range(2):  # whoever installs it meanwhile may try again
        with pytest.raises(EngineError) as caught:
            warm_up.import_tensorflow()
        assert sentence in str(caught.value)
        assert "\n" not in str(caught.value)
        assert gc.isenabled()


def test_the_second_time_nothing_happens(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(sys.modules, BRIDGE, sys)
    monkeypatch.setattr(importlib, "import_module", lambda _: pytest.fail("imported again"))
    warm_up.import_tensorflow()


def test_libraries_that_are_not_there_are_left_alone(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.undo()
    monkeypatch.setattr(importlib.util, "find_spec", lambda _: None)
    warm_up._load_libraries()
