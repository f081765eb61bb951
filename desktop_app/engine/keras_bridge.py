"""The one door to TensorFlow and Keras; importing it takes seconds, so only jobs do."""

import os
import sys
from collections.abc import Iterator
from contextlib import contextmanager

os.environ["KERAS_BACKEND"] = "tensorflow"  # whatever ~/.keras/keras.json prefers
os.environ.setdefault("TF_CPP_MIN_LOG_LEVEL", "2")
os.environ.setdefault("TF_ENABLE_ONEDNN_OPTS", "1")


@contextmanager
def _not_found(*modules: str) -> Iterator[None]:
    """Meanwhile whoever would import one of these is told that it is not installed."""
    hidden = [name for name in modules if name not in sys.modules]
    sys.modules.update(dict.fromkeys(hidden))  # type: ignore[arg-type]  # None: as `import` has it
    try:
        yield
    finally:
        for name in hidden:
            sys.modules.pop(name, None)


# Keras has wrappers and galleries for these that nobody uses here; it is there half a second sooner without.
with _not_found("sklearn", "matplotlib.pyplot"):
    import keras
    import tensorflow as tf

__all__ = ["keras", "seed_everything", "tf"]

keras.config.set_image_data_format("channels_last")
keras.config.set_floatx("float32")
keras.config.disable_traceback_filtering()
for _gpu in tf.config.list_physical_devices("GPU"):
    tf.config.experimental.set_memory_growth(_gpu, True)
tf.config.experimental.enable_op_determinism()  # one seed, one history, bit for bit


def seed_everything(seed: int) -> None:
    """Start Python's, NumPy's and TensorFlow's generators from `seed`, and forget old graphs."""
    keras.utils.clear_session(free_memory=False)
    keras.utils.set_random_seed(seed)
