"""The report is one file that needs nothing else, and says what is known."""

import base64
import json
from collections.abc import Iterable
from dataclasses import replace
from html.parser import HTMLParser
from pathlib import Path

import numpy as np
import pytest
from PIL import Image

from desktop_app.engine.answers import Answers
from desktop_app.engine.errors import Cancelled, EngineError
from desktop_app.engine.history import EpochRow
from desktop_app.engine.html_report import write_report
from desktop_app.engine.judgement import Measured, measure
from desktop_app.engine.kept import CURVE, VERDICT
from desktop_app.engine.progress import Control, Reporter
from desktop_app.engine.run import Run
from desktop_app.engine.specs import BaseSpec, ExperimentSpec
from desktop_app.engine.verdict import Answered, Arm, decide

NAMES = ("<script>alert(1)</script>", 'caf\udce9 & "bees"\x07')


class Page(HTMLParser):
    """What a browser would see."""

    def __init__(self, text: str) -> None:
        super().__init__()
        self.tags: list[tuple[str, dict[str, str | None]]] = []
        self.words: list[str] = []
        self.feed(text)

    def handle_starttag(self, tag: str, attributes: list[tuple[str, str | None]]) -> None:
        self.tags.append((tag, dict(attributes)))

    def handle_data(self, data: str) -> None:
        self.words.append(data)

    def of(self, tag: str) -> Iterable[dict[str, str | None]]:
        return (attributes for name, attributes in self.tags if name == tag)


@pytest.fixture
def made(tmp_path: Path) -> tuple[Run, Measured]:
    dice = np.random.default_rng(0)
    labels = np.arange(60) % 2
    logits = dice.normal(0, 1, (60, 2)).astype(np.float32)
    logits[np.arange(60), labels] += 1
    files = []
    for place in range(60):
        files.append(tmp_path / f"{place}.png")
        Image.new("RGB", (30, 20), (4 * place, 0, 90)).save(files[-1])
    splits = np.array(["train", "train", "val", "test"])[np.arange(60) // 2 % 4]
    measured = measure(Answers("x", NAMES, tuple(files), labels, logits, splits, np.arange(60)))
    folder = tmp_path / "a <run> & more"
    folder.mkdir()
    versions = {"graftwork": "0.1.0", "keras": "3.9.9"}
    (folder / "experiment.json").write_text(json.dumps({"created": "2026-01-02", "versions": versions}))
    spec = ExperimentSpec(base=BaseSpec(weights="none"))
    report = measured.judgement.report
    return Run(folder, spec, NAMES, 2, "untrained base", {}, (), report), measured


def write(made: tuple[Run, Measured], path: Path) -> Page:
    run, measured = made
    write_report(run, measured, measured.judgement, path, Reporter())
    return Page(path.read_text("utf-8"))


def test_it_needs_nothing_else(made: tuple[Run, Measured], tmp_path: Path) -> None:
    page = write(made, tmp_path / "report.html")
    used = {tag for tag, _ in page.tags}
    assert not used & {"script", "link", "iframe", "object", "embed", "form", "a"}
    pictures = list(page.of("img"))
    assert len(pictures) == 3 + min(24, len(made[1].judgement.answers))
    for picture in pictures:
        assert set(picture) == {"alt", "src"}
        head, _, data = (picture["src"] or "").partition(",")
        assert head in {"data:image/svg+xml;base64", "data:image/jpeg;base64"}
        assert base64.b64decode(data, validate=True)[:2] in {b"<s", b"\xff\xd8"}
    assert not [name for _, each in page.tags for name in each if name.startswith("on")]
    policy = next(each for each in page.of("meta") if "http-equiv" in each)
    assert (policy["content"] or "").startswith("default-src 'none'")


def test_it_says_what_is_known(made: tuple[Run, Measured], tmp_path: Path) -> None:
    page = write(made, tmp_path / "report.html")
    words = " ".join(page.words)
    report = made[1].judgement.report
    assert f"{100 * report.accuracy:.1f} %" in words
    assert f"Judged on {report.images} test pictures." in words
    assert "random weights" in words
    for part in (
        "a <run> & more",
        NAMES[0],
        'caf\\udce9 & "bees"\N{REPLACEMENT CHARACTER}',
        "3.9.9",
        "2026-01-02",
    ):
        assert part in words
    cells = [word for word in page.words if word.strip()]
    last = len(cells) - cells[::-1].index("All") - 1
    assert cells[last : last + 5] == ["All", "32", "14", "14", "60"]


def test_what_was_asked_about_the_run_is_answered(made: tuple[Run, Measured], tmp_path: Path) -> None:
    run = made[0]
    assert "Did transfer help?" not in write(made, tmp_path / "report.html").words
    model, rival = (Arm(name, name.title(), np.arange(9) < count) for name, count in (("us", 8), ("them", 3)))
    verdict = decide(model, [rival], Answered(np.zeros(9, np.int64), np.arange(9)))
    VERDICT.keep(run.folder, verdict)
    (run.folder / CURVE.file).write_text("{}")
    page = write(made, tmp_path / "report.html")
    words = page.words
    assert words[words.index("Did transfer help?") + 1] == verdict.sentence
    assert "Did transfer help?" in [image["alt"] for image in page.of("img")]
    assert "is damaged" in words[words.index("Would more pictures help?") + 1]


def test_how_it_was_trained_is_drawn(made: tuple[Run, Measured], tmp_path: Path) -> None:
    name = "Accuracy and loss by epoch"
    assert name not in [image["alt"] for image in write(made, tmp_path / "report.html").of("img")]
    trained = replace(made[0], history=(EpochRow(1, 0.5, 0.6, 0.7, 0.8), EpochRow(2, 0.4, 0.7, 0.6, 0.9)))
    assert name in [image["alt"] for image in write((trained, made[1]), tmp_path / "report.html").of("img")]


def test_pictures_that_are_gone_are_said_so(made: tuple[Run, Measured], tmp_path: Path) -> None:
    worst = made[1].judgement.mistakes(2)
    worst[0].file.unlink()
    worst[1].file.write_text("no picture")
    page = write(made, tmp_path / "report.html")
    assert page.words.count("not there any more") == 2


def test_no_temperature_and_no_pictures(made: tuple[Run, Measured], tmp_path: Path) -> None:
    run, measured = made
    none = measured.answers.where(np.zeros(60, bool))
    page = write((replace(run, spec=ExperimentSpec()), measure(none)), tmp_path / "report.html")
    assert "No temperature could be fitted" in " ".join(page.words)


def test_it_says_where_it_cannot_be_written(made: tuple[Run, Measured], tmp_path: Path) -> None:
    with pytest.raises(EngineError, match="cannot be written"):
        write(made, tmp_path / "missing" / "report.html")
    control = Control()
    control.cancel.set()
    with pytest.raises(Cancelled):
        write_report(made[0], made[1], made[1].judgement, tmp_path / "r.html", Reporter(control=control))
    assert not (tmp_path / "r.html").exists()


def test_a_disk_that_fills_up_leaves_the_report_that_was_there(
    made: tuple[Run, Measured], tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    file = tmp_path / "report.html"
    file.write_text("an earlier one")

    def half(path: Path, words: str, *_: object) -> None:
        path.write_bytes(words[: len(words) // 2].encode())
        raise OSError(28, "No space left on device")

    monkeypatch.setattr(Path, "write_text", half)
    with pytest.raises(EngineError, match="No space left on device"):
        write(made, file)
    assert not list(tmp_path.glob("*.part"))
    assert file.read_text() == "an earlier one"
