"""Asks TensorFlow Serving about a picture, JPEG or PNG; it needs only Python:

python request.py picture.jpg [http://host:8501]
"""

import base64
import json
import sys
import urllib.request
from pathlib import Path

server = sys.argv[2] if len(sys.argv) > 2 else "http://localhost:8501"
encoded = base64.b64encode(Path(sys.argv[1]).read_bytes()).decode()
question = {"signature_name": "serve_bytes", "instances": [{"encoded": {"b64": encoded}}]}
request = urllib.request.Request(
    f"{server}/v1/models/classifier:predict",
    json.dumps(question).encode(),
    {"Content-Type": "application/json"},
)
with urllib.request.urlopen(request) as response:
    answer = json.load(response)["predictions"][0]
print(f"{answer['label']} ({max(answer['probabilities']):.1%})")
