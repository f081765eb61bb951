"""Reads an export as a stranger would: `python -m desktop_app.engine.foreign ORDER.json`.

It is a process of its own. Nothing of this program touches the model here, and each format is read by its own
library: a SavedModel by TensorFlow that cannot find Keras, LiteRT by its interpreter, ONNX by ONNX Runtime,
OpenVINO by itself.
"""

import json
import os
import sys
import time
from collections.abc import Callable, Iterator
from functools import cache
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

Answer = Callable[[NDArray[Any]], NDArray[np.float32]]  # (n, …) → probabilities (n, classes)


def _savedmodel(model: str) -> Answer:
    signature = _loaded(model).signatures["serving_default"]
    return lambda pictures: signature(images=_tf().constant(pictures))["probabilities"].numpy()


def _keras(model: str) -> Answer:
    import keras

    network = keras.saving.load_model(model, compile=False, safe_mode=True)
    return lambda pictures: np.asarray(network(pictures.astype(np.float32), training=False))


def _head(model: str) -> Answer:
    import keras

    head = keras.models.model_from_json(Path(model).with_name("head.json").read_text("utf-8"))
    head.load_weights(model)

    def answer(features: NDArray[Any]) -> NDArray[np.float32]:
        logits = np.asarray(head(features, training=False), np.float64)
        shares = np.exp(logits - logits.max(axis=1, keepdims=True))
        probabilities: NDArray[np.float32] = (shares / shares.sum(axis=1, keepdims=True)).astype(np.float32)
        return probabilities

    return answer


def _litert(model: str) -> Answer:
    try:
        from ai_edge_litert.interpreter import Interpreter
    except ImportError:  # the same interpreter inside TensorFlow, until TensorFlow drops it
        Interpreter = _tf().lite.Interpreter  # noqa: N806
    interpreter = Interpreter(model_path=model, num_threads=os.cpu_count())
    runner = interpreter.get_signature_runner()
    scale, zero = map(np.float32, runner.get_output_details()["probabilities"]["quantization"])

    def answer(pictures: NDArray[Any]) -> NDArray[np.float32]:
        values = runner(images=pictures)["probabilities"]
        real: NDArray[np.float32] = (values.astype(np.float32) - zero) * scale if scale else values.copy()
        return real

    return answer


def _onnx(model: str) -> Answer:
    import onnxruntime

    session = onnxruntime.InferenceSession(model, providers=["CPUExecutionProvider"])
    return lambda pictures: session.run(["probabilities"], {"images": pictures})[0]


def _openvino(model: str) -> Answer:
    hush_openvino()
    import openvino

    # Left to itself it computes in bfloat16 where the processor can.
    network = openvino.Core().compile_model(model, "CPU", {"INFERENCE_PRECISION_HINT": "f32"})
    return lambda pictures: network({"images": pictures})["probabilities"].copy()


READERS: dict[str, Callable[[str], Answer]] = {
    "savedmodel": _savedmodel,
    "keras": _keras,
    "head-weights": _head,
    "litert": _litert,
    "onnx": _onnx,
    "openvino": _openvino,
}


def hush_openvino() -> None:
    """Importing OpenVINO sends a report to Intel, unless its package for that cannot be found."""
    sys.modules["openvino_telemetry"] = None  # type: ignore[assignment]


def _tf() -> Any:
    import tensorflow as tf

    return tf


@cache
def _loaded(model: str) -> Any:
    sys.modules["keras"] = None  # type: ignore[assignment]  # whoever imports it now is told it is not here
    return _tf().saved_model.load(model)


def _bytes_entry(model: str) -> Callable[[bytes], NDArray[np.float32]]:
    """The second entry of a SavedModel, which takes files."""
    signature = _loaded(model).signatures["serve_bytes"]
    return lambda data: signature(encoded=_tf().constant([data]))["probabilities"].numpy()


def read(order: dict[str, Any]) -> Iterator[dict[str, Any]]:
    """An answer for each input, in their order.

    Args:
        order: the name of the `format`; the path of the `model`; and either `features`, the path of a NumPy
            file (n, width), or `files`, pictures. Where `size` is given, these are made square first, as
            `resize` says.

    Yields:
        `probabilities`, where a file can be read at all; `milliseconds` that it took the model alone; for a
        SavedModel also what its entry for files says in `from_bytes`, where that reads the file's kind.
    """
    answer = READERS[order["format"]](order["model"])
    if "features" in order:
        for row in np.load(order["features"], allow_pickle=False):
            yield _timed(answer, row)
        return
    from desktop_app.engine.images import UnreadableError, is_servable, read_file, rgb
    from desktop_app.engine.resizing import fit

    from_bytes = _bytes_entry(order["model"]) if order["format"] == "savedmodel" else None
    for file in order["files"]:
        try:
            data = read_file(Path(os.fsdecode(bytes.fromhex(file))))
            picture = rgb(data)
        except UnreadableError:
            yield {}  # it may have gone since the training
            continue
        pixels = fit(picture, order["size"], order["resize"]) if order.get("size") else np.asarray(picture)
        result = _timed(answer, pixels)
        if from_bytes and data.startswith((b"\xff\xd8", b"\x89PNG")) and is_servable(data):
            result["from_bytes"] = from_bytes(data)[0].tolist()
        yield result


def _timed(answer: Answer, one: NDArray[Any]) -> dict[str, Any]:
    began = time.perf_counter()
    probabilities = answer(one[None])[0]
    return {
        "probabilities": probabilities.tolist(),
        "milliseconds": 1000 * (time.perf_counter() - began),
    }


if __name__ == "__main__":
    for line in read(json.loads(Path(sys.argv[1]).read_text("utf-8"))):
        print(json.dumps(line), flush=True)  # noqa: T201
