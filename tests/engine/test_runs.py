"""Run folders in a line each, whatever has become of them."""

import json
from datetime import UTC, datetime
from pathlib import Path

import pytest
from run_samples import digest, write_run

from desktop_app.engine.catalog import Catalog, Picture
from desktop_app.engine.progress import Reporter
from desktop_app.engine.run import open_run
from desktop_app.engine.runs import RunSummary, find_runs, is_run_folder, summarize, summarize_all
from desktop_app.engine.specs import BaseSpec, ExperimentSpec
from desktop_app.engine.unfinished import Draft

SPEC = ExperimentSpec(BaseSpec("VGG16", "none"))


def listed(*folders: Path) -> tuple[RunSummary, ...]:
    return summarize_all(folders, {}, Reporter())


def stopped(folder: Path) -> Path:
    (folder / "state").mkdir(parents=True)
    Draft(folder).begin(SPEC, Catalog((Picture(Path("/p/a.png"), "a"), Picture(Path("/p/b.png"), "b"))))
    return folder


def test_a_line_says_what_the_run_says(tmp_path: Path) -> None:
    folder = write_run(tmp_path / "one", [True] * 15 + [False] * 5, spec=SPEC)
    line, run = summarize(folder), open_run(folder)
    assert line.opens
    assert (line.problem, line.short) == ("", "")
    assert line.created == datetime(2026, 3, 1, 10, tzinfo=UTC)
    assert (line.spec, line.classes) == (run.spec, len(run.class_names))
    assert (line.accuracy, line.interval) == (run.report.accuracy, run.report.interval)
    assert line.accuracy == 0.5  # of the ten it was judged on
    assert (line.source, line.seconds) == ("validation pictures", 12.5)
    assert line.fingerprint == run.data_fingerprint
    assert line.first == run.pictures()[0]
    assert line.size == sum(file.stat().st_size for file in folder.rglob("*") if file.is_file())


@pytest.mark.parametrize(("hidden", "units"), [(0.9, (256,)), (0.8, ())])
def test_the_head_it_has_come_to(tmp_path: Path, hidden: float, units: tuple[int, ...]) -> None:
    choice = {"pictures": 100, "plain": 0.8, "hidden": hidden, "error": 0.01}
    folder = write_run(tmp_path / "one", experiment={"head_choice": choice})
    assert summarize(folder).units == units


@pytest.mark.parametrize(
    ("folder", "name"),
    [
        ("2026-03-25 102412 VGG16", "2026-03-25 102412"),
        ("2026-03-25 102412 VGG16.unfinished", "2026-03-25 102412"),
        ("2026-03-25 102412 ResNet50", "2026-03-25 102412 ResNet50"),
        ("the best", "the best"),
        (" VGG16", " VGG16"),
    ],
)
def test_it_is_called_as_its_folder(folder: str, name: str) -> None:
    assert RunSummary(Path("/runs") / folder, spec=SPEC).name == name


def test_an_older_run_knows_less(tmp_path: Path) -> None:
    folder = write_run(tmp_path / "one")
    told = json.loads((folder / "experiment.json").read_text())
    del told["created"], told["data_fingerprint"]
    (folder / "experiment.json").write_text(json.dumps(told))
    (folder / "logits.npy").unlink()
    line = summarize(folder)
    assert line.opens
    assert (line.created, line.fingerprint) == (None, "")


def test_what_is_gone_says_so(tmp_path: Path) -> None:
    line = summarize(tmp_path / "gone")
    assert (line.opens, line.short) == (False, "gone")
    assert "moved or removed" in line.problem
    line = summarize(tmp_path / "no drive" / "runs" / "gone")
    assert (line.opens, line.short) == (False, "drive not there")
    assert "connect its drive" in line.problem


@pytest.mark.parametrize(
    ("file", "text", "short"),
    [
        ("experiment.json", "{", "damaged"),
        ("experiment.json", "[]", "damaged"),
        ("experiment.json", "[" * 100_000, "damaged"),
        ("experiment.json", '{"format": 1}', "damaged"),
        ("experiment.json", '{"format": 2}', "newer version"),
        ("report.json", '{"report": {}, "summary": {}}', "damaged"),
        ("pictures.csv", "nothing\nof use\n", "damaged"),
    ],
)
def test_a_damaged_one_says_so(tmp_path: Path, file: str, text: str, short: str) -> None:
    folder = write_run(tmp_path / "one")
    (folder / file).write_text(text)
    line = summarize(folder)
    assert (line.opens, line.short) == (False, short)
    assert line.problem.endswith(".")
    assert "\n" not in line.problem


@pytest.mark.parametrize("file", ["experiment.json", "report.json", "pictures.csv"])
def test_a_file_that_is_missing_is_named(tmp_path: Path, file: str) -> None:
    folder = write_run(tmp_path / "one")
    (folder / file).unlink()
    line = summarize(folder)
    assert line.short == "damaged"
    assert file in line.problem


def test_settings_of_another_kind_are_damage(tmp_path: Path) -> None:
    """The hint of a setting that cannot be trained must not make it look like a newer version."""
    folder = write_run(tmp_path / "one", experiment={"spec": {**SPEC.to_json(), "start": "yesterday"}})
    assert summarize(folder).short == "damaged"


def test_an_unfinished_one(tmp_path: Path) -> None:
    folder = stopped(tmp_path / "one.unfinished")
    line = summarize(folder)
    assert line.unfinished
    assert not line.opens
    assert (line.spec, line.first, line.accuracy) == (SPEC, Path("/p/a.png"), None)
    assert summarize(tmp_path / "one") == line  # under the name that it is to have
    assert listed(tmp_path / "one", folder) == (line,)
    assert line.out == tmp_path / "one"
    (folder / "state" / "record.json").write_text("{}")
    assert summarize(folder).short == "damaged"
    finished = write_run(tmp_path / "two")
    assert summarize(tmp_path / "two.unfinished") == summarize(finished)  # it was finished since


def test_only_runs_are_found(tmp_path: Path) -> None:
    one, two = write_run(tmp_path / "2"), write_run(tmp_path / "1")
    half = stopped(tmp_path / "3.unfinished")
    (tmp_path / "pictures").mkdir()
    (tmp_path / "a file").touch()
    assert find_runs(tmp_path) == (two, one, half)
    assert find_runs(tmp_path / "nowhere") == ()
    assert [is_run_folder(each) for each in (one, half, tmp_path, tmp_path / "no")] == [
        True,
        False,
        False,
        False,
    ]


def test_what_has_not_changed_is_not_read_again(tmp_path: Path) -> None:
    one, two = write_run(tmp_path / "1"), write_run(tmp_path / "2")
    before = listed(one, two, one)
    assert [line.folder for line in before] == [one, two]
    known = {line.folder: line for line in before}
    again = summarize_all([one, two], known, Reporter())
    assert all(new is old for new, old in zip(again, before, strict=True))
    (two / "experiment.json").write_text("{}")
    again = summarize_all([one, two, tmp_path / "3"], known, Reporter())
    assert [line.short for line in again] == ["", "damaged", "gone"]


def test_the_fingerprint_is_of_the_pictures(tmp_path: Path) -> None:
    one = write_run(tmp_path / "1", [True, False], contents=["x", "y"])
    assert summarize(one).fingerprint == digest("x y")
