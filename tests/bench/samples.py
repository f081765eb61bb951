"""The samples of every format, as printed, in fresh environments with only what they name.

    python tests/bench/samples.py [RUN] [--only savedmodel:none,litert:int8] [--pictures 20]

Without RUN, a head is trained on a small VGG16 of random weights. Each export is moved to a folder with
spaces and letters beyond ASCII; for each set of packages that a sample says to install, `python -m venv`
makes an environment, its `pip` line is carried out there, and every sample is run twice: beside
picture.jpg, by the very line that it prints, and from another folder on more pictures. What it says is
compared with the program's answers. The request to TensorFlow Serving goes to `tests/serving_rules.py`.
Prints a row a sample; exits with 1 if a sample fails or a float format gives another label.
"""

import argparse
import ast
import os
import re
import shutil
import subprocess
import sys
import tempfile
from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path

import numpy as np
from PIL import Image

from desktop_app.engine.backbones import BACKBONES
from desktop_app.engine.catalog import scan
from desktop_app.engine.classifier import Classifier
from desktop_app.engine.evaluation import Prediction
from desktop_app.engine.export_table import FORMATS
from desktop_app.engine.pipeline import Places, export, open_classifier, train
from desktop_app.engine.progress import Reporter
from desktop_app.engine.run import open_run
from desktop_app.engine.specs import BaseSpec, ExperimentSpec, HeadSpec, TrainingSpec
from desktop_app.engine.weights import WeightsStore

RULES = Path(__file__).parents[1] / "serving_rules.py"
WAYS = [*(f"{name}:none" for name in FORMATS), "litert:int8"]
SAID = re.compile(r"(?:(?P<file>.*): )?(?P<label>.+) \((?P<percent>[\d.]+)%\)")
ODD = "Ordner mit Lücken é 画像"


def small(room: Path) -> Classifier:
    """A head of three classes on a small base of random weights."""
    dice = np.random.default_rng(0)
    for place, label in enumerate(("blau é", "grün", "rot")):
        (room / "pictures" / label).mkdir(parents=True)
        for number in range(10):
            pixels = dice.integers(0, 120, (40, 48, 3), np.uint8)
            pixels[..., place] += 130
            Image.fromarray(pixels).save(room / "pictures" / label / f"{number}.jpg")
    BACKBONES["VGG16"] = replace(BACKBONES["VGG16"], size=32, grid=1)
    base = BaseSpec("VGG16", "none", resize="pad", precision="float32")
    spec = ExperimentSpec(base, HeadSpec((), l2=0.1), TrainingSpec())
    places = Places(room / "run", WeightsStore(room / "weights", cache=None), None)
    return open_classifier(train(scan([room / "pictures"], Reporter()), spec, places, Reporter()), Reporter())


def printed(sample: Path) -> list[str]:
    """The lines that a sample says to type."""
    said = ast.get_docstring(ast.parse(sample.read_text("utf-8"))) or ""
    return [line for line in said.splitlines() if line.startswith(("pip ", "python "))]


class Environment:
    """A fresh one, with the packages of a `pip` line; none where that is empty."""

    def __init__(self, place: Path, line: str) -> None:
        self.place = place
        subprocess.run([sys.executable, "-m", "venv", place], check=True)
        settings = {name: text for name, text in os.environ.items() if name != "PYTHONPATH"}
        home = place / "home"
        home.mkdir()
        self.bare = {"PATH": f"{place / 'bin'}:/usr/bin:/bin", "HOME": str(home), "LANG": "C.UTF-8"}
        if line:
            self.run(line.split(), place, settings | {"PATH": self.bare["PATH"]})

    def run(self, words: Sequence[str], folder: Path, settings: dict[str, str] | None = None) -> list[str]:
        """What a command says on its output; an error shows the end of the other."""
        program = shutil.which(words[0], path=self.bare["PATH"])
        assert program is not None
        done = subprocess.run(
            [program, *words[1:]],
            cwd=folder,
            env=settings or self.bare,
            capture_output=True,
            text=True,
            check=False,
        )
        if done.returncode:
            raise SystemExit(f"{' '.join(words)} ended with {done.returncode}:\n{done.stderr[-2000:]}")
        return done.stdout.splitlines()


def compared(said: Sequence[str], own: Sequence[Prediction], exact: bool) -> str:
    """How the lines of a sample compare with the program's answers; "" at the end where they do not."""
    found = [SAID.fullmatch(line) for line in said]
    if len(said) != len(own) or not all(found):
        raise SystemExit("\n".join(["it said:", *said]))
    pairs = [(one["label"], float(one["percent"]), two) for one, two in zip(found, own, strict=True) if one]
    same = sum(label == two.label for label, _, two in pairs)
    off = max((abs(p - 100 * two.probability) for label, p, two in pairs if label == two.label), default=0)
    failed = exact and (same < len(own) or off > 0.3)  # 0.2 points, and what the sample rounds
    return f"{same}/{len(own)} labels  {off:4.1f} points  {'FAILED' if failed else ''}"


def requests(environment: Environment, model: Path, files: Sequence[Path], folder: Path) -> list[str]:
    """What request.py says, asked by the standard library alone, of a server that has no Keras."""
    server, pipe = [environment.place / "bin" / "python", RULES, model], subprocess.PIPE
    with subprocess.Popen(server, env=environment.bare, text=True, stdin=pipe, stdout=pipe) as serving:
        assert serving.stdin is not None
        assert serving.stdout is not None
        where = f"http://127.0.0.1:{int(serving.stdout.readline())}"
        try:
            said = [
                environment.run(["python", "-I", "-S", str(model / "request.py"), str(file), where], folder)
                for file in files
            ]
        finally:
            serving.stdin.close()
    return [line for lines in said for line in lines]


def ask(
    environment: Environment, folder: Path, way: str, files: Sequence[Path], own: Sequence[Prediction]
) -> bool:
    """Run the samples of one export, print how they did, and return whether they failed."""
    name, quantize = way.split(":")
    exact = quantize == "none"
    line = printed(folder / "sample.py")[-1]
    shutil.copy(files[0], folder / "picture.jpg")
    elsewhere = folder.parent
    words = [word for word in line.split() if word != "…"]
    if name == "head-weights":
        said = environment.run(["python", "sample.py"], folder)
        assert all(SAID.fullmatch(one) for one in said), said
        np.save(folder / "features.npy", np.load(folder / "example.npz")["features"])
        again = environment.run(
            ["python", str(folder / "sample.py"), str(folder / "features.npy")], elsewhere
        )
        rows = {"sample.py": compared(said, own[: len(said)], exact)}
        assert again == said
    else:
        one = environment.run(words, folder)
        more = environment.run(["python", str(folder / "sample.py"), *map(str, files)], elsewhere)
        rows = {"sample.py": compared(one + more, [own[0], *own], exact)}
    if name == "savedmodel":
        said = requests(environment, folder, files, elsewhere)
        rows["request.py"] = compared(said, own, exact)
    for sample, verdict in rows.items():
        print(f"{way:>18} {sample:<11} {printed(folder / 'sample.py')[0]:<35} {verdict}", flush=True)
    return any("FAILED" in verdict for verdict in rows.values())


def main() -> int:
    """Export, install, run, compare."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("run", nargs="?", type=Path)
    parser.add_argument("--only", default=",".join(WAYS))
    parser.add_argument("--pictures", type=int, default=20)
    asked = parser.parse_args()
    failed = False
    with tempfile.TemporaryDirectory() as folder:
        room = Path(folder)
        classifier = open_classifier(open_run(asked.run), Reporter()) if asked.run else small(room)
        known = [one for one in classifier.run.lines() if one.file.is_file() and one.split != "train"]
        odd = room / ODD
        files = [odd / f"{place:03} ä {one.file.name}" for place, one in enumerate(known[: asked.pictures])]
        moved = room / f"{ODD} anderswo"
        odd.mkdir()
        moved.mkdir()
        for file, one in zip(files, known, strict=False):
            shutil.copy(one.file, file)
        wanted: dict[str, list[str]] = {}
        for way in asked.only.split(","):
            name, quantize = way.split(":")
            made = export(classifier, odd / way.replace(":", "-"), Reporter(), name, quantize).path
            made.rename(moved / made.name)
            wanted.setdefault(printed(moved / made.name / "sample.py")[0], []).append(way)
        own, _ = classifier.predict(files, Reporter())
        learned = [one.file for one in classifier.run.lines() if one.split == "train" and one.file.is_file()]
        for line, ways in wanted.items():
            environment = Environment(room / "environment", line)
            for way in ways:
                right = own
                if way.startswith("head-weights"):
                    spread = np.linspace(0, len(learned) - 1, min(100, len(learned))).astype(int)
                    right, _ = classifier.predict([learned[place] for place in spread[:8]], Reporter())
                failed |= ask(environment, moved / way.replace(":", "-"), way, files, right)
            shutil.rmtree(environment.place)
    return failed


if __name__ == "__main__":
    sys.exit(main())
