"""The locks hold what pyproject.toml asks for, and nothing of the machine that wrote them."""

import re
import tomllib
from itertools import combinations

import pytest
from packaging.markers import Marker, default_environment
from packaging.requirements import Requirement
from packaging.utils import canonicalize_name

from installer.facts import CHECKOUT, LOCKS
from installer.lock import LOCK_WORDS

#: Each system and Python that README promises, as environment markers see it.
SYSTEMS = {
    "linux": {"sys_platform": "linux", "platform_machine": "x86_64", "platform_system": "Linux"},
    "mac": {"sys_platform": "darwin", "platform_machine": "arm64", "platform_system": "Darwin"},
    "windows": {"sys_platform": "win32", "platform_machine": "AMD64", "platform_system": "Windows"},
}
PYTHONS = ("3.11", "3.12", "3.13")


def environment(system: str, python: str) -> dict[str, str]:
    known = {name: str(value) for name, value in default_environment().items()}
    return (
        known
        | SYSTEMS[system]
        | {"python_version": python, "python_full_version": f"{python}.4", "extra": ""}
    )


def pins(lock: str, system: str, python: str) -> dict[str, str]:
    """Package -> version on this system."""
    found: dict[str, str] = {}
    for line in (LOCKS / f"{lock}.txt").read_text(encoding="utf-8").splitlines():
        if not re.match(r"[a-z0-9]", line):
            continue
        pin = Requirement(line.removesuffix("\\").strip())
        if pin.marker is None or pin.marker.evaluate(environment(system, python)):
            assert canonicalize_name(pin.name) not in found
            (only,) = pin.specifier
            assert only.operator == "=="
            found[canonicalize_name(pin.name)] = only.version
    return found


def asked(lock: str) -> list[str]:
    pyproject = tomllib.loads((CHECKOUT / "pyproject.toml").read_text(encoding="utf-8"))
    if lock == "dev":
        return list(pyproject["dependency-groups"]["dev"])
    project = pyproject["project"]
    return [*project["dependencies"], *project["optional-dependencies"][lock]]


@pytest.mark.parametrize("python", PYTHONS)
@pytest.mark.parametrize("system", SYSTEMS)
@pytest.mark.parametrize("lock", LOCK_WORDS)
def test_every_dependency_is_pinned_within_its_bounds(lock: str, system: str, python: str) -> None:
    pinned = pins(lock, system, python)
    for requirement in map(Requirement, asked(lock)):
        marker: Marker | None = requirement.marker
        if marker is None or marker.evaluate(environment(system, python)):
            assert requirement.specifier.contains(pinned[canonicalize_name(requirement.name)]), requirement


@pytest.mark.parametrize("python", PYTHONS)
@pytest.mark.parametrize("system", SYSTEMS)
def test_locks_agree_where_they_meet(system: str, python: str) -> None:
    for one, other in combinations((pins(lock, system, python) for lock in LOCK_WORDS), 2):
        assert all(other[name] == version for name, version in one.items() if name in other)


@pytest.mark.parametrize("lock", LOCK_WORDS)
def test_every_pin_has_a_hash_and_no_line_names_a_machine(lock: str) -> None:
    text = (LOCKS / f"{lock}.txt").read_text(encoding="utf-8")
    assert "python3 installer lock" in text.splitlines()[1]
    for pin in re.split(r"\n(?=[a-z0-9])", text)[1:]:
        assert "--hash=sha256:" in pin
    assert not re.search(r"://|--index|--find-links|/tmp|/work|/opt", text)


def test_one_tensorflow_only() -> None:
    assert "tensorflow" not in pins("cpu", "linux", "3.12")
    assert "tensorflow-cpu" not in pins("gpu", "linux", "3.12")
