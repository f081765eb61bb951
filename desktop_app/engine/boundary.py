"""The base cut in two: a constant function below the freeze boundary, a network that can learn above it."""

from dataclasses import dataclass
from typing import Any

from desktop_app.engine.blocks import Block, blocks
from desktop_app.engine.errors import EngineError
from desktop_app.engine.frozen import FrozenBase, wrap
from desktop_app.engine.keras_bridge import keras


@dataclass(frozen=True)
class Cut:
    """A base in two parts.

    Attributes:
        blocks: those above the boundary, from bottom to top.
        lower: pictures → the activations at the boundary, flattened; it computes in the base's form.
        upper: activations (n, *shape), float32 → features (n, width). It is made of the base's own layers:
            what these learn, the base's `model` has learned, and no feature that it gave before still holds.
        shape: of one picture's activations.
        body: the whole network of `keras.applications`.
        fresh: whether what is above has learned nothing before. It then learns with BatchNormalization and
            dropout in training mode; what is pretrained keeps them in inference mode.
    """

    blocks: tuple[Block, ...]
    lower: FrozenBase
    upper: Any
    shape: tuple[int, ...]
    body: Any
    fresh: bool = False

    def variables(self) -> list[list[Any]]:
        """What can learn, a list for each block, from bottom to top.

        Of a BatchNormalization that is its scale and its shift; its running statistics stay, as in Keras'
        guide to transfer learning, which calls the base with `training=False` when it fine-tunes it, too.
        """
        return [
            [variable for name in block.layers for variable in self.body.get_layer(name).trainable_variables]
            for block in self.blocks
        ]

    def unfreeze(self, learning: bool) -> None:
        """Let all layers above the boundary learn, or none."""
        for block in self.blocks:
            for name in block.layers:
                self.body.get_layer(name).trainable = learning


def cut(base: FrozenBase, count: int) -> Cut:
    """Cut `base` below its last `count` blocks.

    Raises:
        EngineError: it has fewer blocks.
    """
    call = body_call(base.model)
    body = call.operation
    found = blocks(body)
    if not 1 <= count <= len(found):
        raise EngineError(
            f"{base.row.name} has {len(found)} blocks: {count} cannot be tuned.",
            f"Choose from 1 to {len(found)}.",
        )
    above = found[-count:]
    crossing = next(part for part in body.operations if part.name == above[0].boundary).output
    below = keras.Model(body.input, crossing, name="below")
    flat = keras.layers.Flatten(name="boundary")(below(call.input_tensors[0], training=False))
    lower = keras.Model(base.model.input, flat, name="lower")
    lower.trainable = False

    activations = keras.Input(crossing.shape[1:], name="activations")
    above_it = keras.Model(crossing, body.output, name="above")(activations, training=False)
    features = keras.Model(call.outputs[0], base.model.output, name="pooling")(above_it)
    upper = keras.Model(activations, features, name="upper")
    name = f"{base.name}:below {above[0].name}"
    shape = tuple(int(side) for side in crossing.shape[1:])
    return Cut(above, wrap(lower, base.row, (base.form,), name), upper, shape, body)


def body_call(model: Any) -> Any:
    """Where the base's model, from preprocessing to pooling, calls the network of `keras.applications`."""
    calls = (call for depth in model._nodes_by_depth.values() for call in depth)
    return next(call for call in calls if hasattr(call.operation, "operations"))
