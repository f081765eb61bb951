"""Asks this ONNX model about pictures:

pip install onnxruntime pillow
python sample.py picture.jpg …
"""

import json
import sys
from pathlib import Path

import numpy as np
import onnxruntime
from PIL import Image, ImageOps

session = onnxruntime.InferenceSession(Path(__file__).with_name("model.onnx"))
class_names = json.loads(session.get_modelmeta().custom_metadata_map["class_names"])
for name in sys.argv[1:] or sys.exit(__doc__):
    picture = np.asarray(ImageOps.exif_transpose(Image.open(name)).convert("RGB"))
    probabilities = session.run(["probabilities"], {"images": picture[None]})[0][0]
    print(f"{name}: {class_names[probabilities.argmax()]} ({probabilities.max():.1%})")
