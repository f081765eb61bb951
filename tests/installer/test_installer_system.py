"""What Qt takes from the system."""

import importlib.util
import platform
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

from installer import gpu, system
from installer.console import Stop

linux = pytest.mark.skipif(sys.platform != "linux", reason="only Linux leaves libraries out")


@linux
def test_a_bare_system_lacks_all(tmp_path: Path) -> None:
    window = {*system.LIBRARIES.values(), system.FONT}
    assert system.qt_lacks(lambda _: False, (tmp_path,)) == sorted(window)
    both = sorted({*window, *system.WEBCAM.values()})
    assert system.qt_lacks(lambda _: False, (tmp_path,), webcam=True) == both


@linux
def test_only_what_lacks_is_named(tmp_path: Path) -> None:
    (tmp_path / "deep").mkdir()
    (tmp_path / "deep/some.ttf").touch()
    assert system.qt_lacks(lambda _: True, (tmp_path,)) == []
    assert system.qt_lacks(lambda library: "cursor" not in library, (tmp_path,)) == [
        "libwayland-cursor0",
        "libxcb-cursor0",
    ]


@linux
def test_the_loader_is_asked() -> None:
    assert system.loads("libc.so.6")
    assert not system.loads("libnothing.so.0")


@linux
def test_the_libraries_are_those_that_qt_links_to() -> None:
    """Loading Qt's own platforms is the proof that the table is whole here."""
    import PySide6

    assert system.qt_lacks() == []
    plugins = Path(PySide6.__file__).parent / "Qt/plugins/platforms"
    for name in ("libqxcb.so", "libqoffscreen.so", "libqwayland.so"):
        line = [sys.executable, "-c", f"import ctypes; ctypes.CDLL({str(plugins / name)!r})"]
        subprocess.run(line, check=True)


def test_the_exact_line_is_printed() -> None:
    told = system.how_to_add(["libegl1", "libgl1"], apt=True)
    assert "  sudo apt-get update && sudo apt-get install --no-install-recommends libegl1 libgl1\n" in told


def test_without_apt_the_libraries_are_named() -> None:
    told = system.how_to_add(["libglib2.0-0", "fonts-dejavu-core"], apt=False)
    assert "libglib-2.0.so.0, libgthread-2.0.so.0, fonts-dejavu-core" in told
    assert "apt" not in told


def test_who_may_not_is_told_the_line(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(shutil, "which", lambda name: f"/usr/bin/{name}")
    monkeypatch.setattr(system, "_as_root", lambda: None)
    with pytest.raises(Stop, match="sudo apt-get install --no-install-recommends libgl1"):
        system.add(["libgl1"])


def test_who_may_has_it_done(monkeypatch: pytest.MonkeyPatch) -> None:
    lines: list[list[str]] = []

    def call(line: list[str]) -> None:
        lines.append(line)

    monkeypatch.setattr(shutil, "which", lambda name: f"/usr/bin/{name}")
    monkeypatch.setattr(system, "_as_root", lambda: ["sudo", "-n"])
    monkeypatch.setattr(system, "call", call)
    system.add(["libgl1", "libegl1"])
    update, install = lines
    assert update[:4] == ["sudo", "-n", "/usr/bin/apt-get", "update"]
    assert install[:2] == ["sudo", "-n"]
    assert install[-2:] == ["libgl1", "libegl1"]


def test_apt_without_a_network_is_told_in_a_sentence() -> None:
    told = system.failure("E: Failed to fetch x  Temporary failure resolving 'somewhere'\n" * 90, ["libgl1"])
    assert "no network" in told
    assert "somewhere" not in told
    assert "Unable to locate" in system.failure("E: Unable to locate package libgl1", ["libgl1"])


def test_this_python_can_make_a_venv(monkeypatch: pytest.MonkeyPatch) -> None:
    assert system.python_lacks() == []
    monkeypatch.setattr(importlib.util, "find_spec", lambda _: None)
    assert system.python_lacks() == [f"python3.{sys.version_info[1]}-venv"]


def test_no_gpu_build_but_for_linux_on_x86_64(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(platform, "machine", lambda: "aarch64")
    assert gpu.flavour_here() == "cpu"
