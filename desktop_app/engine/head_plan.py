"""The plan of a head: its layers from features to classes, and how many parameters each has."""

from collections.abc import Sequence
from dataclasses import dataclass

from desktop_app.engine.specs import HeadSpec


@dataclass(frozen=True)
class PlannedLayer:
    """A dense layer with what belongs to it; `parameters` count all that is learned."""

    units: int
    parameters: int


def plan(spec: HeadSpec, width: int, classes: int) -> Sequence[PlannedLayer]:
    """The layers that `build_head` would make for features of `width`, the logits' the last."""
    layers: list[PlannedLayer] = []
    for units in (*spec.units, classes):
        hidden = len(layers) < len(spec.units)
        normalized = 2 * units if hidden and spec.normalization else 0  # a scale and a shift each
        layers.append(PlannedLayer(units, (width + 1) * units + normalized))
        width = units
    return layers
