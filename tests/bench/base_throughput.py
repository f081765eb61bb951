"""Images/s through the base alone: Keras' own `predict`, the compiled base, and OpenVINO as the limit.

    PYTHONPATH=. python tests/bench/base_throughput.py [VGG16 ResNet50 InceptionV3]

All get the same uint8 pictures in memory and take their turns, so that whatever else the machine does hits
them alike. “At first” is the compiled base before its kernels are laid out. The table has each one's median,
and the median of the ratios turn by turn. OpenVINO (bf16; `python3 installer --formats run` has it) chooses
its own streams and requests, batch by batch. The weights are random: they have no part in the speed. Exits
with 1 if the compiled base is under 80 % of OpenVINO, however that takes its batches.
"""

import os
import platform
import statistics
import sys
import tempfile
import time
from collections.abc import Callable
from typing import Any

import numpy as np
from numpy.typing import NDArray

from desktop_app.engine import frozen
from desktop_app.engine.compiled import Compiled
from desktop_app.engine.keras_bridge import keras, tf
from desktop_app.engine.specs import BaseSpec

ROUNDS, PICTURES, FEW = 11, 128, 16  # Keras gets few pictures a turn, or it would take most of the time
BOUND = 0.8
Pictures = NDArray[np.uint8]
Run = Callable[[Pictures], NDArray[np.float32]]


def keras_predict(base: frozen.FrozenBase) -> Run:
    """What a script would do."""
    return lambda pictures: np.asarray(base.model.predict(pictures.astype(np.float32), verbose=0))


def compiled(base: frozen.FrozenBase, long: bool) -> Run:
    """What the program does: at first, or once it has computed for `long`."""
    network = Compiled(base.network, base.batch, base.row.size, on_cpu=True)
    if long:
        network.lay_out()
        while not network.laid_out:
            time.sleep(0.1)
    steps = range(0, PICTURES, base.batch)
    return lambda pictures: np.concatenate([network(pictures[i : i + base.batch]) for i in steps])


def openvino_run(base: frozen.FrozenBase, batch: int) -> Run:
    """The same network, converted by OpenVINO and computed in bfloat16 at its best throughput."""
    import openvino as ov

    with tempfile.TemporaryDirectory() as folder:
        base.model.export(folder, verbose=False)
        model: Any = ov.convert_model(folder, input=[batch, base.row.size, base.row.size, 3])
    steps = ov.preprocess.PrePostProcessor(model)
    steps.input().tensor().set_element_type(ov.Type.u8)
    steps.input().preprocess().convert_element_type(ov.Type.f32)
    hints = {"PERFORMANCE_HINT": "THROUGHPUT", "INFERENCE_PRECISION_HINT": "bf16"}
    network = ov.Core().compile_model(steps.build(), "CPU", hints)
    queue = ov.AsyncInferQueue(network)

    def run(pictures: Pictures) -> NDArray[np.float32]:
        features = np.empty((len(pictures), base.width), np.float32)

        def keep(request: Any, start: int) -> None:
            features[start : start + batch] = request.get_output_tensor().data

        queue.set_callback(keep)
        for start in range(0, len(pictures), batch):
            queue.start_async({0: pictures[start : start + batch]}, userdata=start)
        queue.wait_all()
        return features

    return run


def rate(run: Run, pictures: Pictures) -> float:
    began = time.perf_counter()
    run(pictures)
    return len(pictures) / (time.perf_counter() - began)


def cosine(a: NDArray[np.float32], b: NDArray[np.float32]) -> float:
    lengths = np.linalg.norm(a, axis=1) * np.linalg.norm(b, axis=1)
    return float(((a * b).sum(axis=1) / lengths).min())


def measure(name: str) -> bool:
    """Print a table; whether the bound is kept."""
    base = frozen.build(BaseSpec(name, "none"), 0, lambda _: "random")
    dice = np.random.default_rng(0)
    pictures = dice.integers(0, 256, (PICTURES, base.row.size, base.row.size, 3), np.uint8)
    runs: dict[str, Run] = {"Keras predict, float32": keras_predict(base)}
    ours = f"compiled base, {base.precision}"
    runs[f"{ours}, at first"] = compiled(base, long=False)
    runs[ours] = compiled(base, long=True)
    for batch in (1, 8):
        try:
            runs[f"OpenVINO bf16, batch {batch}"] = openvino_run(base, batch)
        except ImportError:
            print("OpenVINO is not installed (see the top of this script): measuring without it.")
            break

    exact = base.exactly(pictures[:8])
    shares = {label: pictures[:FEW] if "Keras" in label else pictures for label in runs}
    found = {label: run(shares[label])[:8] for label, run in runs.items()}  # the first call compiles
    rates: dict[str, list[float]] = {label: [] for label in runs}
    for _ in range(ROUNDS):
        for label, run in runs.items():
            rates[label].append(rate(run, shares[label]))

    good = True
    print(f"\n{name}, {base.row.size} px{'img/s':>32}{'lowest…highest':>20}{'ours is':>10}{'cosine':>10}")
    for label, values in rates.items():
        spread = f"{min(values):.0f}…{max(values):.0f}"
        ratio = statistics.median(own / value for own, value in zip(rates[ours], values, strict=True))
        good &= ratio >= BOUND or "OpenVINO" not in label
        close = cosine(found[label], exact)
        print(f"  {label:34}{statistics.median(values):12.1f}{spread:>20}{ratio:>9.2f}×{close:>10.5f}")
    return good


def main() -> int:
    print(f"{os.cpu_count()} cores, {platform.platform()}, load {os.getloadavg()[0]:.1f}")
    print(f"TensorFlow {tf.__version__}, Keras {keras.__version__}")
    good = True
    for name in sys.argv[1:] or ["VGG16", "ResNet50", "InceptionV3"]:
        good &= measure(name)
    return 0 if good else 1


if __name__ == "__main__":
    sys.exit(main())
