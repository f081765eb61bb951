"""Asks a SavedModel about pictures in a process that cannot find Keras: MODEL FILE… → JSON on stdout."""

import importlib.machinery
import io
import json
import sys
from pathlib import Path
from typing import Any

find = importlib.machinery.PathFinder.find_spec


def find_all_but_keras(name: str, *rest: Any) -> importlib.machinery.ModuleSpec | None:
    """What Python's own finder finds, less Keras."""
    return None if name.split(".", maxsplit=1)[0] == "keras" else find(name, *rest)


importlib.machinery.PathFinder.find_spec = find_all_but_keras  # type: ignore[method-assign, assignment]

import numpy as np
import tensorflow as tf
from PIL import Image, ImageCms

model = tf.saved_model.load(sys.argv[1])
files = [Path(word) for word in sys.argv[2:]]
answers = []
for file in files:
    image: Image.Image = Image.open(file)
    if profile := image.info.get("icc_profile"):
        own, srgb = ImageCms.ImageCmsProfile(io.BytesIO(profile)), ImageCms.createProfile("sRGB")
        image = ImageCms.profileToProfile(image, own, srgb, ImageCms.Intent.RELATIVE_COLORIMETRIC) or image
    pixels = np.asarray(image.convert("RGB"))
    answer = model.signatures["serving_default"](images=tf.constant(pixels[None]))
    answers.append([answer["label"].numpy()[0].decode(), answer["probabilities"].numpy()[0].tolist()])
served = model.signatures["serve_bytes"](encoded=tf.constant([file.read_bytes() for file in files]))
labels = [label.decode() for label in served["label"].numpy()]
assert "keras" not in sys.modules
json.dump(
    {
        "pixels": answers,
        "bytes": list(zip(labels, served["probabilities"].numpy().tolist(), strict=True)),
        "names": [name.decode() for name in model.class_names.numpy()],
    },
    sys.stdout,
)
