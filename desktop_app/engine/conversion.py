"""Turns a SavedModel into a file of another format: `python -m desktop_app.engine.conversion ORDER.json`.

A process of its own does it: a converter is one call of many seconds that hears nothing, and some end the
whole process when they fail.
"""

import json
import os
import sys
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from desktop_app.engine.foreign import hush_openvino

OPSET = 18  # of ONNX: 2022, which all of today's runtimes know


def to_litert(order: dict[str, Any]) -> None:
    """Write a `.tflite` file, quantized as `quantize` says."""
    import tensorflow as tf

    converter = tf.lite.TFLiteConverter.from_saved_model(
        order["saved_model"], signature_keys=["serving_default"]
    )
    if order["quantize"] != "none":
        converter.optimizations = [tf.lite.Optimize.DEFAULT]
    if order["quantize"] == "float16":
        converter.target_spec.supported_types = [tf.float16]
    if order["quantize"] == "int8":
        converter.representative_dataset = lambda: ([picture[None]] for picture in _calibration(order))
        converter.target_spec.supported_ops = [tf.lite.OpsSet.TFLITE_BUILTINS_INT8]
        converter.inference_input_type = converter.inference_output_type = tf.uint8
    Path(order["target"]).write_bytes(converter.convert())


def to_onnx(order: dict[str, Any]) -> None:
    """Write an `.onnx` file with the `passport` among its properties."""
    import onnx
    import tensorflow as tf
    import tf2onnx

    _teach_erfc()
    loaded = tf.saved_model.load(order["saved_model"])
    signature = loaded.signatures["serving_default"]
    shape = signature.structured_input_signature[1]["images"]
    asked = tf.function(lambda images: signature(images=images), input_signature=[shape])
    model, _ = tf2onnx.convert.from_function(asked, input_signature=[shape], opset=OPSET)
    onnx.helper.set_model_props(model, _texts(order["passport"]))
    model.producer_name, model.producer_version = "Graftwork", order["passport"]["version"]
    onnx.checker.check_model(model)
    onnx.save(model, order["target"])


def _teach_erfc() -> None:
    """Tell tf2onnx of an operation that it does not know and that TensorFlow's GELU uses: 1 - erf(x)."""
    from tf2onnx.handler import tf_op

    @tf_op("Erfc")
    class Erfc:
        @classmethod
        def version_9(cls, graph: Any, node: Any, **_: Any) -> None:
            kind, shape = graph.get_dtype(node.output[0]), graph.get_shape(node.output[0])
            one = graph.make_const(f"{node.name}_one", np.array(1, np.float32))
            erf = graph.make_node("Erf", node.input, shapes=[shape], dtypes=[kind])
            graph.remove_node(node.name)
            terms = [one.output[0], erf.output[0]]
            graph.make_node("Sub", terms, name=node.name, outputs=node.output, shapes=[shape], dtypes=[kind])


def to_openvino(order: dict[str, Any]) -> None:
    """Write an `.xml` file with the `passport` in it, and the weights beside it in a `.bin` file."""
    hush_openvino()
    import openvino

    model = openvino.Core().read_model(order["saved_model"])
    for key, text in _texts(order["passport"]).items():
        model.set_rt_info(text, ["graftwork", key])
    openvino.save_model(model, order["target"], compress_to_fp16=False)


CONVERTERS: dict[str, Callable[[dict[str, Any]], None]] = {
    "litert": to_litert,
    "onnx": to_onnx,
    "openvino": to_openvino,
}


def _texts(passport: dict[str, Any]) -> dict[str, str]:
    """Each entry as text: itself, or JSON."""
    return {
        key: value if isinstance(value, str) else json.dumps(value, ensure_ascii=False)
        for key, value in passport.items()
    }


def _calibration(order: dict[str, Any]) -> Iterator[NDArray[np.uint8]]:
    from desktop_app.engine.images import UnreadableError, read_file, square

    for file in order["files"]:
        try:
            yield square(
                read_file(Path(os.fsdecode(bytes.fromhex(file)))), order["size"], resize=order["resize"]
            )
        except UnreadableError:
            continue


if __name__ == "__main__":
    paper = json.loads(Path(sys.argv[1]).read_text("utf-8"))
    CONVERTERS[paper["format"]](paper)
