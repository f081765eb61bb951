"""Learning from scratch: the whole network, from random weights, as what transfer is to be measured by."""

from collections.abc import Callable
from typing import Any

from desktop_app.engine.blocks import Block
from desktop_app.engine.boundary import Cut, body_call
from desktop_app.engine.frozen import FrozenBase, wrap
from desktop_app.engine.keras_bridge import keras, tf
from desktop_app.engine.specs import ExperimentSpec
from desktop_app.engine.tuning_spec import TuningSpec


def whole(base: FrozenBase, look: Callable[[], None]) -> Cut:
    """`base` cut where the pictures come in: all of it learns, BatchNormalization and dropout awake.

    The activations at that boundary are the pictures' pixels, RGB in [0, 255], (n, size, size, 3).

    Args:
        base: in its plain form.
        look: called at each layer on the way up and on the way down, in whatever thread; it may raise. A step
            on a large batch takes many seconds.
    """
    call = body_call(base.model)
    body, pictures = call.operation, base.model.input
    layers = tuple(layer.name for layer in body.layers if layer.weights)
    block = Block("whole", body.layers[0].name, layers, body.count_params(), 1.0)
    flat = keras.layers.Flatten(name="pixels")(pictures)
    lower = wrap(keras.Model(pictures, flat, name="lower"), base.row, name=f"{base.row.size}:pixels")
    watched = keras.models.clone_model(
        body,
        clone_function=lambda layer: layer,
        call_function=lambda layer, *args, **words: _Watch(look)(layer(*args, **words)),
    )
    features = keras.Model(call.outputs[0], base.model.output)(watched(call.input_tensors[0]))
    upper = keras.Model(pictures, features, name="upper")
    return Cut((block,), lower, upper, tuple(map(int, pictures.shape[1:])), body, fresh=True)


def glance(base: FrozenBase) -> FrozenBase:
    """From pictures to their mean colours: what is read to know which can be read, and what they hold."""
    mean = keras.layers.GlobalAveragePooling2D(name="mean")(base.model.input)
    return wrap(keras.Model(base.model.input, mean, name="glance"), base.row, name=f"{base.row.size}:glance")


def course(spec: ExperimentSpec) -> TuningSpec:
    """How the whole network learns: as `spec.training` says, at one rate everywhere."""
    training = spec.training
    return TuningSpec(
        epochs=training.epochs,
        batch=training.batch,
        learning_rate=training.learning_rate,
        decay_per_block=1.0,
        schedule="cosine" if training.schedule == "cosine" else "constant",
        seed=training.seed,
    )


class _Watch(keras.layers.Layer):  # type: ignore[misc]
    """Passes on what it is given, and its gradient, after a look at the world. TensorFlow has no other way
    to stop a step that has begun.
    """

    def __init__(self, look: Callable[[], None]) -> None:
        super().__init__()
        self._look = look

    def call(self, tensor: Any, training: bool = False) -> Any:
        """The same tensor."""
        return self._passing(tensor) if training else tensor

    def _passing(self, tensor: Any) -> Any:
        def after(value: Any) -> Any:
            with tf.control_dependencies([value]):
                seen = tf.py_function(self._seen, [], tf.bool)
            with tf.control_dependencies([seen]):
                return tf.identity(value)

        @tf.custom_gradient  # type: ignore[untyped-decorator]
        def passing(value: Any) -> tuple[Any, Callable[[Any], Any]]:
            return after(value), after

        return passing(tensor)

    def _seen(self) -> bool:
        self._look()
        return True
