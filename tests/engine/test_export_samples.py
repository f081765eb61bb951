import ast
import base64
import json
import sys
import threading
from http.server import BaseHTTPRequestHandler, HTTPServer
from pathlib import Path

import pytest

from desktop_app.engine.export_samples import copy_samples, notes, usage
from desktop_app.engine.export_table import FORMATS

#: Import name → what the sample says that it needs; NumPy comes with each of them.
PACKAGES = {
    "PIL": "pillow",
    "ai_edge_litert": "ai-edge-litert",
    "keras": "tensorflow",
    "numpy": "",
    "onnxruntime": "onnxruntime",
    "openvino": "openvino",
    "tensorflow": "tensorflow",
}


@pytest.mark.parametrize("name", FORMATS)
def test_a_sample_needs_what_it_says_and_nothing_else(name: str, tmp_path: Path) -> None:
    copy_samples(FORMATS[name], tmp_path)
    assert (tmp_path / "sample.py").is_file()
    assert notes(FORMATS[name])
    for sample in tmp_path.glob("*.py"):
        tree = ast.parse(sample.read_text("utf-8"))
        nodes = list(ast.walk(tree))
        modules = {alias.name for node in nodes if isinstance(node, ast.Import) for alias in node.names}
        modules |= {str(node.module) for node in nodes if isinstance(node, ast.ImportFrom)}
        strangers = {module.split(".")[0] for module in modules} - sys.stdlib_module_names
        typed = [line.split() for line in typing(sample) if line]
        needed = {PACKAGES[module] for module in strangers} - {""}
        assert [words[:2] for words in typed[-1:]] == [["python", sample.name]]
        assert [set(words) for words in typed[:-1]] == ([{"pip", "install", *needed}] if needed else [])
    assert usage(FORMATS[name]).splitlines() == typing(tmp_path / "sample.py")


def typing(sample: Path) -> list[str]:
    """What is to be typed: all but the first line of what a sample says of itself."""
    said = ast.get_docstring(ast.parse(sample.read_text("utf-8"))) or ""
    return said.splitlines()[2:]


def test_a_request_to_tensorflow_serving_has_the_file_in_it(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    heard: list[tuple[str, object]] = []

    class Serving(BaseHTTPRequestHandler):
        def do_POST(self) -> None:
            body = self.rfile.read(int(self.headers["Content-Length"]))
            heard.append((self.path, json.loads(body)))
            answer = {"predictions": [{"label": "ants", "probabilities": [0.25, 0.75]}]}
            self.send_response(200)
            self.end_headers()
            self.wfile.write(json.dumps(answer).encode())

        def log_message(self, *words: object) -> None:
            """Say nothing."""

    copy_samples(FORMATS["savedmodel"], tmp_path)
    (tmp_path / "picture.jpg").write_bytes(b"\xff\xd8 a picture")
    server = HTTPServer(("127.0.0.1", 0), Serving)
    thread = threading.Thread(target=server.handle_request)
    thread.start()
    request = tmp_path / "request.py"
    monkeypatch.setenv("no_proxy", "*")
    monkeypatch.setattr(
        sys, "argv", ["request.py", str(tmp_path / "picture.jpg"), f"http://127.0.0.1:{server.server_port}"]
    )
    exec(compile(request.read_text("utf-8"), str(request), "exec"), {"__name__": "__main__"})  # noqa: S102
    thread.join()
    server.server_close()
    ((path, question),) = heard
    assert path == "/v1/models/classifier:predict"
    encoded = base64.b64encode(b"\xff\xd8 a picture").decode()
    assert question == {"signature_name": "serve_bytes", "instances": [{"encoded": {"b64": encoded}}]}
    assert capsys.readouterr().out == "ants (75.0%)\n"
