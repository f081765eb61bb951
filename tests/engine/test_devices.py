"""The device is told honestly, and a driver that misbehaves is no GPU."""

import subprocess
from importlib.metadata import PackageNotFoundError
from pathlib import Path
from typing import Any

import pytest

from desktop_app.engine import devices
from desktop_app.engine.devices import find_device, judge

GPU = ["NVIDIA H200, 140 GB"]


@pytest.mark.parametrize(
    ("system", "cores", "gpus", "gpu_build", "name", "why"),
    [
        ("Linux", 8, GPU, True, GPU[0], ""),
        (
            "Linux",
            8,
            GPU,
            False,
            "CPU, 8 cores",
            "NVIDIA H200, 140 GB is here, but this is TensorFlow's CPU build",
        ),
        ("Linux", 1, [], False, "CPU, 1 core", "No NVIDIA GPU was found"),
        ("Linux", 2, [], True, "CPU, 2 cores", "No NVIDIA GPU was found"),
        ("Windows", 4, GPU, True, "CPU, 4 cores", "WSL 2"),
        ("Windows", 4, [], False, "CPU, 4 cores", "No NVIDIA GPU was found"),
        ("Darwin", 10, [], False, "CPU, 10 cores", "no GPU on a Mac"),
    ],
)
def test_the_device_and_why(
    system: str, cores: int, gpus: list[str], gpu_build: bool, name: str, why: str
) -> None:
    device = judge(system, cores, gpus, gpu_build)
    assert device.name == name
    assert why in device.why
    assert bool(device.why) == device.name.startswith("CPU")


@pytest.fixture
def driver(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Any:
    """Puts an `nvidia-smi` of the test's own first on the path."""

    def install(script: str | None) -> None:
        monkeypatch.setenv("PATH", str(tmp_path))
        if script is not None:
            (tmp_path / "nvidia-smi").write_text(f"#!/bin/sh\n{script}\n")
            (tmp_path / "nvidia-smi").chmod(0o755)

    return install


@pytest.mark.parametrize(
    ("script", "gpus"),
    [
        (None, []),
        ("echo 'NVIDIA H200, 143771'", ["NVIDIA H200, 140 GB"]),
        ("printf 'A, 8192\\nB, with comma, 24576\\n'", ["A, 8 GB", "B, with comma, 24 GB"]),
        ("echo 'No devices were found'", []),
        ("echo 'GRID, [N/A]'", []),
        ("echo 'A, 8192'; exit 9", []),
        ("printf 'A\\377, 8192\\n'", ["A\N{REPLACEMENT CHARACTER}, 8 GB"]),
        ("kill -9 $$", []),
        ("", []),
    ],
)
def test_the_driver_is_asked(driver: Any, script: str | None, gpus: list[str]) -> None:
    driver(script)
    assert devices._nvidia_gpus() == gpus


def test_a_driver_that_hangs_is_no_gpu(driver: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    driver("exec /bin/sleep 60")
    original = subprocess.run

    def impatient(*words: Any, timeout: float, **options: Any) -> Any:
        assert timeout <= 10
        return original(*words, timeout=0.1, **options)

    monkeypatch.setattr(subprocess, "run", impatient)
    assert devices._nvidia_gpus() == []


@pytest.mark.parametrize("installed", [None, "nvidia-cudnn-cu12", "nvidia-cudnn-cu13"])
def test_tensorflows_gpu_build_is_told_by_what_lies_beside_it(
    monkeypatch: pytest.MonkeyPatch, installed: str | None
) -> None:
    def distribution(name: str) -> object:
        if name != installed:
            raise PackageNotFoundError(name)
        return object()

    monkeypatch.setattr(devices, "distribution", distribution)
    assert devices._has_gpu_build() == bool(installed)


def test_this_machine_has_a_device() -> None:
    device = find_device()
    assert device.name
