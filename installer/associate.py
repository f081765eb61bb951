"""Lets a double click on a project open it, for this user alone."""

import contextlib
import os
import re
import shutil
import sys
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Any

from installer.console import Stop, call, say
from installer.facts import CHECKOUT, PYTHON

SUFFIX = ".graftwork"
MIME_TYPE = "application/x-graftwork"
_KIND = "Graftwork.Project"  # the type's name in the registry of Windows
_CLASSES = r"Software\Classes"

_PLAIN = re.compile(r"[\w/.,:@+=-]+")

_MIME = f"""\
<?xml version="1.0" encoding="UTF-8"?>
<mime-info xmlns="http://www.freedesktop.org/standards/shared-mime-info">
  <mime-type type="{MIME_TYPE}">
    <comment>Graftwork project</comment>
    <sub-class-of type="application/json"/>
    <glob pattern="*{SUFFIX}"/>
    <magic>
      <match type="string" offset="0:16" value="&quot;format&quot;: &quot;graftwork project&quot;"/>
    </magic>
  </mime-type>
</mime-info>
"""
_DESKTOP = """\
[Desktop Entry]
Type=Application
Name=Graftwork
Comment=Make an image classifier from folders of pictures
Exec={command} -P -m desktop_app %f
Icon=graftwork
Terminal=false
Categories=Education;Science;
MimeType={mime_type};
StartupWMClass=graftwork
"""


def associate(words: Sequence[str]) -> None:
    """Register the type of project files, or with --remove take that back.

    Raises:
        Stop: unknown words, the program is not installed yet, or the system does not do this.
    """
    if list(words) not in ([], ["--remove"]):
        raise Stop("'associate' takes nothing but --remove.", code=2)
    remove = bool(words)
    if sys.platform == "win32":
        import winreg

        _on_windows(winreg, PYTHON.with_name("pythonw.exe"), remove)
        _tell_explorer()
    elif sys.platform == "linux":
        on_linux(_data_home(), PYTHON, remove)
    else:
        raise Stop(
            "macOS takes file types from packaged apps alone, and Graftwork is not packaged yet. "
            "Open a project by: python3 installer run FILE.graftwork"
        )
    say(f"{SUFFIX} files {'are no longer opened by' if remove else 'open in'} Graftwork")


def on_linux(data: Path, python: Path, remove: bool) -> None:
    """Write what the desktops of Linux read (freedesktop.org), then have their caches made anew.

    Args:
        data: the user's XDG_DATA_HOME.
        python: the one that has the program.
        remove: take it all back instead.
    """
    icon = (CHECKOUT / "resources" / "icon.svg").read_text("utf-8")
    icons = data / "icons" / "hicolor" / "scalable"
    files = {
        data / "mime" / "packages" / "graftwork.xml": _MIME,
        data / "applications" / "graftwork.desktop": _DESKTOP.format(
            command=exec_word(python), mime_type=MIME_TYPE
        ),
        icons / "apps" / "graftwork.svg": icon,
        icons / "mimetypes" / f"{MIME_TYPE.replace('/', '-')}.svg": icon,
    }
    if not remove:
        _require(python)
    for file, text in files.items():
        if remove:
            file.unlink(missing_ok=True)
        else:
            file.parent.mkdir(parents=True, exist_ok=True)
            file.write_text(text, "utf-8")
    _refresh("update-mime-database", data / "mime", "shared-mime-info")
    _refresh("update-desktop-database", data / "applications", "desktop-file-utils")


def exec_word(path: Path) -> str:
    """A path as one word of a desktop entry's Exec line: quoted for the command, then for the entry.

    A plain one stays as it is, for xdg-open on a bare window manager knows no quotes; and GLib looks for a
    program before it undoes “%%”, so that a percent sign cannot be written at all.
    """
    text = str(path)
    if not text.isprintable() or "%" in text:
        raise Stop(f"A desktop entry cannot hold this path: {text!r}. Move the checkout, then start again.")
    if _PLAIN.fullmatch(text):
        return text
    for sign in '\\"`$':
        text = text.replace(sign, f"\\{sign}")
    return '"' + text.replace("\\", "\\\\") + '"'


def _data_home() -> Path:
    given = Path(os.environ.get("XDG_DATA_HOME", ""))
    return given if given.is_absolute() else Path.home() / ".local" / "share"


def _require(python: Path) -> None:
    if not python.exists():
        raise Stop("The program is not installed yet. Start it once by: python3 installer run")


def _refresh(tool: str, folder: Path, package: str) -> None:
    if not folder.is_dir():
        return
    program = shutil.which(tool)
    if program is None:
        say(f"there is no {tool} here; desktops that need it take notice once {package} is installed")
        return
    said = call([program, str(folder)])
    if said is not None:
        raise Stop(f"{tool} failed:\n\n{said}")


def _on_windows(winreg: Any, python: Path, remove: bool) -> None:
    r"""Write what the Explorer reads, under HKEY_CURRENT_USER\Software\Classes."""
    user = winreg.HKEY_CURRENT_USER
    kind, suffix = rf"{_CLASSES}\{_KIND}", rf"{_CLASSES}\{SUFFIX}"
    if remove:
        for key in (rf"{kind}\shell\open\command", rf"{kind}\shell\open", rf"{kind}\shell", kind):
            _without(winreg.DeleteKey, user, key)
        if _value(winreg, user, suffix) == _KIND:  # another program may have taken the suffix since
            _without(winreg.DeleteKey, user, suffix)
        return
    _require(python)
    for key, value in (
        (kind, "Graftwork project"),
        (rf"{kind}\shell\open\command", f'"{python}" -P -m desktop_app "%1"'),
        (suffix, _KIND),
    ):
        winreg.SetValue(user, key, winreg.REG_SZ, value)


def _value(winreg: Any, user: object, key: str) -> object:
    try:
        return winreg.QueryValue(user, key)
    except OSError:
        return None


def _without(delete: Callable[[object, str], object], user: object, key: str) -> None:
    with contextlib.suppress(FileNotFoundError):
        delete(user, key)


def _tell_explorer() -> None:
    """Have the Explorer look again at once."""
    if sys.platform == "win32":
        import ctypes

        ctypes.windll.shell32.SHChangeNotify(0x08000000, 0, None, None)  # SHCNE_ASSOCCHANGED
