"""Asks the exported head about features, its examples or yours:

pip install tensorflow
python sample.py [features.npy]
"""

import json
import sys
from pathlib import Path

import keras
import numpy as np

here = Path(__file__).parent
about = json.loads((here / "metadata.json").read_text("utf-8"))
head = keras.models.model_from_json((here / "head.json").read_text("utf-8"))
head.load_weights(here / "head.weights.h5")
features = np.load(sys.argv[1]) if len(sys.argv) > 1 else np.load(here / "example.npz")["features"]
for logits in np.asarray(head(features, training=False)):
    shares = np.exp(logits - logits.max())
    print(f"{about['class_names'][logits.argmax()]} ({shares.max() / shares.sum():.1%})")
