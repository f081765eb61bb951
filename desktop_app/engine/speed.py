"""How fast a backbone computes on this device."""

import time

import numpy as np

from desktop_app.engine import frozen
from desktop_app.engine.progress import Reporter
from desktop_app.engine.specs import UNTRAINED, BaseSpec, Precision

_FEWEST = 2  # batches


def pictures_per_second(
    name: str, reporter: Reporter, precision: Precision = "auto", seconds: float = 2.0
) -> float:
    """Compute `name` on noise, with random weights, in the first form that a run with `precision` would try.

    Reading pictures comes on top; on most devices it is done meanwhile.

    Args:
        name: of the backbone.
        reporter: told what is being measured; its cancel flag is heard between two batches.
        precision: as in `BaseSpec`.
        seconds: for how long, once it is built and compiled, which takes as long again or more.
    """
    reporter.report(0.0, f"Measuring {name}: building it")
    base = frozen.build(BaseSpec(name, UNTRAINED, precision=precision), 0, lambda _model: UNTRAINED)
    return measure(base, reporter.part(0.3, 1), f"Measuring {name}", seconds)


def measure(base: frozen.FrozenBase, reporter: Reporter, what: str, seconds: float) -> float:
    """How many pictures a second `base` computes, as it is; see `pictures_per_second`."""
    size = base.row.size
    pictures = np.random.default_rng(0).integers(0, 256, (base.batch, size, size, 3), np.uint8)
    reporter.report(0.0, f"{what}: compiling it")
    base.run(pictures)  # fills the caches
    reporter.report(0.4, what)
    count, began = 0, time.perf_counter()
    while count < _FEWEST or time.perf_counter() - began < seconds:
        base.run(pictures)
        count += 1
        reporter.checkpoint()
    return count * base.batch / (time.perf_counter() - began)
