"""pip's command, and its failures in plain sentences."""

import subprocess
import sys
from pathlib import Path

import pytest

from installer import pip
from installer.console import Stop
from installer.facts import CHECKOUT

REFUSED = "ERROR: THESE PACKAGES DO NOT MATCH THE HASHES FROM THE REQUIREMENTS FILE."
OFFLINE = (
    "WARNING: Retrying (...) after connection broken by 'NewConnectionError('... Network is unreachable')'"
)
UNKNOWN = "ERROR: No matching distribution found for tensorflow==2.21.0"


def test_pip_takes_just_what_is_locked_and_from_where_the_user_says() -> None:
    line = pip.command(Path("python"), [Path("cpu.txt"), Path("dev.txt")])
    assert {"--require-hashes", "--no-deps", "--only-binary"} <= set(line)
    assert line[-4:] == ["-r", "cpu.txt", "-r", "dev.txt"]
    assert not any("index" in word or "://" in word for word in line)


def test_no_file_of_ours_names_a_registry() -> None:
    ours = [path for path in (CHECKOUT / "installer").rglob("*") if path.suffix in {".py", ".txt"}]
    for path in [CHECKOUT / "pyproject.toml", CHECKOUT / ".ci/run", *ours]:
        assert "pypi" not in path.read_text(encoding="utf-8").lower(), path


@pytest.mark.parametrize(
    ("said", "sentence"),
    [
        ([OFFLINE, UNKNOWN], "no network"),
        ([UNKNOWN], "no ready-made tensorflow==2.21.0"),
        ([OFFLINE, REFUSED], "not the one that was locked"),
        (["ERROR: Could not install packages due to an OSError: No space left on device"], "disk is full"),
        (["Installing collected packages: numpy"], "did not finish"),
    ],
)
def test_failures_are_sentences(said: list[str], sentence: str) -> None:
    assert sentence in pip.failure(said)


def test_progress_names_what_is_fetched() -> None:
    line = "  Downloading tensorflow_cpu-2.21.0-cp311-cp311-manylinux_2_27_x86_64.whl (273.8 MB)"
    assert pip.progress(line) == "  tensorflow_cpu 2.21.0, 273.8 MB"
    assert pip.progress("Collecting numpy==2.4.6") is None


def test_a_locked_package_that_is_nowhere_is_told(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """The real pip, kept from the network."""
    if subprocess.run(
        [sys.executable, "-m", "pip", "--version"], capture_output=True, check=False
    ).returncode:
        pytest.skip("this Python has no pip")
    lock = tmp_path / "lock.txt"
    lock.write_text(f"no-such-package==1.0 --hash=sha256:{'0' * 64}\n")
    monkeypatch.setenv("PIP_NO_INDEX", "1")
    with pytest.raises(Stop, match=r"no ready-made no-such-package==1\.0"):
        pip.install(Path(sys.executable), [lock])
