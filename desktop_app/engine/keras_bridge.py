"""The one door to TensorFlow and Keras; importing it takes seconds, so only jobs do."""

import os

os.environ["KERAS_BACKEND"] = "tensorflow"  # whatever ~/.keras/keras.json prefers
os.environ.setdefault("TF_CPP_MIN_LOG_LEVEL", "2")
os.environ.setdefault("TF_ENABLE_ONEDNN_OPTS", "1")

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
