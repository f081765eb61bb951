"""The window with its real pages: what one of them alone cannot tell."""

from collections import Counter
from collections.abc import Iterable, Sequence
from pathlib import Path

import pytest
import ui_samples as samples
from PySide6.QtCore import Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QAbstractButton, QLabel, QPushButton, QTabBar, QTabWidget, QWidget
from pytestqt.qtbot import QtBot

from desktop_app.engine.arrangement import Arrangement
from desktop_app.engine.catalog import Catalog, Picture
from desktop_app.engine.project import Project
from desktop_app.ui.data_page import DataPage
from desktop_app.ui.export_page import ExportPage
from desktop_app.ui.main_window import MainWindow
from desktop_app.ui.results_page import ResultsPage
from desktop_app.ui.runs_page import RunsPage
from desktop_app.ui.sidebar import ALL
from desktop_app.ui.train_page import TrainPage
from desktop_app.ui.try_page import TryPage

CATALOG = Catalog(
    tuple(Picture(Path(f"/none/{label}/{n}.jpg"), label) for label in ("ants", "bees") for n in range(3))
)


class Whole:
    """The window and its pages, filled."""

    def __init__(self, folder: Path) -> None:
        self.data, self.train, self.results = DataPage(), TrainPage(), ResultsPage()
        self.try_, self.export, self.runs = TryPage(), ExportPage(), RunsPage()
        pages = (self.data, self.train, self.results, self.try_, self.export, self.runs)
        self.pages = dict(zip(ALL, pages, strict=True))
        self.window = MainWindow(*self.pages.values())
        run = samples.run(folder)
        pictures = [Picture(folder / f"{n}.jpg", label, None) for label in ("ants", "bees") for n in range(3)]
        catalog = Catalog(tuple(pictures))
        self.data.show_arrangement(Arrangement(Project(), catalog, catalog))
        self.data.set_ready(True, "")
        self.train.set_ready(True)
        self.train.set_weights_file("ResNet50", Path("w.h5"))
        self.results.show_run(run)
        self.try_.show_run(run)
        self.export.show_run(run)
        self.data.continue_requested.connect(lambda: self.window.show_page("train"))
        self.results.export_requested.connect(lambda: self.window.show_page("export"))
        self.window.show()

    @property
    def focus(self) -> QWidget | None:
        return self.window.focusWidget()


@pytest.fixture
def whole(qtbot: QtBot, tmp_path: Path) -> Iterable[Whole]:
    made = Whole(tmp_path)
    qtbot.addWidget(made.window)
    yield made
    made.data.thumbnails.close()
    made.results.thumbnails.close()
    made.try_.thumbnails.close()


def mnemonics(root: QWidget, without: Sequence[QWidget] = ()) -> list[str]:
    """The keys of what is in `root` and not in one of the widgets `without`."""

    def counts(widget: QWidget) -> bool:
        return not any(other.isAncestorOf(widget) for other in without)

    texts = [label.text() for label in root.findChildren(QLabel) if label.buddy() and counts(label)]
    texts += [button.text() for button in root.findChildren(QAbstractButton) if counts(button)]
    texts += [bar.tabText(i) for bar in root.findChildren(QTabBar) for i in range(bar.count())]
    texts = [text.replace("&&", "") for text in texts]
    return [text[text.index("&") + 1].lower() for text in texts if "&" in text]


@pytest.mark.parametrize("name", ALL)
def test_no_mnemonic_means_two_things(whole: Whole, name: str) -> None:
    window = whole.window
    window.message_bar.show_message("Words.", actions=[("Again", window.close)])
    bar = [action.text()[1].lower() for action in window.menuBar().actions()]
    assert len(bar) == 4
    empty = mnemonics(whole.data.empty) if name == "data" else []
    page = whole.pages[name]
    both = [each.widget(i) for each in page.findChildren(QTabWidget) for i in range(each.count())]
    tabs = [tab for tab in both if tab]
    always = list((Counter(mnemonics(page, tabs)) - Counter(empty)).elements())
    # Of tabs, one is in front.
    for keys in (*(always + mnemonics(tab) for tab in tabs), always, empty):
        count = Counter(bar + keys + mnemonics(window.message_bar))
        assert not [key for key, times in count.items() if times > 1]


def test_no_control_is_singled_out_after_a_page_change_by_mouse(whole: Whole) -> None:
    left = Qt.MouseButton.LeftButton
    for press, name in (
        (whole.data.next, "train"),
        (whole.window.sidebar.buttons["results"], "results"),
        (whole.results.summary.export, "export"),
        (whole.window.sidebar.buttons["train"], "train"),
    ):
        QTest.mouseClick(press, left)
        assert whole.window.page == name
        assert whole.focus is whole.pages[name]


def test_tab_goes_on_inside_the_new_page(whole: Whole) -> None:
    for name in ALL[1:]:
        whole.window.show_page(name)
        assert whole.focus is not None
        QTest.keyClick(whole.focus, Qt.Key.Key_Tab)
        assert whole.pages[name].isAncestorOf(whole.focus)


def test_who_goes_along_the_sidebar_by_key_stays_there(whole: Whole) -> None:
    button = whole.window.sidebar.buttons["data"]
    button.setFocus()
    QTest.keyClick(button, Qt.Key.Key_Down)
    assert whole.window.page == "train"
    assert whole.focus is whole.window.sidebar.buttons["train"]


def test_a_run_singles_out_no_button_and_its_end_only_the_way_on(whole: Whole) -> None:
    whole.window.show_page("train")
    whole.train.run.start.setFocus()
    run: QWidget = whole.train.run
    whole.train.begin_run(3)
    assert whole.focus == run
    whole.train.end_run("succeeded")
    assert whole.focus == whole.train.run.results


def test_the_end_of_a_run_leaves_alone_who_is_elsewhere(whole: Whole) -> None:
    whole.window.show_page("train")
    whole.train.begin_run(3)
    whole.window.show_page("data")
    before = whole.focus
    whole.train.end_run("failed")
    whole.train.show_weights_problem("No network.", "Three ways on.")
    assert whole.focus is before


def test_closing_the_message_singles_out_nothing(whole: Whole) -> None:
    whole.window.message_bar.show_message("Words.")
    whole.window.message_bar._close.setFocus()
    whole.window.message_bar._close.click()
    assert not isinstance(whole.focus, QAbstractButton)


def test_the_first_pictures_single_out_no_control(whole: Whole) -> None:
    whole.data.show_empty([])
    whole.data.empty.demo.setFocus()
    whole.data.show_arrangement(Arrangement(Project(), CATALOG, CATALOG))
    assert whole.focus is whole.data


def test_no_state_of_a_training_makes_the_window_grow(whole: Whole) -> None:
    window, train = whole.window, whole.train
    window.show_page("train")
    window.resize(window.minimumSizeHint())
    least = window.width()

    def begin() -> None:
        train.run.queue.show_entries(["VGG16: waiting"], [True], 0, False)
        train.begin_run(30)

    for change in (
        begin,
        lambda: train.show_progress(0.5, "Computing the features of 300,000 pictures, 12 a second"),
        lambda: train.end_run("succeeded", "Done. " * 40, comparable=True),
        lambda: train.set_waiting(
            "A training with VGG16, begun long ago, was stopped after its first epoch."
        ),
        lambda: train.show_weights_problem("There are no weights. " * 9, "Try again. " * 9),
        begin,
        lambda: train.end_run("paused"),
    ):
        change()
        assert window.minimumSizeHint().width() == least
        assert window.width() == least  # nor did something shown a moment too early push it


@pytest.mark.parametrize("name", ["results", "try", "export"])
def test_without_a_run_there_are_two_ways_to_one(whole: Whole, qtbot: QtBot, name: str) -> None:
    page = whole.pages[name]
    assert isinstance(page, ResultsPage | TryPage | ExportPage)
    page.show_empty()
    whole.window.show_page(name)
    buttons = [each for each in page.findChildren(QPushButton) if each.isVisible()]
    assert [button.text() for button in buttons] == ["Train one", "Open an earlier run"]
    for button, wanted in zip(buttons, ("train", "runs"), strict=True):
        with qtbot.waitSignal(page.none.page_wanted) as heard:
            button.click()
        assert heard.args == [wanted]
