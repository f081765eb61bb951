"""The Results page."""

from dataclasses import replace
from pathlib import Path

import pytest
import ui_samples as samples
from PIL import Image
from PySide6.QtCore import Qt
from PySide6.QtGui import QGuiApplication
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QFileDialog, QLabel, QPushButton
from pytestqt.qtbot import QtBot

from desktop_app.engine.history import EpochRow
from desktop_app.engine.judgement import measure
from desktop_app.engine.run import HeadChoice, Tuning
from desktop_app.engine.tuning_spec import TuningSpec
from desktop_app.ui.cell_dialog import CellDialog
from desktop_app.ui.copy_table import as_text
from desktop_app.ui.picture_viewer import PictureViewer
from desktop_app.ui.results_page import ResultsPage

MANY = tuple(f"class {number:02}" for number in range(40))
LEFT = Qt.MouseButton.LeftButton


@pytest.fixture
def page(qtbot: QtBot) -> ResultsPage:
    made = ResultsPage()
    qtbot.addWidget(made)
    made.resize(1080, 640)
    made.show()
    return made


@pytest.fixture
def photo(tmp_path: Path) -> Path:
    path = tmp_path / "photo.jpg"
    Image.new("RGB", (400, 200), "red").save(path)
    return path


def words(page: ResultsPage) -> str:
    return " ".join(label.text() for label in page.findChildren(QLabel) if label.isVisible())


def test_says_what_to_do_while_there_is_nothing(page: ResultsPage) -> None:
    assert "There are no results yet" in words(page)


def test_the_figure_comes_with_its_interval_and_what_it_rests_on(page: ResultsPage, tmp_path: Path) -> None:
    page.show_run(samples.run(tmp_path))
    text = words(page)
    assert "80.0 %" in text
    assert "between 58 and 92 % with 95 % confidence, on 20 validation pictures" in text
    assert "ResNet50" in text
    assert "slightly optimistic" in text
    assert "Untrained" not in text


def test_test_pictures_are_not_called_optimistic(page: ResultsPage, tmp_path: Path) -> None:
    page.show_run(samples.run(tmp_path))
    page.show_judgement(samples.judged(source="test pictures"))
    assert "on 20 test pictures" in words(page)
    assert "optimistic" not in words(page)
    page.show_judgement(samples.judged(source="the folder field"))
    assert "on 20 pictures of the folder field" in words(page)


def test_an_untrained_base_is_said_so(page: ResultsPage, tmp_path: Path) -> None:
    page.show_run(samples.run(tmp_path, weights="none"))
    assert "ResNet50, untrained base" in words(page)
    page.show_judgement(samples.judged(source="test pictures"))
    assert "untrained base" in words(page)


@pytest.mark.parametrize(
    ("blocks", "best", "said"),
    [
        (1, 3, "; last block tuned, the head alone had 75.0 %"),
        (2, 3, "; last 2 blocks tuned, the head alone had 75.0 %"),
        (2, 0, "; fine-tuning did not help, so the head alone was kept"),
    ],
)
def test_what_fine_tuning_gave_is_said(
    page: ResultsPage, tmp_path: Path, blocks: int, best: int, said: str
) -> None:
    run = samples.run(tmp_path)
    tuned = replace(run.spec, tuning=TuningSpec(blocks))
    page.show_run(replace(run, spec=tuned, tuning=Tuning(best, 0.5, 0.75, activations_stored=True)))
    assert said in words(page)
    page.show_run(run)
    assert "the head alone" not in words(page)


def test_matrix_holds_the_counts_row_by_row(page: ResultsPage, tmp_path: Path) -> None:
    page.show_run(samples.run(tmp_path))
    assert as_text(page.confusion.view) == "\tants\tbees\nants\t9\t1\nbees\t3\t7\n"
    tip = page.confusion.view.model().index(1, 0).data(Qt.ItemDataRole.AccessibleTextRole)
    assert tip == "3 of 10 pictures of “bees” taken for “ants”, 30.0 %"


@pytest.mark.parametrize("names", [("ants", "bees"), MANY], ids=["2", "40"])
def test_matrix_is_readable_and_saved_whole(
    page: ResultsPage, tmp_path: Path, names: tuple[str, ...]
) -> None:
    page.show_run(samples.run(tmp_path, names))
    view = page.confusion.view
    side = view.horizontalHeader().defaultSectionSize()
    assert side >= view.fontMetrics().horizontalAdvance("10") + 8
    assert view.verticalHeader().defaultSectionSize() == side
    page.confusion.bar.save(tmp_path / "m.png")
    with Image.open(tmp_path / "m.png") as picture:
        assert min(picture.size) >= side * len(names)
    page.confusion.bar.save(tmp_path / "m.csv")
    assert (tmp_path / "m.csv").read_text("utf-8").count("\n") == len(names) + 1
    page.confusion.bar.save(tmp_path / "missing" / "m.png")
    assert page.confusion.bar.note.text().startswith("Not saved")


def test_tables_copy_all_or_what_is_selected(page: ResultsPage, tmp_path: Path, qtbot: QtBot) -> None:
    page.show_run(samples.run(tmp_path))
    page.tabs.setCurrentIndex(1)
    page.scores.setFocus()
    page.scores.selectRow(1)
    QTest.keyClick(page.scores, Qt.Key.Key_C, Qt.KeyboardModifier.ControlModifier)
    copied = QGuiApplication.clipboard().text()
    assert copied == (
        "Class\tPictures\tPrecision\tRecall\tF1\tROC AUC\tAvg. precision\n"
        "bees\t10\t87.5 %\t70.0 %\t77.8 %\t–\t–\n"
    )
    page.scores.clearSelection()
    page.scores.copy()
    assert QGuiApplication.clipboard().text().count("\n") == 3


def test_classes_are_sorted_by_value_not_by_text(page: ResultsPage, tmp_path: Path) -> None:
    page.show_run(samples.run(tmp_path, MANY))
    page.scores.sortByColumn(3, Qt.SortOrder.AscendingOrder)
    model = page.scores.model()
    assert [model.index(row, 3).data() for row in (0, 1, 39)] == ["70.0 %", "90.0 %", "100.0 %"]
    assert model.index(0, 3).data(Qt.ItemDataRole.TextAlignmentRole) & Qt.AlignmentFlag.AlignRight


def test_ways_on(page: ResultsPage, tmp_path: Path, qtbot: QtBot) -> None:
    page.show_run(samples.run(tmp_path))
    for button, signal in (
        (page.summary.export, page.export_requested),
        (page.summary.folder, page.open_run_folder_requested),
    ):
        with qtbot.waitSignal(signal):
            QTest.mouseClick(button, LEFT)
    QTest.mouseClick(page.summary.evaluate, LEFT)
    dialog = page.findChild(QFileDialog)
    assert dialog is not None
    with qtbot.waitSignal(page.evaluate_requested) as heard:
        dialog.filesSelected.emit([str(tmp_path)])
    assert heard.args == [tmp_path]
    dialog.close()


def test_names_that_are_no_text_are_shown_all_the_same(page: ResultsPage, tmp_path: Path) -> None:
    names = ("caf\udce9", "<b>bold</b>")
    page.show_run(samples.run(tmp_path, names))
    page.confusion.view.copy()
    page.scores.copy()
    page.grab()


def test_it_fits_the_smallest_window(page: ResultsPage, photo: Path) -> None:
    page.show_run(samples.run(photo.parent, MANY))
    assert page.minimumSizeHint().width() <= 1080
    assert page.minimumSizeHint().height() <= 640


CHOICES = [
    (None, "from a server"),
    (
        HeadChoice(200, 0.91, 0.9, 0.01),
        "plain logistic head, 91.0 % in cross-validation, hidden layers had 90.0 %",
    ),
    (HeadChoice(44, 0.932, 0.955, 0.03), "hidden layers had 95.5 %, which is not clearly more"),
    (HeadChoice(200, 0.9, 0.95, 0.01), "hidden layers, 95.0 % in cross-validation, a plain head had 90.0 %"),
    (HeadChoice(0, 0.0, 0.0, 0.0), "for there were too few pictures to compare it with another"),
]


def test_it_says_that_a_training_ended_where_it_diverged(page: ResultsPage) -> None:
    run = samples.run(Path())
    page.show_run(run)
    assert "diverged" not in page.summary.base.text()
    page.show_run(replace(run, history=(*run.history, EpochRow(len(run.history) + 1, float("nan"), 0.5))))
    assert f"diverged in epoch {len(run.history) + 1}" in page.summary.base.text()


@pytest.mark.parametrize(("choice", "words"), CHOICES)
def test_it_says_how_the_head_was_chosen(page: ResultsPage, choice: HeadChoice | None, words: str) -> None:
    page.show_run(replace(samples.run(Path()), head_choice=choice))
    assert page.summary.base.text().endswith(words)


def test_a_cell_opens_by_mouse_and_by_key(page: ResultsPage, tmp_path: Path, qtbot: QtBot) -> None:
    page.show_run(samples.run(tmp_path))
    view = page.confusion.view
    index = view.model().index(1, 0)
    with qtbot.waitSignal(page.confusion.cell_opened) as heard:
        QTest.mouseClick(view.viewport(), LEFT, pos=view.visualRect(index).center())
        QTest.mouseDClick(view.viewport(), LEFT, pos=view.visualRect(index).center())
    assert heard.args == [1, 0]
    view.setCurrentIndex(view.model().index(0, 1))
    with qtbot.waitSignal(page.confusion.cell_opened) as heard:
        QTest.keyClick(view, Qt.Key.Key_Return)
    assert heard.args == [0, 1]


def test_the_matrix_is_saved_as_a_drawing(page: ResultsPage, tmp_path: Path) -> None:
    page.show_run(samples.run(tmp_path, ("café", "<b>")))
    page.confusion.bar.save(tmp_path / "m.svg")
    drawn = (tmp_path / "m.svg").read_text("utf-8")
    assert drawn.rstrip().endswith("</svg>")
    for word in ("café", "&lt;b&gt;", "9", "7"):
        assert f">{word}</text>" in drawn
    page.confusion.bar.save(tmp_path / "m.pdf")
    assert (tmp_path / "m.pdf").read_bytes().startswith(b"%PDF")
    assert page.confusion.bar.note.text() == "Saved as m.pdf"
    page.confusion.bar.save(tmp_path / "missing" / "m.svg")
    assert page.confusion.bar.note.text().startswith("Not saved")


@pytest.fixture
def filled(page: ResultsPage, tmp_path: Path) -> ResultsPage:
    for place in range(20):
        Image.new("RGB", (40, 30), (12 * place, 90, 90)).save(tmp_path / f"{place}.png")
    page.show_run(samples.run(tmp_path))
    page.show_measured(measure(samples.answers(tmp_path)))
    return page


def test_each_tab_is_filled(filled: ResultsPage, qtbot: QtBot, tmp_path: Path) -> None:
    for panel, words in (
        (filled.curves, "Mean area below the ROC curves: "),
        (filled.calibration, "it changes no answer. Of 20 pictures, both figures are rough."),
    ):
        with qtbot.waitSignal(panel.view.drawn):
            filled.tabs.setCurrentWidget(panel)
        assert words in panel.bar.note.text()
        assert panel.view.isVisible()
        assert len(samples.figure(panel).axes) == 2
        for ending in ("png", "svg"):
            saved = samples.save(qtbot, panel.bar, tmp_path / f"figure.{ending}")
            assert saved.stat().st_size > 1000
    filled.tabs.setCurrentWidget(filled.mistakes)
    assert filled.mistakes.bar.note.text().startswith("4 pictures of 20 got a wrong answer.")
    assert [p.path.name for p in filled.mistakes.grid.shown[:4]] == ["12.png", "11.png", "0.png", "10.png"]
    assert filled.mistakes.grid.shown[0].label == "bees → ants 95 %"
    filled.mistakes.bar.save(tmp_path / "mistakes.csv")
    lines = (tmp_path / "mistakes.csv").read_text("utf-8").splitlines()
    assert lines[0] == "file,label,said,probability,loss"
    assert lines[1].split(",")[1:] == ["bees", "ants", "0.952574", "3.048587"]
    assert len(lines) == 21


def test_a_cell_shows_its_pictures(filled: ResultsPage, qtbot: QtBot) -> None:
    filled.confusion.cell_opened.emit(1, 0)
    dialog = filled.findChild(CellDialog)
    assert dialog is not None
    assert dialog.windowTitle() == "3 pictures of “bees” taken for “ants”"
    assert [p.path.name for p in dialog.grid.shown] == ["12.png", "11.png", "10.png"]
    with qtbot.waitSignal(filled.thumbnails.ready):
        pass
    dialog.grid.setCurrentIndex(dialog.grid.model().index(0, 0))
    QTest.keyClick(dialog.grid, Qt.Key.Key_Return)
    viewer = dialog.findChild(PictureViewer)
    assert viewer is not None
    assert viewer.picture.path.name == "12.png"
    told = " ".join(each.text() for each in viewer.findChildren(QLabel))
    assert "ants, 95.3 %" in told
    viewer.reject()
    dialog.reject()
    filled.show_run(samples.run(Path()))
    filled.confusion.cell_opened.emit(1, 0)  # nobody knows whose they are
    assert len(filled.findChildren(CellDialog)) <= 1


def test_what_is_judged_can_be_chosen(filled: ResultsPage, qtbot: QtBot) -> None:
    box = filled.summary.judged_on
    assert [box.itemText(place) for place in range(box.count())] == ["Validation pictures (20)"]
    filled.summary.show_counts({"train": 60, "val": 20, "test": 10})
    filled.show_judgement(samples.judged(source="test pictures"))
    assert box.currentText() == "Test pictures (10)"
    with qtbot.waitSignal(filled.split_requested) as heard:
        box.activated.emit(0)
    assert heard.args == ["train"]
    for name in ("field", "lake"):
        filled.show_judgement(samples.judged(source=f"pictures in {name}"))
    assert [box.itemText(place) for place in range(3, box.count())] == ["Pictures in lake (20)"]
    assert box.currentIndex() == 3
    box.activated.emit(3)  # it is there already


def test_a_run_without_answers_offers_to_look_again(page: ResultsPage, qtbot: QtBot) -> None:
    page.show_run(samples.run(Path()))
    assert "older version" not in words(page)
    page.show_measured(None)
    assert "older version" in words(page)
    button = next(each for each in page.findChildren(QPushButton) if "a&gain" in each.text())
    with qtbot.waitSignal(page.look_again_requested):
        QTest.mouseClick(button, LEFT)
    page.show_measured(measure(samples.answers()))
    assert "older version" not in words(page)


def test_a_run_of_fewer_classes_follows_one_of_more(page: ResultsPage) -> None:
    """While the model is reset, the headers still ask for the names that have gone."""
    view = page.confusion.view
    for count in (10, 2, 40, 3):
        page.show_run(samples.run(Path(), tuple(f"class {number}" for number in range(count))))
        page.grab()
        assert view.horizontalHeader().count() == view.verticalHeader().count() == count
    assert view.model().headerData(3, Qt.Orientation.Horizontal) is None


def test_ten_classes_need_no_scrolling(page: ResultsPage) -> None:
    page.show_run(samples.run(Path(), tuple(f"class {number}" for number in range(10))))
    view = page.confusion.view
    assert not view.verticalScrollBar().maximum()
    assert not view.horizontalScrollBar().maximum()
    assert view.verticalHeader().defaultSectionSize() >= view.fontMetrics().height()
