"""A folder appears whole or not at all."""

from pathlib import Path

import pytest

from desktop_app.engine.errors import Cancelled, EngineError
from desktop_app.engine.folders import appearing


def everything(root: Path) -> list[str]:
    return sorted(str(path.relative_to(root)) for path in root.rglob("*"))


def test_it_appears_at_the_end(tmp_path: Path) -> None:
    target = tmp_path / "runs" / "new" / "first"
    with appearing(target) as draft:
        (draft / "model").write_text("whole")
        assert not target.exists()
        assert draft.stat().st_dev == tmp_path.stat().st_dev
    assert everything(tmp_path) == ["runs", "runs/new", "runs/new/first", "runs/new/first/model"]


@pytest.mark.parametrize("wrong", [Cancelled, KeyboardInterrupt, ValueError])
def test_nothing_is_left_of_what_went_wrong(tmp_path: Path, wrong: type[BaseException]) -> None:
    (tmp_path / "kept").mkdir()
    for target in (tmp_path / "run", tmp_path / "kept" / "run", tmp_path / "a" / "b" / "run"):
        with pytest.raises(wrong), appearing(target) as draft:
            (draft / "half").write_text("half")
            raise wrong
    assert everything(tmp_path) == ["kept"]


def test_nothing_is_overwritten(tmp_path: Path) -> None:
    (tmp_path / "file").write_text("mine")
    (tmp_path / "folder").mkdir()
    (tmp_path / "link").symlink_to("nowhere")
    for name in ("file", "folder", "link", "."):
        with pytest.raises(EngineError, match="exists already"), appearing(tmp_path / name):
            pytest.fail("it began")
    assert everything(tmp_path) == ["file", "folder", "link"]


def test_what_came_into_being_meanwhile_is_kept(tmp_path: Path) -> None:
    with pytest.raises(EngineError, match="exists already"), appearing(tmp_path / "run"):
        (tmp_path / "run").mkdir()
        (tmp_path / "run" / "theirs").touch()
    assert everything(tmp_path) == ["run", "run/theirs"]


@pytest.mark.parametrize("name", ["file/run", "file/a/run", "l" * 300, "/proc/run"])
def test_a_place_that_cannot_be_written_is_a_sentence(tmp_path: Path, name: str) -> None:
    (tmp_path / "file").touch()
    with pytest.raises(EngineError, match=r"” cannot be written: .*\. Choose"), appearing(tmp_path / name):
        pytest.fail("it began")
    assert everything(tmp_path) == ["file"]
