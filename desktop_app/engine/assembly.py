"""The whole classifier: preprocessing, base and head in one Keras model."""

from pathlib import Path
from typing import Any

from desktop_app.engine.errors import EngineError
from desktop_app.engine.keras_bridge import keras


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
    """Read back what `assemble` made; Keras' safe mode runs no code from the file."""
    try:
        return keras.saving.load_model(file, compile=False, safe_mode=True)
    except Exception as error:  # Keras raises whatever its parsers do
        raise EngineError(
            f"The model “{file}” cannot be opened: {str(error).splitlines()[0]}",
            "Train again, or restore the file from a copy.",
        ) from error
