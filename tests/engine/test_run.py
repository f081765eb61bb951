"""A run folder is read whole, or refused by name."""

import csv
import json
import os
import sys
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest
from mutations import mutations

from desktop_app.engine.answers import write_logits
from desktop_app.engine.errors import EngineError
from desktop_app.engine.history import EpochRow, write_csv
from desktop_app.engine.report import judge
from desktop_app.engine.run import FORMAT, Run, open_run
from desktop_app.engine.specs import BaseSpec, ExperimentSpec

REPORT = judge("validation pictures", np.array([0, 1]), np.array([0, 0]), ("ant", "bee"))
SPEC = ExperimentSpec(BaseSpec(weights="none"))
FILES = ("experiment.json", "report.json", "history.csv", "pictures.csv", "logits.npy")
HISTORY = (EpochRow(1, 0.5, 0.5, 0.5, 0.5),)


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    run = tmp_path / "été run"
    run.mkdir()
    experiment = {
        "format": FORMAT,
        "spec": SPEC.to_json(),
        "class_names": ["ant", "bee"],
        "best_epoch": 1,
        "weights_origin": "none",
    }
    (run / "experiment.json").write_text(json.dumps(experiment), "utf-8")
    report = {"summary": {"images": 2}, "report": REPORT.to_json()}
    (run / "report.json").write_text(json.dumps(report), "utf-8")
    write_csv(run / "history.csv", HISTORY)
    (run / "model.keras").write_bytes(b"a model")
    (run / "pictures.csv").write_text("file,label\n/a.png,ant\n", "utf-8")
    return run


def test_a_run_is_read_whole(folder: Path) -> None:
    run = open_run(folder)
    assert (run.folder, run.spec, run.report, run.history) == (folder, SPEC, REPORT, HISTORY)
    assert (run.class_names, run.weights_origin, run.summary) == (("ant", "bee"), "none", {"images": 2})
    assert run.untrained
    assert run.pictures() == [Path("/a.png")]


@pytest.mark.parametrize(
    ("origin", "untrained"),
    [
        ("the run “a” (untrained base)", True),
        ("the run “b” (the run “a” (untrained base))", True),
        ("the run “untrained base” (imagenet)", False),
    ],
)
def test_a_run_that_went_on_with_an_untrained_base_is_untrained(
    folder: Path, origin: str, untrained: bool
) -> None:
    run = open_run(folder)
    spec = replace(run.spec, base=replace(run.spec.base, weights="/runs/a/model.keras"), start="continued")
    assert replace(run, spec=spec, weights_origin=origin).untrained == untrained


@pytest.mark.parametrize(
    "place", ["gone", "", "été run/model.keras", "l" * 300], ids=["missing", "another", "file", "long"]
)
def test_what_is_no_run_folder_is_refused_by_name(tmp_path: Path, folder: Path, place: str) -> None:
    with pytest.raises(EngineError, match=r"is not a run folder|File name too long") as caught:
        open_run(tmp_path / place)
    assert str(tmp_path / place) in caught.value.message


@pytest.mark.parametrize("name", ["report.json", "history.csv", "model.keras"])
def test_a_missing_file_is_named(folder: Path, name: str) -> None:
    (folder / name).unlink()
    with pytest.raises(EngineError, match=rf"été run” is damaged: .*{name}"):
        open_run(folder)


def halve(file: Path) -> None:
    file.write_bytes(file.read_bytes()[: file.stat().st_size // 2])


def scribble(text: str | bytes) -> Callable[[Path], object]:
    return lambda file: file.write_bytes(text.encode() if isinstance(text, str) else text)


DAMAGE: dict[str, tuple[Callable[[Path], object], list[str]]] = {
    "half written": (halve, ["experiment.json", "report.json"]),
    "empty": (scribble(""), ["experiment.json", "report.json"]),
    "random bytes": (scribble(bytes(range(256))), ["experiment.json", "report.json", "history.csv"]),
    "another object": (scribble("{}"), ["experiment.json", "report.json"]),
    "a list": (scribble("[1]"), ["experiment.json", "report.json"]),
    "null": (scribble("null"), ["experiment.json", "report.json"]),
    "too deep": (scribble("[" * 100_000), ["experiment.json", "report.json"]),
    "another table": (scribble("a,b\n1,2\n"), ["history.csv"]),
    "words for numbers": (scribble("epoch,loss,accuracy\n1,low,high\n"), ["history.csv"]),
    "a short row": (scribble("epoch,loss,accuracy\n1\n"), ["history.csv"]),
    "a long row": (scribble("epoch,loss,accuracy\n1,2,3,4,5\n"), ["history.csv"]),
    "a huge cell": (scribble(f"epoch,loss\n{'1' * 200_000},2\n"), ["history.csv"]),
}


@pytest.mark.parametrize(
    ("name", "damage"), [(name, kind) for kind, (_, names) in DAMAGE.items() for name in names]
)
def test_a_damaged_file_is_a_sentence_with_the_folder(folder: Path, name: str, damage: str) -> None:
    DAMAGE[damage][0](folder / name)
    with pytest.raises(EngineError, match=r"The run in “.*été run” is damaged: .*[^.]\. Restore") as caught:
        open_run(folder)
    assert "\n" not in str(caught.value)


@pytest.mark.parametrize(
    ("key", "value"),
    [("spec", {}), ("spec", None), ("class_names", "ant"), ("class_names", [1, 2]), ("class_names", None)],
)
def test_a_damaged_experiment_is_refused(folder: Path, key: str, value: object) -> None:
    file = folder / "experiment.json"
    file.write_text(json.dumps({**json.loads(file.read_text("utf-8")), key: value}), "utf-8")
    with pytest.raises(EngineError, match=r"été run” is damaged"):
        open_run(folder)


def test_a_later_format_is_told_from_damage(folder: Path) -> None:
    file = folder / "experiment.json"
    file.write_text(json.dumps({**json.loads(file.read_text("utf-8")), "format": FORMAT + 1}), "utf-8")
    with pytest.raises(EngineError, match=r"format 2; this program reads 1"):
        open_run(folder)


def test_pictures_of_any_name_are_found_again(folder: Path) -> None:
    files = ["/two\nlines.png", '/a "quoted", one.png', "/🐈.png", os.fsdecode(b"/caf\xe9.png")]
    with (folder / "pictures.csv").open("w", newline="", encoding="utf-8", errors="surrogateescape") as table:
        csv.writer(table).writerows([["file", "label"], *([file, "ant"] for file in files)])
    assert open_run(folder).pictures() == [Path(file) for file in files]


@pytest.mark.parametrize("damage", [Path.unlink, scribble("a,b\n1,2\n"), scribble("file\n" + "a" * 200_000)])
def test_a_lost_list_of_pictures_is_a_sentence(folder: Path, damage: Callable[[Path], object]) -> None:
    damage(folder / "pictures.csv")
    with pytest.raises(EngineError, match=r"été run” is damaged: its pictures\.csv"):
        open_run(folder).pictures()


def read_all(run: Run) -> None:
    run.catalog()
    run.answers()


@pytest.mark.parametrize("name", FILES)
def test_two_hundred_mutations_end_in_a_run_or_a_sentence(folder: Path, name: str) -> None:
    write_logits(folder / "logits.npy", np.array([[1, 2]], np.float32))
    file = folder / name
    for data in mutations(file.read_bytes()):
        file.write_bytes(data)
        try:
            read_all(open_run(folder))
        except EngineError as error:
            assert "été run” is damaged" in error.message or "format" in error.message
            assert "\n" not in str(error)


@pytest.mark.skipif(sys.platform == "win32", reason="Windows has no such files")
@pytest.mark.parametrize("name", FILES)
def test_pipes_and_devices_are_never_opened(folder: Path, name: str) -> None:
    (folder / name).unlink(missing_ok=True)
    os.mkfifo(folder / name)
    with pytest.raises(EngineError, match=f"is damaged: its {name} is not a file"):
        read_all(open_run(folder))
    (folder / name).unlink()
    (folder / name).symlink_to("/dev/zero")
    with pytest.raises(EngineError, match=f"is damaged: its {name} is not a file"):
        read_all(open_run(folder))


def test_a_file_beyond_all_measure_is_not_read(folder: Path) -> None:
    with (folder / "report.json").open("r+b") as file:
        file.truncate(10_000_000_000)  # sparse: it takes no room
    with pytest.raises(EngineError, match=r"its report\.json holds 10,000 MB; at most 256 are read"):
        open_run(folder)
    (folder / "report.json").write_bytes(b"[" * 11_000_000)
    with pytest.raises(EngineError, match=r"its report\.json holds too much"):
        open_run(folder)
