"""Answers as TensorFlow Serving does, by the rules of its REST API, in a process that cannot find Keras.

    python tests/serving_rules.py MODEL → its port on stdout; the server ends when its input does

The rules are those of “RESTful API” (tensorflow.org/tfx/serving/api_rest) and of the server's own
`json_tensor.cc`: bytes are `{"b64": …}`, rows are in “instances” and come back in “predictions”, columns are
in “inputs” and come back in “outputs”, one output goes without its name, what is wrong is an “error”.
"""

import base64
import importlib.machinery
import json
import re
import sys
import threading
from http.server import BaseHTTPRequestHandler, HTTPServer
from typing import Any

PLACE = re.compile(r"/v1/models/(?P<model>[^/:]+)(/versions/\d+)?:predict")


class BadRequestError(Exception):
    """What the server would refuse."""


def is_bytes(value: Any) -> bool:
    """Whether it is an object of one key, “b64”."""
    return isinstance(value, dict) and list(value) == ["b64"] and isinstance(value["b64"], str)


def elements(value: Any, is_text: bool) -> Any:
    """JSON → nested lists for a tensor; text may be written as it is, or as base64."""
    if isinstance(value, list):
        return [elements(one, is_text) for one in value]
    if is_text:
        if is_bytes(value):
            return base64.b64decode(value["b64"], validate=True)
        if isinstance(value, str):
            return value.encode()
    elif isinstance(value, (int, float)) and not isinstance(value, bool):
        return value
    raise BadRequestError(f"{value!r} is of another type")


def columns(question: Any, names: set[str]) -> dict[str, Any]:
    """Input name → JSON of the whole batch."""
    if not isinstance(question, dict) or ("instances" in question) == ("inputs" in question):
        raise BadRequestError("either 'instances' or 'inputs'")
    if "inputs" in question:
        value = question["inputs"]
        found = value if isinstance(value, dict) and not is_bytes(value) else dict.fromkeys(names, value)
        alone = found is not value
    else:
        rows = question["instances"]
        if not isinstance(rows, list) or not rows:
            raise BadRequestError("'instances' is a list of one or more")
        named = [isinstance(row, dict) and not is_bytes(row) for row in rows]
        if len(set(named)) > 1 or any(row.keys() != names for row in rows if named[0]):
            raise BadRequestError("each of 'instances' names every input")
        alone = not named[0]
        found = {name: [row if alone else row[name] for row in rows] for name in names}
    if found.keys() != names or (alone and len(names) > 1):
        raise BadRequestError(f"the inputs are {sorted(names)}")
    return found


def plain(value: Any) -> Any:
    """What a tensor holds, for JSON: strings as text."""
    if isinstance(value, list):
        return [plain(one) for one in value]
    return value.decode() if isinstance(value, bytes) else value


def answer(model: Any, body: bytes) -> dict[str, Any]:
    """What the server says to `body`; a `BadRequestError` where it would refuse it."""
    import tensorflow as tf

    question = json.loads(body)
    signature = model.signatures[question.get("signature_name", "serving_default")]
    takes = signature.structured_input_signature[1]
    tensors = {
        name: tf.constant(elements(value, takes[name].dtype == tf.string), takes[name].dtype)
        for name, value in columns(question, set(takes)).items()
    }
    gives = {name: plain(tensor.numpy().tolist()) for name, tensor in signature(**tensors).items()}
    (one, *more) = gives.values()
    if "inputs" in question:
        return {"outputs": gives if more else one}
    rows = [dict(zip(gives, row, strict=True)) for row in zip(*gives.values(), strict=True)]
    return {"predictions": rows if more else one}


def server(model: Any) -> HTTPServer:
    """A server of `model`, called “classifier”, on a free port."""

    class Serving(BaseHTTPRequestHandler):
        def do_POST(self) -> None:
            body = self.rfile.read(int(self.headers["Content-Length"]))
            place = PLACE.fullmatch(self.path)
            try:
                if not place or place["model"] != "classifier":
                    raise BadRequestError(f"nothing is served at {self.path}")
                code, said = 200, answer(model, body)
            except Exception as error:
                code, said = (404 if not place else 400), {"error": str(error)}
            self.send_response(code)
            self.send_header("Content-Type", "application/json")
            self.end_headers()
            self.wfile.write(json.dumps(said, ensure_ascii=False).encode())

        def log_message(self, *words: object) -> None:
            """Say nothing."""

    return HTTPServer(("127.0.0.1", 0), Serving)


def main() -> None:
    """Serve until the input ends."""
    find = importlib.machinery.PathFinder.find_spec

    def find_all_but_keras(name: str, *rest: Any) -> importlib.machinery.ModuleSpec | None:
        return None if name.split(".", maxsplit=1)[0] == "keras" else find(name, *rest)

    importlib.machinery.PathFinder.find_spec = find_all_but_keras  # type: ignore[method-assign, assignment]
    import tensorflow as tf

    serving = server(tf.saved_model.load(sys.argv[1]))
    thread = threading.Thread(target=serving.serve_forever)
    thread.start()
    sys.stdout.write(f"{serving.server_port}\n")
    sys.stdout.flush()
    sys.stdin.read()
    serving.shutdown()
    thread.join()
    serving.server_close()
    assert "keras" not in sys.modules


if __name__ == "__main__":
    main()
