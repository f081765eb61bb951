"""The device that trains: told from the outside, without importing TensorFlow."""

import os
import platform
import shutil
import subprocess
from dataclasses import dataclass
from importlib.metadata import PackageNotFoundError, distribution


@dataclass(frozen=True)
class Device:
    """`name` is a short label; `why` says, where there is no GPU, why not and what to do."""

    name: str
    why: str


def find_device() -> Device:
    """The NVIDIA GPU that TensorFlow will use, with its memory; or the CPU, and the reason."""
    return judge(platform.system(), os.cpu_count() or 1, _nvidia_gpus(), _has_gpu_build())


def judge(system: str, cores: int, gpus: list[str], gpu_build: bool) -> Device:
    """Decide from the facts: the system's name, CPU cores, GPUs as “name, memory”, and TensorFlow's build."""
    cpu = f"CPU, {cores} core{'s' if cores != 1 else ''}"
    if system == "Darwin":
        return Device(cpu, "TensorFlow uses no GPU on a Mac here.")
    if not gpus:
        return Device(cpu, "No NVIDIA GPU was found, so the CPU does the work.")
    if system == "Windows":
        return Device(
            cpu,
            f"{gpus[0]} cannot be used: TensorFlow has no GPU support on Windows itself since 2.11. "
            "Install Graftwork inside WSL 2 to use it.",
        )
    if not gpu_build:
        return Device(cpu, f"{gpus[0]} is here, but this is TensorFlow's CPU build. Install graftwork[gpu].")
    return Device(gpus[0], "")


def _nvidia_gpus() -> list[str]:
    """“name, memory” of each NVIDIA GPU that its driver lists."""
    tool = shutil.which("nvidia-smi")
    if not tool:
        return []
    query = [tool, "--query-gpu=name,memory.total", "--format=csv,noheader,nounits"]
    try:
        listing = subprocess.run(
            query, capture_output=True, text=True, errors="replace", timeout=10, check=True
        ).stdout
    except (OSError, subprocess.SubprocessError):
        return []  # a driver that does not answer is no GPU to us
    gpus = []
    for line in listing.splitlines():
        name, _, mebibytes = line.rpartition(", ")
        if mebibytes.isdigit():
            gpus.append(f"{name}, {int(mebibytes) / 1024:.0f} GB")
    return gpus


def _has_gpu_build() -> bool:
    """Whether TensorFlow's CUDA libraries were installed beside it (`tensorflow[and-cuda]`)."""
    for name in ("nvidia-cudnn-cu12", "nvidia-cudnn-cu13"):
        try:
            distribution(name)
        except PackageNotFoundError:
            continue
        return True
    return False
