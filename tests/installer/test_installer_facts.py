"""The stamp: what holds already, and what a start still wants."""

import subprocess
import sys
from pathlib import Path

import pytest

from installer import facts, pip, venv
from installer.console import Stop
from installer.words import EXTRAS, Order


@pytest.fixture
def home(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A .venv to play with."""
    folder = tmp_path / ".venv"
    monkeypatch.setattr(facts, "VENV", folder)
    monkeypatch.setattr(facts, "STAMP", folder / "installer.stamp")
    monkeypatch.setattr(venv, "_LOCK", folder / "installer.lock")
    return folder


def test_no_stamp_means_that_nothing_holds(tmp_path: Path) -> None:
    assert facts.held(tmp_path / "stamp", Path(sys.executable)) == frozenset()


def test_stamp_comes_back_as_written(tmp_path: Path) -> None:
    held = facts.base_facts("cpu") | {facts.QT}
    facts.write(held, tmp_path / "stamp")
    assert facts.held(tmp_path / "stamp", Path(sys.executable)) == held
    assert [path.name for path in tmp_path.iterdir()] == ["stamp"]


def test_stamp_is_void_when_its_python_has_gone(tmp_path: Path) -> None:
    facts.write(facts.base_facts("cpu"), tmp_path / "stamp")
    assert facts.held(tmp_path / "stamp", tmp_path / "bin/python") == frozenset()


def test_damaged_stamp_is_no_stamp(tmp_path: Path) -> None:
    (tmp_path / "stamp").write_bytes(b"\xff\xfe\x00")
    assert facts.held(tmp_path / "stamp", Path(sys.executable)) == frozenset()


def test_a_changed_lock_is_another_fact(tmp_path: Path) -> None:
    for name in ("cpu.txt", "dev.txt"):
        (tmp_path / name).write_text("a==1\n")
    before = facts.base_facts("cpu", tmp_path)
    assert facts.base_facts("cpu", tmp_path) == before
    (tmp_path / "cpu.txt").write_text("a==2\n")
    assert facts.base_facts("cpu", tmp_path) != before
    assert f"python {sys.version_info[0]}.{sys.version_info[1]}" in before


def test_flavour_is_remembered() -> None:
    assert facts.flavour_of(facts.base_facts("gpu")) == "gpu"
    assert facts.flavour_of(facts.base_facts("cpu") | facts.dev_facts()) == "cpu"
    assert facts.flavour_of(frozenset()) is None


def test_each_start_wants_what_it_uses() -> None:
    base, formats = facts.base_facts("cpu"), facts.extra_facts("formats")
    assert venv.needed(Order("run", ("train", "folder")), "cpu") == base
    assert venv.needed(Order("run"), "cpu") == base | {facts.QT}
    assert venv.needed(Order("test"), "cpu") == base | {facts.QT} | facts.dev_facts() | formats
    for extra in EXTRAS:
        order = Order("run", extras=frozenset({extra}))
        assert venv.needed(order, "cpu") == base | {facts.QT} | facts.extra_facts(extra)


def test_extras_once_asked_for_stay(home: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    installed: list[str] = []
    monkeypatch.setattr(pip, "install", lambda _, locks: installed.extend(lock.name for lock in locks))
    monkeypatch.setattr(venv, "_create", lambda: None)
    monkeypatch.setattr(venv, "_system", lambda *_: frozenset({facts.QT}))
    stamp: list[frozenset[str]] = [frozenset()]
    monkeypatch.setattr(facts, "held", lambda: stamp[-1])
    monkeypatch.setattr(facts, "write", stamp.append)
    home.mkdir()
    (home / "installer.lock").touch()
    venv.ensure(Order("run", flavour="cpu", extras=frozenset({"formats"})))
    assert installed == ["cpu.txt", "formats.txt"]
    venv.ensure(Order("run"))
    assert installed == ["cpu.txt", "formats.txt"]
    venv.ensure(Order("run", extras=frozenset({"webcam"})))
    assert installed == ["cpu.txt", "formats.txt", "webcam.txt"]
    venv.ensure(Order("run"))
    assert len(installed) == 3
    stamp.append(frozenset({"cpu.txt of long ago", "webcam.txt of long ago"}))
    venv.ensure(Order("run", flavour="cpu"))
    assert installed[3:] == ["cpu.txt", "webcam.txt"]


def test_the_second_of_two_waits(home: Path) -> None:
    code = "from installer import venv; file = open(r'{}', 'a+b'); print(venv._try_lock(file.fileno()))"
    line = [sys.executable, "-c", code.format(home / "installer.lock")]

    def other_gets_it() -> str:
        return subprocess.run(
            line, cwd=facts.CHECKOUT, capture_output=True, text=True, check=True
        ).stdout.strip()

    with venv._alone():
        assert other_gets_it() == "False"
    assert other_gets_it() == "True"


def test_a_venv_of_somebody_else_is_left_alone(home: Path) -> None:
    home.mkdir()
    (home / "pyvenv.cfg").touch()
    with pytest.raises(Stop, match="not made by this installer"), venv._alone():
        pass
    assert [path.name for path in home.iterdir()] == ["pyvenv.cfg"]


def test_no_stamp_is_written_when_pip_fails(home: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def fail(python: Path, locks: list[Path]) -> None:
        assert [lock.name for lock in locks] == ["formats.txt", "dev.txt"]
        raise Stop("no network")

    monkeypatch.setattr(pip, "install", fail)
    monkeypatch.setattr(facts, "PYTHON", Path(sys.executable))
    monkeypatch.setattr(venv, "_system", lambda *_: frozenset({facts.QT}))
    home.mkdir()
    held = facts.base_facts("cpu") | {facts.QT}
    facts.write(held, facts.STAMP)
    with pytest.raises(Stop, match="no network"):
        venv._complete(Order("test"), "cpu", held)
    assert not facts.STAMP.exists()


def test_checkout_is_importable_from_anywhere(tmp_path: Path) -> None:
    """As the .pth file in .venv says it."""
    site = tmp_path / "site"
    site.mkdir()
    venv.make_importable(site)
    code = f"import site; site.addsitedir({str(site)!r}); import desktop_app; print(desktop_app.__file__)"
    done = subprocess.run(
        [sys.executable, "-I", "-c", code], cwd=tmp_path, capture_output=True, text=True, check=True
    )
    assert Path(done.stdout.strip()).parent == facts.CHECKOUT / "desktop_app"


def test_a_start_that_lacks_nothing_does_nothing(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(facts, "held", lambda: facts.base_facts("cpu") | {facts.QT})
    monkeypatch.setattr(venv, "_alone", lambda: pytest.fail("took the lock"))
    venv.ensure(Order("run"))
