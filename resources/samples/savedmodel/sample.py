"""Asks this SavedModel about pictures, JPEG or PNG:

pip install tensorflow
python sample.py picture.jpg …
"""

import sys
from pathlib import Path

import tensorflow as tf

model = tf.saved_model.load(str(Path(__file__).parent))
ask = model.signatures["serve_bytes"]  # "serving_default" takes decoded ones: (n, height, width, 3), uint8
for name in sys.argv[1:] or sys.exit(__doc__):
    answer = ask(encoded=tf.io.read_file(name)[None])
    label, probabilities = answer["label"].numpy()[0].decode(), answer["probabilities"].numpy()[0]
    print(f"{name}: {label} ({probabilities.max():.1%})")
