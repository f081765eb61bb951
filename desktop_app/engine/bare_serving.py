"""The classifier as plain arithmetic, which converters to other formats take: no strings, no decoding."""

from pathlib import Path
from typing import Any

from desktop_app.engine.graph_resize import fit
from desktop_app.engine.keras_bridge import tf
from desktop_app.engine.resizing import Resize


def save_bare(model: Any, folder: Path, resize: Resize, squares: bool) -> None:
    """Write a SavedModel with one signature, from `images` to `probabilities`.

    Args:
        model: RGB in [0, 255], (n, size, size, 3) → probabilities (n, classes).
        folder: to make.
        resize: what becomes of pictures that are not square.
        squares: take pictures of the model's own size only; otherwise of any one size a batch.
    """
    size = int(model.input_shape[1])
    shape = (None, size, size, 3) if squares else (None, None, None, 3)

    @tf.function(input_signature=[tf.TensorSpec(shape, tf.uint8, name="images")])  # type: ignore[untyped-decorator]
    def serve(images: Any) -> dict[str, Any]:
        fitting = images if squares else fit(images, size, resize)
        return {"probabilities": model(tf.cast(fitting, tf.float32), training=False)}

    module = tf.Module(name="graftwork")
    module.weights = [variable.value for variable in model.variables]
    tf.saved_model.save(module, str(folder), signatures={"serving_default": serve})
