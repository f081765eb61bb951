"""Trying new pictures some at a time, by a classifier that needs no TensorFlow."""

from dataclasses import dataclass, field, replace
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import numpy as np
import pytest

from desktop_app.engine import trying
from desktop_app.engine.answers import Answers
from desktop_app.engine.errors import Cancelled, EngineError
from desktop_app.engine.pictures_file import Line
from desktop_app.engine.progress import Control, Reporter
from desktop_app.engine.trial import Tried
from desktop_app.engine.trying import Bench, Looked, judge_again, open_at_once, open_bench, try_out

NAMES = ("ant", "bee")
FEATURES = np.tile(np.eye(2, 4), (20, 1)) + np.random.default_rng(0).normal(0, 0.1, (40, 4))
LINES = tuple(
    Line(Path(f"/{n}.jpg"), NAMES[n % 2], "val" if n < 20 else "train", f"{n}", None) for n in range(40)
)


@dataclass
class Classifier:
    """Sees a two in the name of a file as a bee; “bad” cannot be read."""

    older: bool = False
    views: Any = None
    batch: int = 2
    looked: list[int] = field(default_factory=list)

    @property
    def run(self) -> Any:
        logits = 3 * np.array([line.label == name for line in LINES for name in NAMES], np.float32)
        answers = Answers.of_run(LINES, NAMES, logits.reshape(-1, 2) - np.eye(40, 2, dtype=np.float32))
        return SimpleNamespace(
            lines=lambda: iter(LINES),
            answers=lambda: None if self.older else answers,
            class_names=NAMES,
            folder=Path("/run"),
            spec=SimpleNamespace(views=self.views),
        )

    def look(self, files: list[Path], _reporter: Reporter) -> Any:
        self.looked.append(len(files))
        kinds = [int("2" in file.name) for file in files]
        logits = np.eye(2)[kinds] * 5
        bad = {row: "it is bad" for row, file in enumerate(files) if "bad" in file.name}
        return SimpleNamespace(features=np.eye(2, 4)[kinds], logits=logits, unreadable=bad)

    def logits(self, files: list[Path], reporter: Reporter) -> tuple[np.ndarray, dict[int, str], list[str]]:
        """Of the mean of views: the opposite, here."""
        look = self.look(files, reporter)
        return -look.logits, look.unreadable, [""] * len(files)

    def answers_again(self, reporter: Reporter) -> tuple[Answers, list[object]]:
        look = self.look([line.file for line in LINES], reporter)
        found = Answers.of_run(LINES, NAMES, look.logits.astype(np.float32))
        return found.where(~np.isin(np.arange(len(LINES)), list(look.unreadable))), []


def bench(monkeypatch: pytest.MonkeyPatch, classifier: Classifier) -> Bench:
    monkeypatch.setattr(trying, "features_of", lambda *_: FEATURES)
    return open_bench(classifier, None, Reporter())  # type: ignore[arg-type]


def test_answers_come_some_at_a_time_in_their_order(monkeypatch: pytest.MonkeyPatch) -> None:
    classifier = Classifier()
    told: list[object] = []
    files = [Path(f"/{name}.jpg") for name in ("1", "bad", "2", *"3456789", "22")]
    ready = bench(monkeypatch, classifier)
    found, problems = try_out(ready, files, Reporter(on_news=told.append))
    assert classifier.looked == [8, 3]
    assert [one.file for one in found] == [file for file in files if file.name != "bad.jpg"]
    assert [one.label for one in found] == ["ant", "bee", *["ant"] * 7, "bee"]
    assert [part for part in told if isinstance(part, list)] == [found[:7], found[7:]]
    assert [(one.path, one.reason) for one in problems] == [(files[1], "it is bad")]
    near = found[1].neighbours
    assert {one.label for one in near} == {"bee"}
    assert not found[1].unknown
    assert ready.trouble == ""


def test_the_mean_of_views_counts_where_the_run_averages(monkeypatch: pytest.MonkeyPatch) -> None:
    averaging = Classifier(views=SimpleNamespace(average=True))
    (one,), _ = try_out(bench(monkeypatch, averaging), [Path("/2.jpg")], Reporter())
    assert one.label == "ant"


def test_pictures_that_are_gone_leave_answers_without_neighbours(monkeypatch: pytest.MonkeyPatch) -> None:
    def gone(*_: object) -> None:
        raise EngineError("“/1.jpg” is gone.")

    monkeypatch.setattr(trying, "features_of", gone)
    ready = open_bench(Classifier(), None, Reporter())  # type: ignore[arg-type]
    assert ready.trouble == "“/1.jpg” is gone."
    (one,), _ = try_out(ready, [Path("/2.jpg")], Reporter())
    assert (one.label, one.neighbours) == ("bee", ())


def test_answers_come_before_what_takes_long(monkeypatch: pytest.MonkeyPatch) -> None:
    whole = bench(monkeypatch, Classifier())
    files = [Path(f"/{name}.jpg") for name in ("1", "bad", "2")]
    monkeypatch.setattr(trying, "all_stored", lambda *_: False)
    early = open_at_once(Classifier(), None, Reporter())  # type: ignore[arg-type]
    assert early.waiting
    assert early.trial.gallery is None
    seen: list[Looked] = []
    first, _ = try_out(early, files, Reporter(), seen)
    later = judge_again(whole, seen, Reporter())
    assert [one.probabilities for one in later] == [one.probabilities for one in first]
    assert [one.neighbours for one in first] == [(), ()]
    assert later == try_out(whole, files, Reporter())[0]
    assert judge_again(whole, [], Reporter()) == []

    monkeypatch.setattr(trying, "all_stored", lambda *_: True)
    assert not open_at_once(Classifier(), None, Reporter()).waiting  # type: ignore[arg-type]
    monkeypatch.setattr(trying, "all_stored", lambda *_: False)
    assert not open_at_once(Classifier(older=True), None, Reporter()).waiting  # type: ignore[arg-type]


def test_a_run_of_an_older_version_is_asked_about_its_pictures(monkeypatch: pytest.MonkeyPatch) -> None:
    older = Classifier(older=True)
    trial = bench(monkeypatch, older).trial
    assert older.looked == [40]
    assert trial.gallery is not None
    assert trial.gallery.held == 20

    lines = (replace(LINES[0], file=Path("/bad.jpg")), *LINES[1:])
    monkeypatch.setattr(f"{__name__}.LINES", lines)
    trial = bench(monkeypatch, Classifier(older=True)).trial
    assert trial.gallery is None  # rows and pictures would not match


def test_it_stops_between_batches(monkeypatch: pytest.MonkeyPatch) -> None:
    control = Control()
    ready = bench(monkeypatch, Classifier())
    seen: list[Tried] = []

    def stop(news: object) -> None:
        assert isinstance(news, list)
        seen.extend(news)
        control.cancel.set()

    with pytest.raises(Cancelled):
        try_out(ready, [Path("/1.jpg")] * 30, Reporter(on_news=stop, control=control))
    assert len(seen) == 8
