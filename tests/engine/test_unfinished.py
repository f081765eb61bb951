"""A run under way outlives what stops it, and is nobody else's."""

from dataclasses import replace
from pathlib import Path

import pytest

from desktop_app.engine.catalog import Catalog, Picture, Problem
from desktop_app.engine.errors import Cancelled, EngineError, Paused
from desktop_app.engine.history import EpochRow
from desktop_app.engine.specs import ExperimentSpec, HeadSpec
from desktop_app.engine.unfinished import Draft, discard, find_unfinished, open_unfinished, under_way

SPEC = ExperimentSpec(head=HeadSpec((4, 2)))
CATALOG = Catalog(
    (Picture(Path("/p/1.png"), "a"), Picture(Path("/p/2.png"), "b", "val"), Picture(Path("/p/3.png"), "")),
    (Problem(Path("/p/notes.txt"), "it is not a picture"),),
)
ROWS = (EpochRow(1, 0.5, 0.5, 0.6, 0.4), EpochRow(2, 0.25, 0.5, 0.7, 0.4, "tuning"))


def everything(root: Path) -> list[str]:
    return sorted(str(path.relative_to(root)) for path in root.rglob("*"))


def learn(going: Draft) -> None:
    going.settle("these pictures", "this base")
    (going.state / "head.npz").touch()
    for row in ROWS:
        going.note(row)


def stop(out: Path, error: BaseException, spec: ExperimentSpec = SPEC) -> None:
    with pytest.raises(type(error)), under_way(out, spec, CATALOG) as going:
        learn(going)
        (going.folder / "model.keras").touch()
        raise error


def test_it_takes_its_name_at_the_end(tmp_path: Path) -> None:
    with under_way(tmp_path / "a" / "run", SPEC, CATALOG) as going:
        learn(going)
        assert not (tmp_path / "a" / "run").exists()
    assert everything(tmp_path) == ["a", "a/run", "a/run/history.csv"]


@pytest.mark.parametrize(
    "error", [Paused(), EngineError("The disk is full."), ZeroDivisionError(), SystemExit()]
)
def test_what_was_learned_outlives_what_stopped_it(tmp_path: Path, error: BaseException) -> None:
    out = tmp_path / "runs" / "run"
    stop(out, error)
    (found,) = find_unfinished(out.parent)
    assert found == open_unfinished(found.folder)
    assert (found.out, found.spec, found.rows, found.catalog()) == (out, SPEC, ROWS, CATALOG)
    with under_way(out, SPEC, CATALOG) as going:
        assert going.learned
        assert not (going.folder / "model.keras").exists()
        going.settle("these pictures", "this base")
        going.note(ROWS[0])
        assert open_unfinished(going.folder).rows == ROWS[:1]
    assert everything(out.parent) == ["run", "run/history.csv"]


def test_cancelled_it_goes_and_so_do_the_folders_made_for_it(tmp_path: Path) -> None:
    stop(tmp_path / "a" / "b" / "run", Cancelled())
    assert everything(tmp_path) == []


@pytest.mark.parametrize(("error", "kept"), [(Paused(), True), (EngineError("No weights."), False)])
def test_before_anything_was_learned_only_a_pause_keeps_it(
    tmp_path: Path, error: Exception, kept: bool
) -> None:
    with pytest.raises(type(error)), under_way(tmp_path / "run", SPEC, CATALOG):
        raise error
    assert bool(everything(tmp_path)) == kept
    other = replace(SPEC, head=HeadSpec(()))
    with under_way(tmp_path / "run", other, CATALOG) as going:  # there is nothing to lose
        assert open_unfinished(going.folder).spec == other


@pytest.mark.parametrize(
    ("data", "base", "sentence"),
    [
        ("other pictures", "this base", "The pictures have changed since"),
        ("these pictures", "another base", "the weights of the base, has changed since"),
    ],
)
def test_it_does_not_go_on_with_something_else(tmp_path: Path, data: str, base: str, sentence: str) -> None:
    out = tmp_path / "run"
    stop(out, Paused())
    before = everything(tmp_path)
    with pytest.raises(EngineError, match=sentence), under_way(out, SPEC, CATALOG) as going:
        going.settle(data, base)
    with (
        pytest.raises(EngineError, match="begun with other settings"),
        under_way(out, replace(SPEC, head=HeadSpec(())), CATALOG),
    ):
        pytest.fail("it began")
    assert [name for name in before if "model.keras" not in name] == everything(tmp_path)


def test_two_never_work_on_the_same(tmp_path: Path) -> None:
    out = tmp_path / "run"
    with under_way(out, SPEC, CATALOG) as going:
        learn(going)
        assert find_unfinished(tmp_path) == ()
        with pytest.raises(EngineError, match="being worked on"), under_way(out, SPEC, CATALOG):
            pytest.fail("it began")
        with pytest.raises(EngineError, match="being worked on"):
            discard(going.folder)
        assert going.learned


def test_nothing_of_the_users_is_touched(tmp_path: Path) -> None:
    (tmp_path / "run").mkdir()
    (tmp_path / "other.unfinished").mkdir()
    (tmp_path / "other.unfinished" / "novel.txt").touch()
    before = everything(tmp_path)
    for name in ("run", "other"):
        with pytest.raises(EngineError, match="exists already"), under_way(tmp_path / name, SPEC, CATALOG):
            pytest.fail("it began")
    assert find_unfinished(tmp_path) == ()
    with pytest.raises(EngineError, match="is damaged"):
        discard(tmp_path / "other.unfinished")
    assert everything(tmp_path) == before


def test_discarding_and_damage(tmp_path: Path) -> None:
    stop(tmp_path / "run", Paused())
    (unfinished,) = find_unfinished(tmp_path)
    (unfinished.folder / "history.csv").write_text("epoch,loss\n1")
    assert open_unfinished(unfinished.folder).rows == ()
    record = unfinished.folder / "state" / "record.json"
    whole = record.read_text()
    for damaged in ("", "[]", "{}", whole[:-20]):
        record.write_text(damaged)
        assert find_unfinished(tmp_path) == ()
        with pytest.raises(EngineError, match="is damaged"):
            open_unfinished(unfinished.folder)
    record.write_text(whole)
    discard(unfinished.folder)
    assert everything(tmp_path) == []
