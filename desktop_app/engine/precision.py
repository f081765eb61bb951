"""Which number format this machine computes fastest in."""

import platform
from pathlib import Path

from desktop_app.engine.keras_bridge import tf

_CPU_FLAGS = {"amx_bf16", "avx512_bf16"}
_TENSOR_CORES = (7, 0)  # the first compute capability that has them: Volta


def fastest() -> str:
    """“float16” on a GPU with tensor cores, “bfloat16” on a CPU that multiplies it, else “float32”."""
    gpus = tf.config.list_physical_devices("GPU")
    if gpus:
        details = tf.config.experimental.get_device_details(gpus[0])
        return "float16" if details.get("compute_capability", (0, 0)) >= _TENSOR_CORES else "float32"
    return "bfloat16" if cpu_flags() & _CPU_FLAGS else "float32"


def cpu_flags(file: Path = Path("/proc/cpuinfo")) -> frozenset[str]:
    """What Linux says an x86 processor can do; nothing elsewhere."""
    if platform.system() != "Linux":
        return frozenset()
    try:
        text = file.read_text("utf-8", errors="replace")
    except OSError:
        return frozenset()
    return frozenset(next((line for line in text.splitlines() if line.startswith("flags")), "").split())
