"""What Qt takes from the system: libraries, and a font to write with.

Windows and macOS bring all of it. Linux may not: a Debian or Ubuntu without a desktop lacks nearly all.
"""

import ctypes
import importlib.util
import os
import re
import shlex
import shutil
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path

from installer.console import Stop, call, say

#: Library -> its Debian package. All that the xcb, Wayland and offscreen platforms of PySide6-Essentials
#: link to and do not bring along. (Debian's newer *t64 packages answer to the old names too.)
LIBRARIES = {
    "libEGL.so.1": "libegl1",
    "libGL.so.1": "libgl1",
    "libX11.so.6": "libx11-6",
    "libX11-xcb.so.1": "libx11-xcb1",
    "libdbus-1.so.3": "libdbus-1-3",
    "libfontconfig.so.1": "libfontconfig1",
    "libfreetype.so.6": "libfreetype6",
    "libglib-2.0.so.0": "libglib2.0-0",
    "libgthread-2.0.so.0": "libglib2.0-0",
    "libwayland-client.so.0": "libwayland-client0",
    "libwayland-cursor.so.0": "libwayland-cursor0",
    "libwayland-egl.so.1": "libwayland-egl1",
    "libxcb.so.1": "libxcb1",
    "libxcb-cursor.so.0": "libxcb-cursor0",
    "libxcb-glx.so.0": "libxcb-glx0",
    "libxcb-icccm.so.4": "libxcb-icccm4",
    "libxcb-image.so.0": "libxcb-image0",
    "libxcb-keysyms.so.1": "libxcb-keysyms1",
    "libxcb-randr.so.0": "libxcb-randr0",
    "libxcb-render.so.0": "libxcb-render0",
    "libxcb-render-util.so.0": "libxcb-render-util0",
    "libxcb-shape.so.0": "libxcb-shape0",
    "libxcb-shm.so.0": "libxcb-shm0",
    "libxcb-sync.so.1": "libxcb-sync1",
    "libxcb-util.so.1": "libxcb-util1",
    "libxcb-xfixes.so.0": "libxcb-xfixes0",
    "libxcb-xkb.so.1": "libxcb-xkb1",
    "libxkbcommon.so.0": "libxkbcommon0",
    "libxkbcommon-x11.so.0": "libxkbcommon-x11-0",
}
#: The same for QtMultimedia.
WEBCAM = {
    "libXext.so.6": "libxext6",
    "libXrandr.so.2": "libxrandr2",
    "libdrm.so.2": "libdrm2",
    "libpulse.so.0": "libpulse0",
}
_OFFLINE = re.compile(
    "Temporary failure resolving|Could not (resolve|connect)|Cannot initiate the connection|timed out"
)
FONT = "fonts-dejavu-core"
FONT_PLACES = (Path("/usr/share/fonts"), Path("/usr/local/share/fonts"), Path.home() / ".local/share/fonts")


def loads(library: str) -> bool:
    """Whether the loader finds this library."""
    try:
        ctypes.CDLL(library)
    except OSError:
        return False
    return True


def qt_lacks(
    loads: Callable[[str], bool] = loads,
    font_places: tuple[Path, ...] = FONT_PLACES,
    *,
    webcam: bool = False,
) -> list[str]:
    """The Debian packages that Qt needs, with a camera or without, and this system has not."""
    if sys.platform != "linux":
        return []
    libraries = LIBRARIES | WEBCAM if webcam else LIBRARIES
    lacking = {package for library, package in libraries.items() if not loads(library)}
    if not any(path.suffix in {".ttf", ".otf", ".ttc"} for place in font_places for path in place.rglob("*")):
        lacking.add(FONT)
    return sorted(lacking)


def python_lacks() -> list[str]:
    """Debian splits from Python what makes a virtual environment."""
    if importlib.util.find_spec("ensurepip") and importlib.util.find_spec("venv"):
        return []
    return [f"python{sys.version_info[0]}.{sys.version_info[1]}-venv"]


def apt_line(packages: list[str]) -> str:
    """The exact line to type."""
    return f"sudo apt-get update && sudo apt-get install --no-install-recommends {shlex.join(packages)}"


def how_to_add(packages: list[str], apt: bool) -> str:
    """What a person can do where the installer may not."""
    lacks = "This system lacks what the program needs."
    if apt:
        return f"{lacks} Type this line, then start again:\n\n  {apt_line(packages)}\n"
    known = LIBRARIES | WEBCAM
    libraries = [library for library, package in known.items() if package in packages]
    others = [package for package in packages if package not in known.values()]
    return (
        f"{lacks} Add it with the system's own package manager, then start again: "
        f"{', '.join(libraries + others)}"
    )


def add(packages: list[str]) -> None:
    """Install packages by apt, or stop and say what to type."""
    apt = shutil.which("apt-get")
    before = _as_root()
    if apt is None or before is None:
        raise Stop(how_to_add(packages, apt is not None))
    say(f"adding to the system by apt: {' '.join(packages)}")
    # The waiting is for another apt, such as a machine's own upgrades.
    options = ["-y", "-qq", "--no-install-recommends", "-o", "DPkg::Lock::Timeout=300"]
    install = [*before, "env", "DEBIAN_FRONTEND=noninteractive", apt, "install", *options, *packages]
    # A fresh machine has no package lists, and an old list names packages that are gone. Without a network
    # "update" keeps the old lists and succeeds: then "install" fails.
    said = call([*before, apt, "update", "-qq"]) or call(install)
    if said is not None:
        raise Stop(failure(said, packages))


def failure(said: str, packages: list[str]) -> str:
    """Why apt failed, in one sentence."""
    by_hand = f"Once that is mended start again, or type:\n\n  {apt_line(packages)}\n"
    if _OFFLINE.search(said):
        return f"apt cannot reach its packages: no network, or a proxy that apt is not told of. {by_hand}"
    return f"apt-get failed. {by_hand}\nIts last words:\n\n{said[-2000:]}"


def _as_root() -> list[str] | None:
    """The words before a command that make it root's, or None where we may not."""
    if sys.platform == "win32":
        return None
    if os.geteuid() == 0:
        return []
    sudo = shutil.which("sudo")
    if sudo and subprocess.run([sudo, "-n", "true"], capture_output=True, check=False).returncode == 0:
        return [sudo, "-n"]
    return None
