"""Whether an NVIDIA GPU that TensorFlow can use is here."""

import platform
import shutil
import subprocess
import sys
from pathlib import Path

from installer.words import Flavour


def flavour_here() -> Flavour:
    """TensorFlow for the GPU where there is one and a build for it exists: Linux on x86_64, WSL2 included."""
    if sys.platform != "linux" or platform.machine() != "x86_64":
        return "cpu"
    return "gpu" if Path("/proc/driver/nvidia").exists() or _smi_works() else "cpu"


def _smi_works() -> bool:
    """WSL2 has no /proc/driver/nvidia, but the tool of the driver answers."""
    smi = shutil.which("nvidia-smi")
    if smi is None:
        return False
    try:
        return subprocess.run([smi, "-L"], capture_output=True, timeout=20, check=False).returncode == 0
    except (OSError, subprocess.TimeoutExpired):
        return False
