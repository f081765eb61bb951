"""The store of weights files, against a real HTTP server that can misbehave."""

import hashlib
import random
import threading
import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field, replace
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path

import pytest

from desktop_app.engine import download
from desktop_app.engine.backbones import BACKBONES, Backbone
from desktop_app.engine.errors import Cancelled, EngineError, WeightsUnavailableError
from desktop_app.engine.progress import Control, Reporter
from desktop_app.engine.weights import WeightsStore

BODY = random.Random(7).randbytes(1_500_000)
SHA256 = hashlib.sha256(BODY).hexdigest()
Answer = Callable[["Handler"], None]


class Handler(BaseHTTPRequestHandler):
    site: "Site"

    def answer(self) -> None:
        self.site.asked.append(self.headers["Range"])
        self.site.paths.append(self.path)
        script = self.site.script
        (script.pop(0) if script else whole)(self)

    def start(self, status: int, length: int, **headers: str) -> None:
        self.send_response(status)
        self.send_header("Content-Length", str(length))
        for name, value in headers.items():
            self.send_header(name.replace("_", "-"), value)
        self.end_headers()

    def wait(self) -> None:
        """Be silent until the test is over."""
        self.wfile.flush()
        self.site.over.wait(60)


@dataclass
class Site:
    """A server; each request takes the next answer of `script`, then `whole` serves them."""

    url: str = ""
    body: bytes = BODY
    script: list[Answer] = field(default_factory=list)
    asked: list[str | None] = field(default_factory=list)
    paths: list[str] = field(default_factory=list)
    over: threading.Event = field(default_factory=threading.Event)

    def row(self, body: bytes = BODY) -> Backbone:
        md5 = hashlib.md5(body, usedforsecurity=False).hexdigest()
        return replace(BACKBONES["VGG16"], weights_url=f"{self.url}/vgg16/notop.h5", weights_md5=md5)


def whole(handler: Handler, until: int | None = None) -> None:
    """Serve the file, or the range asked for; up to byte `until`, then drop the connection."""
    body, wish = handler.site.body, handler.headers["Range"]
    first = int(wish.removeprefix("bytes=").removesuffix("-")) if wish else 0
    if wish and first >= len(body):
        return handler.start(416, 0, Content_Range=f"bytes */{len(body)}")
    span = {"Content_Range": f"bytes {first}-{len(body) - 1}/{len(body)}"} if wish else {}
    handler.start(206 if wish else 200, len(body) - first, **span)
    handler.wfile.write(body[first:until])
    return None


def drops_at(byte: int) -> Answer:
    return lambda handler: whole(handler, byte)


def stalls_at(byte: int) -> Answer:
    def answer(handler: Handler) -> None:
        whole(handler, byte)
        handler.wait()

    return answer


def silent(then: Callable[[], None] = lambda: None) -> Answer:
    def answer(handler: Handler) -> None:
        then()
        handler.wait()

    return answer


def ignores_ranges(handler: Handler) -> None:
    del handler.headers["Range"]
    whole(handler)


def sends_another_range(handler: Handler) -> None:
    handler.start(206, 4, Content_Range=f"bytes 0-3/{len(BODY)}")
    handler.wfile.write(BODY[:4])


def status(code: int) -> Answer:
    return lambda handler: handler.start(code, 0)


def downloads() -> list[threading.Thread]:
    return [thread for thread in threading.enumerate() if thread.name == "download"]


@pytest.fixture
def site(monkeypatch: pytest.MonkeyPatch) -> Iterator[Site]:
    for name in ("http_proxy", "HTTP_PROXY", "all_proxy", "ALL_PROXY"):
        monkeypatch.delenv(name, raising=False)
    monkeypatch.setattr(download, "PAUSES", (0.0, 0.0, 0.0))
    site = Site()
    verbs = {"site": site, "do_GET": Handler.answer, "log_message": lambda *_: None}
    server = ThreadingHTTPServer(("127.0.0.1", 0), type("SiteHandler", (Handler,), verbs))
    site.url = f"http://127.0.0.1:{server.server_port}"
    thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.01})
    thread.start()
    yield site
    site.over.set()
    server.shutdown()
    server.server_close()
    thread.join()
    for left in downloads():
        left.join(5)
        assert not left.is_alive()


@pytest.fixture
def store(tmp_path: Path) -> WeightsStore:
    return WeightsStore(tmp_path / "weights", cache=None)


@pytest.fixture
def part(tmp_path: Path) -> Path:
    """Where a transfer that broke off leaves what it has."""
    (tmp_path / "weights").mkdir()
    return tmp_path / "weights" / "notop.h5.part"


def fetch(store: WeightsStore, row: Backbone) -> None:
    path = store.download(row, Reporter())
    assert path.read_bytes() == BODY
    assert store.find(row) == path
    assert not list(path.parent.glob("*.part"))


def accept(path: Path) -> None:
    """A validator that likes every file."""


def test_downloads_and_remembers(site: Site, store: WeightsStore) -> None:
    lines: list[tuple[float, str]] = []
    assert store.find(site.row()) is None
    path = store.download(site.row(), Reporter(lambda fraction, text: lines.append((fraction, text))))
    assert path.read_bytes() == BODY
    fractions = [fraction for fraction, _ in lines]
    assert fractions == sorted(fractions)
    assert fractions[-1] == 1
    assert lines[-1][1].startswith("Downloading VGG16 weights: 1.5 of 1.5 MB · ")
    assert lines[-1][1].endswith(" MB/s · 0 s left")
    record = store.record(site.row())
    assert record
    assert (record.name, record.path, record.size, record.sha256) == ("VGG16", path, len(BODY), SHA256)
    assert record.origin.startswith("downloaded from 127.0.0.1 on 20")
    assert [found.path for found in WeightsStore(path.parent, cache=None).records()] == [path]


def test_a_proxy_of_the_environment_is_used(
    site: Site, store: WeightsStore, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("http_proxy", site.url)
    monkeypatch.setenv("no_proxy", "")
    fetch(store, replace(site.row(), weights_url="http://weights.invalid/notop.h5"))
    assert site.paths == ["http://weights.invalid/notop.h5"]


def test_resumes_what_an_earlier_run_left(site: Site, store: WeightsStore, part: Path) -> None:
    part.write_bytes(BODY[:600_000])
    fetch(store, site.row())
    assert site.asked == ["bytes=600000-"]


def test_goes_on_where_a_connection_dropped(site: Site, store: WeightsStore) -> None:
    site.script = [drops_at(400_000), drops_at(900_000), status(503), status(503)]
    fetch(store, site.row())
    starts = [int(wish[6:-1]) for wish in site.asked if wish]
    assert len(site.asked) == 5
    assert 0 <= 400_000 - starts[0] < download.CHUNK
    assert 0 <= 900_000 - starts[1] < download.CHUNK
    assert starts[1] == starts[2] == starts[3]


def test_starts_again_where_the_server_knows_no_ranges(site: Site, store: WeightsStore, part: Path) -> None:
    part.write_bytes(b"x" * 600_000)
    site.script = [ignores_ranges]
    fetch(store, site.row())
    assert len(site.asked) == 1


@pytest.mark.parametrize(
    ("left", "asked"),
    [
        (BODY, ["bytes=1500000-"]),
        (BODY + b"more", ["bytes=1500004-", None]),
        (b"other" * 1000, ["bytes=5000-", None]),
    ],
    ids=["whole", "too long", "of another file"],
)
def test_what_was_left_is_kept_only_if_good(
    site: Site, store: WeightsStore, part: Path, left: bytes, asked: list[str | None]
) -> None:
    part.write_bytes(left)
    fetch(store, site.row())
    assert site.asked == asked


def refusal(store: WeightsStore, row: Backbone) -> str:
    with pytest.raises(WeightsUnavailableError) as caught:
        store.download(row, Reporter())
    for way in (
        "Try again",
        "“Choose file…”",
        "`graftwork weights import VGG16 FILE`",
        "`--weights FILE`",
        "untrained base (`--weights none`)",
    ):
        assert way in caught.value.hint
    assert store.find(row) is None
    return caught.value.message


def test_another_file_is_refused(site: Site, store: WeightsStore, tmp_path: Path) -> None:
    message = refusal(store, site.row(b"what Keras lists"))
    assert message == (
        "The ImageNet weights of VGG16 could not be downloaded: "
        "what 127.0.0.1 sent is not the file that Keras lists (other MD5 sum)."
    )
    assert list((tmp_path / "weights").iterdir()) == []


def test_a_file_that_is_not_there_is_asked_for_once(site: Site, store: WeightsStore) -> None:
    site.script = [status(404)]
    assert refusal(store, site.row()).endswith("could not be downloaded: 127.0.0.1 answered 404 Not Found.")
    assert site.asked == [None]


def test_a_server_that_stays_broken(site: Site, store: WeightsStore) -> None:
    site.script = [status(503)] * 9
    assert refusal(store, site.row()).endswith("127.0.0.1 answered 503 Service Unavailable.")
    assert len(site.asked) == 4


def test_a_server_that_muddles_ranges(site: Site, store: WeightsStore, part: Path) -> None:
    part.write_bytes(BODY[:9])
    site.script = [sends_another_range] * 9
    assert refusal(store, site.row()).endswith("127.0.0.1 could not be understood.")
    assert part.read_bytes() == BODY[:9]


def test_no_network(site: Site, store: WeightsStore) -> None:
    row = replace(site.row(), weights_url="http://127.0.0.1:9/notop.h5")  # nothing listens there
    assert refusal(store, row).endswith("could not be downloaded: 127.0.0.1 could not be reached.")


def test_a_server_that_falls_silent(site: Site, store: WeightsStore, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(download, "SILENCE", (5.0, 0.2))
    site.script = [stalls_at(1000), *[silent()] * 9]
    assert refusal(store, site.row()).endswith("127.0.0.1 fell silent.")


def test_cancelled_while_the_body_hangs_and_taken_up_later(
    site: Site, store: WeightsStore, part: Path
) -> None:
    control = Control()
    chunks = 700_000 // download.CHUNK
    site.script = [stalls_at(700_000)]

    def watch(fraction: float, text: str) -> None:
        if fraction * len(BODY) > (chunks - 0.5) * download.CHUNK:
            control.cancel.set()

    began = time.monotonic()
    with pytest.raises(Cancelled):
        store.download(site.row(), Reporter(watch, control=control))
    assert time.monotonic() - began < 10  # well within the 20 s of silence that are allowed
    for thread in downloads():
        thread.join(5)
        assert not thread.is_alive()
    assert part.read_bytes() == BODY[: chunks * download.CHUNK]
    fetch(store, site.row())
    assert site.asked == [None, f"bytes={chunks * download.CHUNK}-"]


def test_cancelled_while_no_answer_comes(site: Site, store: WeightsStore) -> None:
    control = Control()
    site.script = [silent(control.cancel.set)]
    began = time.monotonic()
    with pytest.raises(Cancelled):
        store.download(site.row(), Reporter(control=control))
    assert time.monotonic() - began < 10


@pytest.mark.skipif(not Path("/dev/full").exists(), reason="needs /dev/full, a disk that is always full")
def test_a_full_disk(site: Site, store: WeightsStore, part: Path) -> None:
    part.symlink_to("/dev/full")
    with pytest.raises(EngineError, match=r"weights” cannot be written: No space left on device\.") as caught:
        store.download(site.row(), Reporter())
    assert not isinstance(caught.value, WeightsUnavailableError)
    assert "Make room" in caught.value.hint


def test_a_folder_that_cannot_be(site: Site, tmp_path: Path) -> None:
    (tmp_path / "file").touch()
    store = WeightsStore(tmp_path / "file" / "weights", cache=None)
    mine = tmp_path / "mine.h5"
    mine.write_bytes(b"weights")
    with pytest.raises(EngineError, match="weights” cannot be written"):
        store.download(site.row(), Reporter())
    with pytest.raises(EngineError, match="weights” cannot be written"):
        store.import_file(site.row(), mine, Reporter(), accept)
    assert store.records() == []


def test_an_imported_file_is_kept_and_a_later_one_takes_its_place(
    site: Site, store: WeightsStore, tmp_path: Path
) -> None:
    row, mine = site.row(), tmp_path / "mine.h5"
    downloaded = store.download(row, Reporter())
    lines: list[tuple[float, str]] = []
    reporter = Reporter(lambda fraction, text: lines.append((fraction, text)))
    for content in (b"first", b"second"):
        mine.write_bytes(content)
        checked: list[Path] = []
        path = store.import_file(row, mine, reporter, checked.append)
        assert checked == [mine]
        assert lines.pop() == (1.0, "Keeping a copy of mine.h5")
        assert store.find(row) == path
        assert path.read_bytes() == content
        (record,) = store.records()
        assert record.origin.startswith("imported from mine.h5 on 20")
        assert record.sha256 == hashlib.sha256(content).hexdigest()
        assert sorted(found.name for found in path.parent.iterdir()) == sorted(["VGG16.json", path.name])
    assert store.import_file(row, path, Reporter(), accept) == path  # its own copy: nothing to lose
    assert path.read_bytes() == b"second"
    assert store.download(row, Reporter()) == downloaded == store.find(row)
    assert not path.exists()


def test_a_refused_or_cancelled_import_changes_nothing(store: WeightsStore, tmp_path: Path) -> None:
    row, mine = BACKBONES["ResNet50"], tmp_path / "mine.h5"
    mine.write_bytes(b"first")
    kept = store.import_file(row, mine, Reporter(), accept)
    before = sorted(kept.parent.iterdir())
    mine.write_bytes(b"second")

    def refuse(path: Path) -> None:
        raise EngineError("It does not fit.")

    with pytest.raises(EngineError, match="It does not fit"):
        store.import_file(row, mine, Reporter(), refuse)
    control = Control()
    control.cancel.set()
    with pytest.raises(Cancelled):
        store.import_file(row, mine, Reporter(control=control), accept)
    assert sorted(kept.parent.iterdir()) == before
    assert store.find(row) == kept
    with pytest.raises(EngineError, match=r"“none\.h5” could not be copied"):
        store.import_file(row, tmp_path / "none.h5", Reporter(), accept)


@pytest.mark.parametrize("card", ["", "{", "[]", "{}", '{"path": 1}', '{"path": "x", "more": 0}'])
def test_a_damaged_card_counts_as_none(store: WeightsStore, tmp_path: Path, card: str) -> None:
    (tmp_path / "weights").mkdir()
    (tmp_path / "weights" / "VGG16.json").write_text(card)
    assert store.records() == []


def test_a_file_that_was_cut_or_removed_counts_as_none(store: WeightsStore, tmp_path: Path) -> None:
    mine = tmp_path / "mine.h5"
    mine.write_bytes(b"weights")
    path = store.import_file(BACKBONES["VGG16"], mine, Reporter(), accept)
    path.write_bytes(b"weigh")
    assert store.find(BACKBONES["VGG16"]) is None
    path.unlink()
    assert store.find(BACKBONES["VGG16"]) is None


def test_what_keras_has_downloaded_is_used_if_whole(site: Site, tmp_path: Path) -> None:
    store, theirs = WeightsStore(tmp_path / "weights", cache=tmp_path), tmp_path / "notop.h5"
    assert store.find(site.row()) is None
    theirs.write_bytes(BODY[:-1])
    assert store.find(site.row()) is None
    theirs.write_bytes(BODY)
    assert store.find(site.row()) == theirs
    record = store.record(site.row())
    assert record
    assert (record.origin, record.sha256) == ("downloaded by Keras", SHA256)
    store.import_file(site.row(), theirs, Reporter(), accept)
    assert store.find(site.row()) != theirs
    assert theirs.exists()
