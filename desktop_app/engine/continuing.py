"""Training on: a run begins where another has ended, with that one's base and head."""

from dataclasses import replace
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from desktop_app.engine.backbones import Backbone
from desktop_app.engine.errors import EngineError
from desktop_app.engine.run import Run, open_run
from desktop_app.engine.specs import ExperimentSpec, TrainingSpec

Beginning = list[NDArray[np.float32]]  # the weights of a head, in the order of Keras' `get_weights`


def continued(run: Run, training: TrainingSpec) -> ExperimentSpec:
    """The choices of a run that begins with base and head of `run`; the base stays as it has become."""
    base = replace(run.spec.base, weights=str(run.model_file.absolute()))
    return ExperimentSpec(base, run.head, training, views=run.spec.views, start="continued")


def origin(run: Run) -> str:
    """Where the weights of a base come from that is taken from `run`, in words."""
    return f"the run “{run.folder.name}” ({run.weights_origin})"


def base_digest(run: Run) -> str:
    """What tells the base of `run` from others, where it has stayed as it was given to that run; else "".

    Features that are stored of it are then found, and training on starts at the head.
    """
    if run.tuning or run.spec.start == "scratch":
        return ""
    name, _, rest = run.base_key.partition(":")
    return rest.partition(":")[0] if name == run.spec.base.backbone else ""


def give_base(bare: Any, row: Backbone, file: Path) -> None:
    """Give a bare base the weights that it has in a run's model; an `EngineError` where it is another."""
    from desktop_app.engine.assembly import load_classifier

    inner = [layer for layer in load_classifier(file).layers if layer.name == bare.name]
    held = inner[0].variables if inner else []
    if [tuple(one.shape) for one in held] != [tuple(one.shape) for one in bare.variables]:
        raise EngineError(f"“{file}” holds no {row.name}.", "Train on with the backbone of that run.")
    for variable, value in zip(bare.variables, held, strict=True):
        variable.assign(value)


def beginning(spec: ExperimentSpec, class_names: tuple[str, ...]) -> Beginning:
    """The head of the run that `spec` continues, for other classes.

    Classes that it knows keep what it says of them; of a new one it says nothing yet: its logit is 0.

    Raises:
        EngineError: the run cannot be opened, or has another head.
    """
    from desktop_app.engine.assembly import load_classifier
    from desktop_app.engine.head import build_head

    file = Path(spec.base.weights)
    run = open_run(file.parent)
    weights = load_classifier(file).get_layer("head").get_weights()
    wanted = build_head(spec.head, len(weights[0]), len(run.class_names)).weights
    if [array.shape for array in weights] != [tuple(one.shape) for one in wanted]:
        raise EngineError(
            f"The run in “{file.parent}” has another head than is to be trained on.",
            "Train on with the head of that run.",
        )
    return [*weights[:-2], *carried(weights[-2], weights[-1], run.class_names, class_names)]


def carried(
    kernel: NDArray[np.float32], bias: NDArray[np.float32], before: tuple[str, ...], after: tuple[str, ...]
) -> Beginning:
    """The last layer for the classes `after`, made of that for `before`; what is new there is 0."""
    places = {name: place for place, name in enumerate(before)}
    known = [(new, places[name]) for new, name in enumerate(after) if name in places]
    columns, numbers = np.zeros((len(kernel), len(after)), np.float32), np.zeros(len(after), np.float32)
    for new, old in known:
        columns[:, new], numbers[new] = kernel[:, old], bias[old]
    return [columns, numbers]
