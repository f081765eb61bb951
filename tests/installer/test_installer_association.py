"""A double click on a project opens it, and that can be taken back."""

import os
import shutil
import subprocess
import sys
import time
from pathlib import Path

import pytest

from desktop_app.engine.project import Project
from desktop_app.engine.project_file import SUFFIX as SAVED_AS
from desktop_app.engine.project_file import save_project
from installer import associate as module
from installer.associate import MIME_TYPE, SUFFIX, associate, exec_word, on_linux
from installer.console import Stop
from installer.words import HELP, Order, parse

linux = pytest.mark.skipif(sys.platform != "linux", reason="the files of Linux' desktops")


@pytest.fixture
def data(tmp_path: Path) -> Path:
    return tmp_path / "data"  # xdg-mime stumbles over a space


def written(data: Path) -> set[str]:
    """What lies there, less the caches that the system's tools make."""
    found = {str(path.relative_to(data)) for path in data.rglob("*graftwork*")}
    return {name for name in found if name.endswith((".svg", ".desktop", "packages/graftwork.xml"))}


def entry(data: Path) -> dict[str, str]:
    lines = (data / "applications" / "graftwork.desktop").read_text("utf-8").splitlines()
    assert lines[0] == "[Desktop Entry]"
    return dict(line.split("=", 1) for line in lines[1:])


def test_the_word_is_the_installers() -> None:
    assert parse(["associate", "--remove"]) == Order("associate", ("--remove",))
    assert "associate" in HELP
    with pytest.raises(Stop, match="takes nothing but --remove") as stop:
        associate(["--all"])
    assert stop.value.code == 2
    assert SUFFIX == SAVED_AS


@linux
def test_all_is_written_for_the_user_and_taken_back(data: Path) -> None:
    (data / "applications").mkdir(parents=True)
    (data / "applications" / "other.desktop").write_text(
        "[Desktop Entry]\nType=Application\nName=x\nExec=x\n"
    )
    for _twice in range(2):
        on_linux(data, Path(sys.executable), remove=False)
    assert written(data) == {
        "mime/packages/graftwork.xml",
        "applications/graftwork.desktop",
        "icons/hicolor/scalable/apps/graftwork.svg",
        "icons/hicolor/scalable/mimetypes/application-x-graftwork.svg",
    }
    assert entry(data)["Exec"] == f"{sys.executable} -P -m desktop_app %f"
    assert entry(data)["MimeType"] == f"{MIME_TYPE};"
    for _twice in range(2):
        on_linux(data, Path(sys.executable), remove=True)
    assert written(data) == set()
    assert (data / "applications" / "other.desktop").exists()


@linux
def test_the_users_data_folder_is_used(own_home: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(module, "PYTHON", Path(sys.executable))
    associate([])
    assert (Path(os.environ["XDG_DATA_HOME"]) / "applications" / "graftwork.desktop").exists()
    monkeypatch.setenv("XDG_DATA_HOME", "not/a/full/path")
    associate([])
    assert (own_home / ".local" / "share" / "applications" / "graftwork.desktop").exists()


@linux
@pytest.mark.skipif(shutil.which("desktop-file-validate") is None, reason="needs desktop-file-utils")
def test_the_entry_is_valid(data: Path) -> None:
    on_linux(data, Path(sys.executable), remove=False)
    subprocess.run(["desktop-file-validate", data / "applications" / "graftwork.desktop"], check=True)


@linux
@pytest.mark.skipif(shutil.which("xdg-mime") is None, reason="needs xdg-utils")
@pytest.mark.skipif(shutil.which("update-mime-database") is None, reason="needs shared-mime-info")
@pytest.mark.skipif(shutil.which("update-desktop-database") is None, reason="needs desktop-file-utils")
def test_the_system_knows_a_project_and_who_opens_it(data: Path, tmp_path: Path) -> None:
    def asked(*words: str | Path) -> str:
        # A generic desktop, so that xdg-mime asks the database and not GNOME or KDE.
        environment = {
            **os.environ,
            "XDG_DATA_HOME": str(data),
            "XDG_CURRENT_DESKTOP": "X-Generic",
            "XDG_UTILS_DEBUG_LEVEL": "0",
        }
        return subprocess.run(
            ["xdg-mime", "query", *words], env=environment, capture_output=True, text=True, check=False
        ).stdout.strip()

    project = tmp_path / f"my ants{SUFFIX}"
    save_project(Project(), project)
    before = asked("filetype", project)
    on_linux(data, Path(sys.executable), remove=False)
    if shutil.which("mimetype"):  # without it, xdg-mime asks file(1), which knows no user's types
        assert asked("filetype", project) == MIME_TYPE
    assert asked("default", MIME_TYPE) == "graftwork.desktop"
    on_linux(data, Path(sys.executable), remove=True)
    assert asked("filetype", project) == before
    assert asked("default", MIME_TYPE) == ""


@linux
def test_any_path_survives_the_quoting(tmp_path: Path) -> None:
    # As a desktop reads it: unescape the entry, then split the words (the Desktop Entry Specification).
    path = Path('/my "odd" $HOME `ls` \\ folder/python')
    string = exec_word(path).replace("\\\\", "\\")
    assert string[0] == string[-1] == '"'
    inner, word = iter(string[1:-1]), ""
    for sign in inner:
        word += next(inner) if sign == "\\" else sign
    assert word == str(path)
    assert string.count("\\") == 2 + 1 + 2 + 2  # all four signs are escaped, also the backtick
    assert exec_word(Path("/home/é/x-1.0_b/python")) == "/home/é/x-1.0_b/python"
    for unfit in ("two\nlines", "100%"):
        with pytest.raises(Stop, match="cannot hold this path"):
            exec_word(Path(unfit))


@linux
@pytest.mark.skipif(shutil.which("gio") is None, reason="needs GLib's gio, which opens files as GNOME does")
@pytest.mark.skipif(shutil.which("update-mime-database") is None, reason="needs shared-mime-info")
@pytest.mark.skipif(shutil.which("update-desktop-database") is None, reason="needs desktop-file-utils")
@pytest.mark.parametrize("place", ["plain", 'an "odd" $HOME `ls` \\ place'])
def test_a_double_click_starts_the_program(data: Path, tmp_path: Path, place: str) -> None:
    python, told = tmp_path / place / "python", tmp_path / "told"
    python.parent.mkdir()
    python.write_text(f"#!/bin/sh\nprintf '%s\\n' \"$@\" > '{told}.draft'\nmv '{told}.draft' '{told}'\n")
    python.chmod(0o755)
    project = tmp_path / f"my ants 🐜{SUFFIX}"
    save_project(Project(), project)
    on_linux(data, python, remove=False)
    environment = {**os.environ, "XDG_DATA_HOME": str(data), "DISPLAY": "", "DBUS_SESSION_BUS_ADDRESS": ""}
    subprocess.run(["gio", "open", str(project)], env=environment, check=True, capture_output=True)
    deadline = time.monotonic() + 10
    while not told.exists() and time.monotonic() < deadline:
        time.sleep(0.02)
    assert told.read_text("utf-8").splitlines() == ["-P", "-m", "desktop_app", str(project)]


@linux
def test_what_is_not_installed_is_said(data: Path) -> None:
    with pytest.raises(Stop, match=r"not installed yet\. Start it once"):
        on_linux(data, Path("/nowhere/python"), remove=False)
    assert not data.exists()


@linux
def test_without_the_systems_tools_it_is_said(
    data: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setattr(shutil, "which", lambda _name: None)
    on_linux(data, Path(sys.executable), remove=False)
    assert "once shared-mime-info is installed" in capsys.readouterr().err
    assert len(written(data)) == 4


def test_macos_is_told_honestly(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(sys, "platform", "darwin")
    with pytest.raises(Stop, match="macOS takes file types from packaged apps alone"):
        associate([])


class Registry:
    """As much of `winreg` as is used: keys with a default value each."""

    HKEY_CURRENT_USER, REG_SZ = "user", 1

    def __init__(self) -> None:
        self.keys: dict[str, str] = {}

    def SetValue(self, _root: str, key: str, _kind: int, value: str) -> None:  # noqa: N802
        for depth in range(key.count("\\")):
            self.keys.setdefault("\\".join(key.split("\\")[: depth + 1]), "")
        self.keys[key] = value

    def QueryValue(self, _root: str, key: str) -> str:  # noqa: N802
        if key not in self.keys:
            raise FileNotFoundError
        return self.keys[key]

    def DeleteKey(self, _root: str, key: str) -> None:  # noqa: N802
        if key not in self.keys:
            raise FileNotFoundError
        if any(other.startswith(key + "\\") for other in self.keys):
            raise PermissionError
        del self.keys[key]


def test_windows_registry_is_written_and_cleared(tmp_path: Path) -> None:
    registry, python = Registry(), tmp_path / "pythonw.exe"
    python.touch()
    classes = r"Software\Classes"
    registry.SetValue("user", classes, 1, "")
    before = dict(registry.keys)
    for _twice in range(2):
        module._on_windows(registry, python, remove=False)
    assert registry.keys[rf"{classes}\.graftwork"] == "Graftwork.Project"
    assert (
        registry.keys[rf"{classes}\Graftwork.Project\shell\open\command"]
        == f'"{python}" -P -m desktop_app "%1"'
    )
    for _twice in range(2):
        module._on_windows(registry, python, remove=True)
    assert registry.keys == before
    registry.SetValue("user", rf"{classes}\.graftwork", 1, "Other.Program")
    module._on_windows(registry, python, remove=True)
    assert registry.keys[rf"{classes}\.graftwork"] == "Other.Program"
