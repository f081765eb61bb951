"""Makes .venv hold what a start needs."""

import contextlib
import os
import shutil
import sys
import time
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

from installer import facts, gpu, pip, system
from installer.console import Stop, call, say
from installer.words import EXTRAS, Flavour, Order

_LOCK = facts.VENV / "installer.lock"  # also the sign that this .venv is ours to rebuild


def needed(order: Order, flavour: Flavour) -> frozenset[str]:
    """The facts that this start wants."""
    wanted = facts.base_facts(flavour)
    if order.verb == "test":
        wanted |= facts.dev_facts() | facts.extra_facts("formats")
    wanted |= facts.extra_facts(*order.extras)
    return wanted if order.headless else wanted | {facts.QT}


def ensure(order: Order) -> None:
    """Make all that this start wants hold; a moment's work when it holds already."""
    held = facts.held()
    flavour = order.flavour or facts.flavour_of(held) or gpu.flavour_here()
    order = replace(order, extras=order.extras | facts.extras_of(held))
    if needed(order, flavour) <= held:
        return
    with _alone():
        held = facts.held()  # another installer may have done it while we waited
        if needed(order, flavour) <= held:
            return
        began = time.monotonic()
        facts.write(_complete(order, flavour, held))
        say(f"ready after {time.monotonic() - began:.0f} s")


def _complete(order: Order, flavour: Flavour, held: frozenset[str]) -> frozenset[str]:
    """Add what lacks; return all that holds then."""
    base = facts.base_facts(flavour)
    fresh = not base <= held
    now = base | _system(order, fresh)
    locks = [facts.LOCKS / f"{flavour}.txt"] if fresh else []
    if not fresh:
        now |= held & (facts.dev_facts() | facts.extra_facts(*EXTRAS))
    for name, fact in (*((extra, facts.extra_facts(extra)) for extra in EXTRAS), ("dev", facts.dev_facts())):
        if fact <= needed(order, flavour) and not fact <= now:
            locks.append(facts.LOCKS / f"{name}.txt")
            now |= fact
    if locks:
        facts.STAMP.unlink(missing_ok=True)  # from here until the end .venv is half done
        if fresh:
            _create()
        say(f"installing {' and '.join(lock.stem for lock in locks)} packages; the first time takes minutes")
        pip.install(facts.PYTHON, locks)
    return now


def _system(order: Order, fresh: bool) -> frozenset[str]:
    """Add what the system lacks; return whether Qt's needs are met."""
    for_python = system.python_lacks() if fresh else []
    for_qt = system.qt_lacks(webcam="webcam" in order.extras)
    if for_python or for_qt:
        try:
            system.add(for_python + for_qt)
        except Stop as stop:
            if for_python or not order.headless:
                raise
            say(f"{stop}\ngoing on without a window")
            return frozenset()
    return frozenset({facts.QT})


def _create() -> None:
    """Make .venv anew."""
    say(f"making {facts.VENV}")
    for path in facts.VENV.iterdir():
        if path.is_dir() and not path.is_symlink():
            shutil.rmtree(path)
        elif path != _LOCK:
            path.unlink()
    # Started from inside a virtual environment, ours still rests on the Python beneath.
    base = getattr(sys, "_base_executable", None) or sys.executable
    said = call([base, "-m", "venv", str(facts.VENV)], PYTHONSAFEPATH="1")
    if said is not None:
        raise Stop(f"{base} could not make a virtual environment:\n\n{said}")
    (site,) = facts.VENV.glob("Lib/site-packages" if os.name == "nt" else "lib/python*/site-packages")
    make_importable(site)


def make_importable(site: Path) -> None:
    """Let Python find the checkout; the path is relative, so the checkout may be moved."""
    (site / "checkout.pth").write_text(os.path.relpath(facts.CHECKOUT, site) + "\n", encoding="utf-8")


@contextlib.contextmanager
def _alone() -> Iterator[None]:
    """Hold .venv's lock, waiting for another installer to finish."""
    if facts.VENV.is_dir() and not _LOCK.exists() and any(facts.VENV.iterdir()):
        raise Stop(f"{facts.VENV} was not made by this installer. Move it away, then start again.")
    facts.VENV.mkdir(exist_ok=True)
    with _LOCK.open("a+b") as file:
        if not _try_lock(file.fileno()):
            say("another installer is at work here; waiting for it")
            while not _try_lock(file.fileno()):
                time.sleep(0.2)
        yield


def _try_lock(descriptor: int) -> bool:
    """Lock the file if nobody has; the system frees it when we and our children end."""
    try:
        if sys.platform == "win32":
            import msvcrt

            msvcrt.locking(descriptor, msvcrt.LK_NBLCK, 1)
        else:
            import fcntl

            fcntl.flock(descriptor, fcntl.LOCK_EX | fcntl.LOCK_NB)
            os.set_inheritable(descriptor, True)
    except OSError:
        return False
    return True
