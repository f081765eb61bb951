"""The cost of a network: how many multiplications it makes of one picture."""

import math
from typing import Any

from desktop_app.engine.keras_bridge import keras


def multiplications(model: Any) -> int:
    """Multiplications of all convolutions and dense layers of `model` for one picture.

    Everything else in a network for pictures is small beside them. Takes Functional and Sequential models.
    """
    if isinstance(model, keras.Sequential):
        model = keras.Model(model.inputs, model.outputs)
    total = 0
    for call in (call for depth in model._nodes_by_depth.values() for call in depth):
        layer = call.operation
        if isinstance(layer, keras.Model):
            total += multiplications(layer)
        elif isinstance(layer, keras.Layer):
            # Each weight of a kernel is multiplied once at each place of the output.
            places = math.prod(size or 1 for size in call.outputs[0].shape[1:-1])
            total += places * sum(math.prod(w.shape) for w in layer.weights if len(w.shape) in {2, 4})
    return total
