"""The plan of a head counts as Keras counts."""

from math import prod

import pytest

from desktop_app.engine.head import build_head
from desktop_app.engine.head_plan import plan
from desktop_app.engine.specs import HeadSpec


@pytest.mark.parametrize("normalization", [False, True])
@pytest.mark.parametrize("units", [(), (5,), (6, 4)])
def test_parameters_are_those_of_the_built_head(units: tuple[int, ...], normalization: bool) -> None:
    spec = HeadSpec(units, normalization=normalization)
    layers = plan(spec, 12, 3)
    assert [layer.units for layer in layers] == [*units, 3]
    head = build_head(spec, 12, 3)
    assert sum(layer.parameters for layer in layers) == sum(
        prod(variable.shape) for variable in head.trainable_variables
    )
    assert layers[-1].parameters == head.get_layer("logits").count_params()
