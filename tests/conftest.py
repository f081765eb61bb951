"""What every test stands on: no network, no user folders, no screen, nothing left running."""

import gc
import os
import signal
import socket
import sys
import threading
import time
from collections.abc import Callable, Generator, Iterator
from pathlib import Path

import numpy as np
import pytest
from PIL import Image

os.environ["QT_QPA_PLATFORM"] = "offscreen"
for number in (signal.SIGINT, getattr(signal, "SIGHUP", signal.SIGINT)):  # a shell's “&”, and nohup
    if signal.getsignal(number) is signal.SIG_IGN:  # which a process here and its children inherit
        signal.signal(number, signal.default_int_handler if number == signal.SIGINT else signal.SIG_DFL)
os.environ["LOKY_MAX_CPU_COUNT"] = "1"  # scikit-learn's joblib warns where it cannot count the cores itself
SHARED = Path(__file__).parents[2] / "shared"


@pytest.hookimpl(wrapper=True)
def pytest_runtest_makereport() -> Generator[None, pytest.TestReport, pytest.TestReport]:
    """What a test printed may hold half a character, which does not travel between processes."""
    report = yield
    report.sections = [
        (title, text.encode("utf-8", "backslashreplace").decode()) for title, text in report.sections
    ]
    return report


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """The longest test comes first: begun last, it would run on while the other workers wait."""
    items.sort(key=lambda item: item.path.name != "test_end_to_end.py")


@pytest.fixture(autouse=True)
def own_home(tmp_path_factory: pytest.TempPathFactory, monkeypatch: pytest.MonkeyPatch) -> Path:
    """Settings, caches, weights and documents go to a folder that dies with the test."""
    home = tmp_path_factory.mktemp("home")
    for name in ("XDG_CONFIG_HOME", "XDG_DATA_HOME", "XDG_CACHE_HOME", "XDG_STATE_HOME", "XDG_DOCUMENTS_DIR"):
        monkeypatch.setenv(name, str(home / name.lower()))
    monkeypatch.setenv("HOME", str(home))
    return home


@pytest.fixture(autouse=True)
def no_network(monkeypatch: pytest.MonkeyPatch) -> None:
    """Connections leave this machine for no test."""
    connect = socket.socket.connect

    def guarded(self: socket.socket, address: object) -> None:
        host = address[0] if isinstance(address, tuple) else address
        assert host in {"127.0.0.1", "::1", "localhost"} or self.family == socket.AF_UNIX, (
            f"reached for {host}"
        )
        connect(self, address)  # type: ignore[arg-type]

    monkeypatch.setattr(socket.socket, "connect", guarded)


@pytest.fixture(autouse=True)
def no_leaked_threads() -> Iterator[None]:
    """A thread that a test started ends with it."""
    before = set(threading.enumerate())
    yield
    deadline = time.monotonic() + 20  # matplotlib may still be on its way into memory
    while leaked := [t for t in threading.enumerate() if t not in before and t.is_alive()]:
        if time.monotonic() > deadline:
            pytest.fail(f"threads left running: {leaked}")
        gc.collect()
        time.sleep(0.02)


@pytest.fixture(autouse=True)
def no_leaked_widgets(request: pytest.FixtureRequest) -> Iterator[None]:
    """What a test put on the screen is gone before the next; pytest-qt only asks for it to be deleted.

    What hangs in a cycle ends in this thread, too: were it collected in one that the test has started, as
    Python likes to, Qt would crash. The program has its `Collector` for that.
    """
    has_window = not {"ui", "control", "jobs"}.isdisjoint(request.path.parts)
    if has_window:
        gc.disable()
    yield
    if "PySide6.QtWidgets" in sys.modules:
        from PySide6.QtCore import QCoreApplication, QEvent

        if QCoreApplication.instance():
            QCoreApplication.sendPostedEvents(None, QEvent.Type.DeferredDelete)
    if has_window:
        gc.collect()
        gc.freeze()  # what is left lives on: the next test need not look through it again
        gc.enable()


@pytest.fixture
def shared() -> Path:
    """Real data and weights, where the machine has them."""
    if not SHARED.is_dir():
        pytest.skip("needs the real pictures and weights in ../shared")
    return SHARED


@pytest.fixture
def picture_folder(tmp_path: Path) -> Callable[..., Path]:
    """Makes a folder of class folders of small pictures, each class of a colour of its own."""

    def make(name: str = "pictures", classes: tuple[str, ...] = ("blue", "red"), count: int = 6) -> Path:
        dice = np.random.default_rng(len(name))
        for place, label in enumerate(classes):
            folder = tmp_path / name / label
            folder.mkdir(parents=True)
            for number in range(count):
                pixels = dice.integers(0, 120, (40, 48, 3), np.uint8)
                pixels[..., place % 3] += 130
                Image.fromarray(pixels).save(folder / f"{number}.png")
        return tmp_path / name

    return make


@pytest.fixture
def small_backbones(monkeypatch: pytest.MonkeyPatch) -> None:
    """VGG16 on pictures of 32 pixels, slim: the same code in a fraction of the time.

    It computes in float32, also on a processor that is faster in another format: what a test asks is the same
    everywhere.
    """
    from slim import bare_model, small_row

    from desktop_app.engine import frozen
    from desktop_app.engine.backbones import BACKBONES

    monkeypatch.setitem(BACKBONES, "VGG16", small_row("VGG16", 32))
    monkeypatch.setattr(frozen, "bare_model", bare_model)
    monkeypatch.setattr(frozen, "fastest", lambda: "float32")
