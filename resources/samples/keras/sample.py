"""Asks this Keras model about pictures:

pip install tensorflow pillow
python sample.py picture.jpg …
"""

import json
import sys
from pathlib import Path

import keras
import numpy as np
from PIL import Image, ImageOps


def square(name: str, size: int, resize: str) -> Image.Image:
    """A picture as the network has learned to see it."""
    image = ImageOps.exif_transpose(Image.open(name)).convert("RGB")
    width, height = image.size
    if resize == "crop":  # to the square in the middle
        side = min(width, height)
        left, top = (width - side) // 2, (height - side) // 2
        image = image.crop((left, top, left + side, top + side))
    across = down = size
    if resize == "pad":  # with black
        across, down = (max(1, int(side * size / max(width, height) + 0.5)) for side in (width, height))
    wide = image.resize((across, image.height), Image.Resampling.BILINEAR)
    small = wide.resize((across, down), Image.Resampling.BILINEAR)
    result = Image.new("RGB", (size, size))
    result.paste(small, ((size - across) // 2, (size - down) // 2))
    return result


here = Path(__file__).parent
about = json.loads((here / "metadata.json").read_text("utf-8"))
model = keras.saving.load_model(here / "model.keras", compile=False)
for name in sys.argv[1:] or sys.exit(__doc__):
    picture = square(name, about["input"]["size"], about["input"]["resize"])
    probabilities = np.asarray(model(np.asarray(picture, np.float32)[None], training=False))[0]
    print(f"{name}: {about['class_names'][probabilities.argmax()]} ({probabilities.max():.1%})")
