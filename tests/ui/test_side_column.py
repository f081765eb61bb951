"""The column at the page's side."""

import pytest
from pytestqt.qtbot import QtBot

from desktop_app.engine.findings import Finding
from desktop_app.engine.split import SplitRow
from desktop_app.ui.checks_panel import ChecksPanel
from desktop_app.ui.class_model import ClassRow
from desktop_app.ui.class_panel import ClassPanel
from desktop_app.ui.side_column import SideColumn
from desktop_app.ui.split_panel import SplitPanel
from desktop_app.ui.style_sheet import style_sheet
from desktop_app.ui.theme import colors


class Filled(SideColumn):
    """With the three parts of the Data page."""

    def __init__(self) -> None:
        self.classes, self.checks, self.split = ClassPanel(), ChecksPanel(), SplitPanel()
        super().__init__([self.classes, self.checks, self.split])
        self.classes.show_classes([ClassRow(f"class {place}", place) for place in range(60)])
        self.checks.show_findings([Finding("few", "Too few pictures.", "Add some.", "problem")], 9)
        self.split.show_table([SplitRow("ants", 9, 3, 0, "Only 3 pictures validate this class. " * 4)])


@pytest.fixture
def column(qtbot: QtBot) -> Filled:
    made = Filled()
    qtbot.addWidget(made)
    made.resize(made.width(), 420)
    made.show()
    return made


def test_where_it_is_low_it_scrolls_and_nothing_is_squeezed(column: Filled, qtbot: QtBot) -> None:
    qtbot.waitUntil(lambda: column.verticalScrollBar().maximum() > 0)
    assert column.classes.view.height() >= 132
    assert column.horizontalScrollBar().maximum() == 0
    warning = column.split.warning
    assert warning.height() >= warning.heightForWidth(warning.width())


def test_where_it_is_high_the_lists_share_the_room(column: Filled, qtbot: QtBot) -> None:
    before = column.classes.height()
    column.resize(column.width(), 1100)
    qtbot.waitUntil(lambda: column.classes.height() > before)
    assert column.verticalScrollBar().maximum() == 0
    assert column.split.warning.isVisible()


def test_a_part_that_folds_leaves_its_room(column: Filled, qtbot: QtBot) -> None:
    column.resize(column.width(), 700)
    before = column.classes.height()
    column.checks.fold.click()
    qtbot.waitUntil(lambda: column.classes.height() > before)
    assert column.checks.height() < 80


@pytest.mark.parametrize("warning", ["", "Only 3 pictures validate this class. "])
def test_no_part_is_cut_off_for_another(column: Filled, qtbot: QtBot, warning: str) -> None:
    column.setStyleSheet(style_sheet(colors(), 9))
    column.split.show_table([SplitRow("ants", 9, 3, 0, warning)])
    parts = column.checks, column.split
    qtbot.waitUntil(lambda: all(part.height() >= part.heightForWidth(part.width()) for part in parts))
