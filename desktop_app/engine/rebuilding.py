"""A classifier made again from the choices of its maker and the numbers of its variables."""

from itertools import count, pairwise
from math import prod
from typing import Any

from desktop_app.engine import frozen
from desktop_app.engine.assembly import assemble
from desktop_app.engine.head import build_head
from desktop_app.engine.progress import Reporter
from desktop_app.engine.specs import ExperimentSpec
from desktop_app.engine.tensor_bundle import Bundle

_NAME = "weights/{}/.ATTRIBUTES/VARIABLE_VALUE"  # as `ServingModule` keeps them, in the order of the model


def rebuild(spec: ExperimentSpec, classes: int, bundle: Bundle, reporter: Reporter) -> Any:
    """Build the classifier of `spec` and fill it with the variables of a SavedModel of this program.

    Args:
        spec: names the backbone, the pooling and the head.
        classes: how many there are.
        bundle: the numbers.
        reporter: hears how far it is.

    Raises:
        ValueError: the numbers are damaged, or those of another network; the text completes a sentence.
        OSError: they cannot be read.
    """
    names = [name for name in map(_NAME.format, range(len(bundle.tensors))) if name in bundle.tensors]
    held = [bundle.tensors[name].shape for name in names]
    base = frozen.build(spec.base, 0, lambda _bare: "imported")
    widths = (base.width, *spec.head.units, classes)
    if sum(one * other for one, other in pairwise(widths)) > sum(map(prod, held)):
        raise ValueError("it holds fewer numbers than the head that its passport describes")
    model = assemble(base.model, build_head(spec.head, base.width, classes))
    if held != [tuple(variable.shape) for variable in model.variables]:
        raise ValueError("its numbers are those of another network than its passport describes")
    for place, name, variable in zip(count(), names, model.variables, strict=False):
        reporter.report(place / len(names), "Reading the numbers")
        variable.assign(bundle.read(name).astype(variable.dtype))
    return model
