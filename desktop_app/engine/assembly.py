"""The whole classifier: preprocessing, base and head in one Keras model."""

from collections.abc import Iterator
from math import prod
from pathlib import Path
from typing import Any

from desktop_app.engine.errors import EngineError
from desktop_app.engine.keras_bridge import keras
from desktop_app.engine.model_file import parameters_held, safe_config

_WIDEST = 100_000_000  # numbers; the widest layer of keras.applications makes 5 million of a picture


def assemble(base: Any, head: Any) -> Any:
    """Join a base and a head: RGB in [0, 255], (n, size, size, 3) → probabilities (n, classes)."""
    logits = head(base.output)
    probabilities = keras.layers.Softmax(dtype="float32", name="probabilities")(logits)
    return keras.Model(base.input, probabilities, name="classifier")


def parts(classifier: Any) -> tuple[Any, Any]:
    """Two models of what `assemble` made, to its features and to its logits.

    Raises:
        EngineError: it is built in another way.
    """
    try:
        features = classifier.get_layer("pool").output
        logits = classifier.get_layer("probabilities").input
    except (ValueError, AttributeError) as error:
        raise EngineError(
            "The model is not built as this program builds one: it has no pooled features or no logits.",
            "Open a model that Graftwork has trained.",
        ) from error
    return keras.Model(classifier.input, features), keras.Model(classifier.input, logits)


def load_classifier(file: Path) -> Any:
    """Read back what `assemble` made.

    Runs no code from the file, and takes no more memory than its weights fill.

    Raises:
        EngineError: the file is missing, damaged or not to be trusted.
    """
    config = safe_config(file)
    try:
        _require_bearable(file, config)
        return keras.saving.load_model(file, compile=False, safe_mode=True)
    except EngineError:
        raise
    except Exception as error:  # Keras raises whatever its parsers do
        said = (str(error).strip() or type(error).__name__).splitlines()[0][:300]
        raise EngineError(
            f"The model “{file}” cannot be opened: {said}", "Train again, or restore the file from a copy."
        ) from error


def _require_bearable(file: Path, config: dict[str, Any]) -> None:
    """Build the network without its variables: what a description asks for may be beyond all memory."""
    try:
        with keras.StatelessScope(initialize_variables=False):
            network = keras.saving.deserialize_keras_object(config, safe_mode=True)
            numbers = network.count_params()
            widest = max(_sizes(network))
    finally:
        keras.utils.clear_session(free_memory=False)  # Keras would give the variables memory later
    if numbers > parameters_held(file) or widest > _WIDEST:
        raise EngineError(
            f"The model “{file}” is not opened: it describes a network of {numbers:,} parameters, and layers "
            f"of up to {widest:,} numbers, for which it holds no weights or this program no memory.",
            "Open a model that Graftwork has trained, from someone you trust.",
        )


def _sizes(network: Any) -> Iterator[int]:
    """How many numbers each layer makes of one picture; 0 of what is not told."""
    for layer in network.layers:
        if hasattr(layer, "layers"):
            yield from _sizes(layer)
        else:
            shapes = [tensor.shape[1:] for tensor in keras.tree.flatten(layer.output)]
            yield sum(prod(length or 1 for length in shape) for shape in shapes)
    yield 0
