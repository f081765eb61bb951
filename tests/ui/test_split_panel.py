"""The panel of the split."""

from pathlib import Path

import pytest
from PySide6.QtCore import QPoint, QPointF, Qt
from PySide6.QtGui import QWheelEvent
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication, QLabel
from pytestqt.qtbot import QtBot

from desktop_app.engine.split import SplitRow, SplitSpec
from desktop_app.ui.copy_table import as_text
from desktop_app.ui.split_panel import SplitPanel

FEW = "Only 8 pictures validate this class: its accuracy is a rough guess."
ROWS = (SplitRow("ants", 163, 41, 0), SplitRow("bees", 155, 39, 0), SplitRow("wasps", 32, 8, 0, FEW))
EXAMPLES = [Path("/data/kitchen/patient12_03.jpg"), Path("/data/hall/patient13_01.jpg")]


@pytest.fixture
def panel(qtbot: QtBot) -> SplitPanel:
    made = SplitPanel()
    qtbot.addWidget(made)
    made.resize(300, 500)
    made.set_examples(EXAMPLES)
    made.show_table(ROWS)
    made.show()
    return made


def seen(panel: SplitPanel) -> str:
    return "\n".join(each.text() for each in panel.findChildren(QLabel) if each.isVisible())


def choose(panel: SplitPanel, group_by: str) -> None:
    kind = panel.grouping.kind
    kind.setCurrentIndex(kind.findData(group_by))


def test_the_table_has_every_class_and_the_totals(panel: SplitPanel) -> None:
    lines = as_text(panel.table).splitlines()
    assert [line.split("\t") for line in lines] == [
        ["Class", "Train", "Val.", "Test"],
        ["ants", "163", "41", "0"],
        ["bees", "155", "39", "0"],
        ["wasps", "32", "8", "0"],
        ["All", "350", "88", "0"],
    ]
    assert panel.bar.accessibleName() == "Train 350, Validation 88, Test 0"
    panel.each.button.click()
    assert panel.table.isVisible()
    panel.grab()


def test_a_class_with_few_validation_pictures_is_warned_of(panel: SplitPanel) -> None:
    assert f"“wasps”: {FEW}" in seen(panel)
    panel.show_table([SplitRow("a", 20, 9, 0, "Only 9 …"), SplitRow("b", 20, 3, 0, "Only 3 …")])
    assert "2 classes have fewer than 10 pictures to validate on" in seen(panel)
    panel.show_table([SplitRow("a", 0, 20, 0, "Nothing to learn."), SplitRow("b", 20, 3, 0, "Only 3 …")])
    assert "2 classes have too few pictures" in seen(panel)
    panel.show_table(ROWS[:2])
    assert not panel.warning.isVisible()


def test_several_changes_are_said_as_one(panel: SplitPanel, qtbot: QtBot) -> None:
    said: list[SplitSpec] = []
    panel.spec_changed.connect(said.append)
    panel.show_spec(SplitSpec(0.155, 0.1, 5, "folder"))
    panel.test.setValue(15)
    panel.test.setValue(20)
    choose(panel, "")
    assert not said
    qtbot.waitUntil(lambda: bool(said))
    assert said == [SplitSpec(0.155, 0.2, 5, "")]  # the finer share was not touched


def test_what_is_shown_is_not_said(panel: SplitPanel, qtbot: QtBot) -> None:
    with qtbot.assertNotEmitted(panel.spec_changed, wait=600):
        panel.show_spec(SplitSpec(0.3, 0.1, 7, r"^(\w+)_"))
        panel.validation.setValue(40)
        panel.validation.setValue(30)  # and back
    assert panel.spec() == SplitSpec(0.3, 0.1, 7, r"^(\w+)_")
    assert panel.grouping.pattern.text() == r"^(\w+)_"


def test_something_is_left_to_learn_from(panel: SplitPanel) -> None:
    panel.validation.setValue(80)
    panel.test.setValue(90)
    assert panel.test.value() == 15
    panel.show_spec(SplitSpec(0.1, 0.8))
    assert (panel.validation.value(), panel.test.value()) == (10, 80)


@pytest.mark.parametrize(
    ("group_by", "words"),
    [
        ("(.+?)_", "patient12_03.jpg → patient12"),
        ("folder", "kitchen/patient12_03.jpg → kitchen"),
        ("(.+?)-", "No name fits, such as “patient12_03.jpg”."),
    ],
)
def test_a_grouping_shows_an_example(panel: SplitPanel, group_by: str, words: str) -> None:
    choose(panel, group_by)
    assert words in seen(panel)


@pytest.mark.parametrize(
    ("pattern", "words", "good"),
    [
        (r"(\d+)_", "patient12_03.jpg → 12", True),
        (r"13_(\d+)", "patient13_01.jpg → 01", True),
        (r"\d+_", "Put round brackets around what names the group", False),
        (r"(\d+", "is not a regular expression", False),
        ("", "Put round brackets", False),
    ],
)
def test_a_pattern_shows_what_it_does(
    panel: SplitPanel, qtbot: QtBot, pattern: str, words: str, good: bool
) -> None:
    assert not panel.grouping.pattern.isVisible()
    choose(panel, "own")
    assert panel.grouping.pattern.isVisible()
    panel.grouping.pattern.setText(pattern)
    assert words in seen(panel)
    assert (panel.spec() is not None) == good
    if good:
        with qtbot.waitSignal(panel.spec_changed) as said:
            pass
        assert said.args == [SplitSpec(group_by=pattern)]
    else:
        with qtbot.assertNotEmitted(panel.spec_changed, wait=600):
            pass


def test_the_seed_is_for_those_who_look_for_it(panel: SplitPanel, qtbot: QtBot) -> None:
    assert not panel.seed.isVisible()
    QTest.keyClick(panel.advanced.button, Qt.Key.Key_Space)
    assert panel.seed.isVisible()
    panel.seed.setValue(2**32 - 1)
    with qtbot.waitSignal(panel.spec_changed) as said:
        pass
    assert said.args == [SplitSpec(seed=2**32 - 1)]


def test_where_the_folders_give_the_split_it_says_so(panel: SplitPanel) -> None:
    panel.set_fixed("Your folders say which pictures are for validation.")
    assert "Your folders say" in seen(panel)
    assert not panel.validation.isEnabled()
    assert not panel.advanced.button.isVisible()
    panel.set_fixed("")
    assert panel.validation.isVisible()
    assert panel.validation.isEnabled()


def test_many_and_odd_classes_and_none(panel: SplitPanel) -> None:
    panel.show_table([SplitRow(f"caf\udce9\n{place}", 10**6, place, 3, FEW) for place in range(1000)])
    panel.each.button.click()
    panel.grab()
    assert panel.table.height() < 260
    assert panel.table.model().index(0, 0).data() == r"caf\udce9\n0"
    panel.show_table([])
    assert not panel.each.button.isVisible()
    panel.grab()


def test_the_wheel_passes_over_a_field(panel: SplitPanel) -> None:
    for field in (panel.validation, panel.grouping.kind):
        middle = QPointF(field.rect().center())
        turn = QPoint(0, -120)
        phase = Qt.ScrollPhase.NoScrollPhase
        no_button, no_key = Qt.MouseButton.NoButton, Qt.KeyboardModifier.NoModifier
        event = QWheelEvent(middle, middle, turn, turn, no_button, no_key, phase, False)
        QApplication.sendEvent(field, event)
    assert panel.spec() == SplitSpec()


def test_it_folds_to_a_line(panel: SplitPanel) -> None:
    panel.fold.click()
    assert "350 · 88" in seen(panel)
    assert not panel.bar.isVisible()
