"""What importing Keras brings along."""

import subprocess
import sys
from pathlib import Path

CODE = """
import sys
import desktop_app.engine.keras_bridge
print(*({"sklearn", "matplotlib.pyplot"} & set(sys.modules)), "and then")
import sklearn, matplotlib.pyplot
"""


def test_what_keras_can_do_without_is_not_imported_but_can_be() -> None:
    root = Path(__file__).parents[2]
    done = subprocess.run([sys.executable, "-c", CODE], cwd=root, capture_output=True, text=True, check=False)
    assert (done.returncode, done.stdout.strip()) == (0, "and then"), done.stderr
