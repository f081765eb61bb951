"""Importing TensorFlow without freezing the threads that are already at work."""

import ctypes
import gc
import importlib
import importlib.util
import os
import sys
from pathlib import Path

from desktop_app.engine.errors import EngineError

# In the order in which they need each other.
_LIBRARIES = (
    "libtensorflow_framework.so.2",
    "libtensorflow_cc.so.2",
    "python/lib_pywrap_tensorflow_common.so",
)


def import_tensorflow() -> None:
    """Import TensorFlow and Keras, once; it takes seconds, most of them with Python's lock held.

    Loading the large libraries beforehand through a foreign call lets go of that lock; the garbage
    collector would stop all threads for a tenth of a second at a time over the many new objects.
    `tests/bench/responsiveness.py` measures what this spares the window.

    Raises:
        EngineError: TensorFlow is not installed, or cannot run here.
    """
    if "desktop_app.engine.keras_bridge" in sys.modules:
        return
    _load_libraries()
    collecting = gc.isenabled()
    gc.disable()
    try:
        importlib.import_module("desktop_app.engine.keras_bridge")
    except ImportError as error:
        reason, _, _ = str(error).partition("\n")
        raise EngineError(
            f"TensorFlow cannot be used: {reason.rstrip('.')}.",
            "Install it with “pip install graftwork[cpu]”, or “graftwork[gpu]” with an NVIDIA GPU.",
        ) from error
    finally:
        if collecting:
            gc.enable()
    gc.freeze()  # what an import makes lives as long as the program


def _load_libraries() -> None:
    if sys.platform != "linux":
        return  # only there does Python hold its lock for so long, and only there are these names right
    found = importlib.util.find_spec("tensorflow")
    if not found or not found.submodule_search_locations:
        return
    root = Path(found.submodule_search_locations[0])
    dlopen = ctypes.CDLL(None).dlopen
    dlopen.argtypes, dlopen.restype = [ctypes.c_char_p, ctypes.c_int], ctypes.c_void_p
    for name in _LIBRARIES:
        if (root / name).exists():
            dlopen(os.fsencode(root / name), os.RTLD_NOW)
