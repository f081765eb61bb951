"""A history goes to disk and back, bit for bit."""

from pathlib import Path

from desktop_app.engine.history import EpochRow, History, read_csv, write_csv

ROWS = (
    EpochRow(1, 0.1 + 0.2, 1 / 3, 1e-30, 0.5),
    EpochRow(2, float("inf"), 1.0, 2.0, 0.0),
    EpochRow(3, 0.5, 0.6),
    EpochRow(4, 0.4, 0.7, 0.5, 0.6, "tuning"),
)


def test_there_and_back(tmp_path: Path) -> None:
    write_csv(tmp_path / "history.csv", ROWS)
    assert read_csv(tmp_path / "history.csv") == ROWS


def test_which_epoch_was_kept() -> None:
    assert History(ROWS, 3).kept_row == ROWS[2]
    assert History(ROWS).kept_row is None


def test_it_opens_as_a_table(tmp_path: Path) -> None:
    write_csv(tmp_path / "history.csv", ROWS)
    lines = (tmp_path / "history.csv").read_text("utf-8").splitlines()
    assert lines[0] == "epoch,loss,accuracy,val_loss,val_accuracy,stage"
    assert lines[3] == "3,0.5,0.6,,,head"
    assert lines[4] == "4,0.4,0.7,0.5,0.6,tuning"


def test_a_file_from_before_fine_tuning_is_read(tmp_path: Path) -> None:
    (tmp_path / "history.csv").write_text("epoch,loss,accuracy,val_loss,val_accuracy\n1,0.5,0.6,,\n")
    assert read_csv(tmp_path / "history.csv") == (EpochRow(1, 0.5, 0.6),)


def test_no_epochs_are_a_header(tmp_path: Path) -> None:
    write_csv(tmp_path / "history.csv", ())
    assert read_csv(tmp_path / "history.csv") == ()
