"""Asks this OpenVINO model about pictures:

pip install openvino pillow
python sample.py picture.jpg …
"""

import json
import sys
from pathlib import Path

import numpy as np
from PIL import Image, ImageOps

sys.modules["openvino_telemetry"] = None  # without this line, importing openvino sends a report to Intel
import openvino

core = openvino.Core()
model = core.read_model(Path(__file__).with_name("model.xml"))
class_names = json.loads(model.get_rt_info(["graftwork", "class_names"]).astype(str))
# Without this, OpenVINO computes in bfloat16 where the processor can: faster, and a little different.
network = core.compile_model(model, "CPU", {"INFERENCE_PRECISION_HINT": "f32"})
for name in sys.argv[1:] or sys.exit(__doc__):
    picture = np.asarray(ImageOps.exif_transpose(Image.open(name)).convert("RGB"))
    probabilities = network({"images": picture[None]})["probabilities"][0]
    print(f"{name}: {class_names[probabilities.argmax()]} ({probabilities.max():.1%})")
