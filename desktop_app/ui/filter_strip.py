"""The strip above the grid of pictures: which of them are shown."""

from collections.abc import Mapping, Sequence
from pathlib import Path

from PySide6.QtCore import QTimer, Signal
from PySide6.QtGui import QKeySequence, QShortcut
from PySide6.QtWidgets import QComboBox, QHBoxLayout, QLineEdit, QSizePolicy, QWidget

from desktop_app.engine.catalog import Split
from desktop_app.ui.buttons import push_button
from desktop_app.ui.picture_filter import PictureFilter
from desktop_app.ui.safe_text import safe
from desktop_app.ui.theme import GAP

_PAUSE = 150  # milliseconds without a key before the typed text counts
_SPLITS: dict[str, Split | str | None] = {
    "Every split": None,
    "Training": "train",
    "Validation": "val",
    "Test": "test",
    "Not assigned": "none",
}
_WIDEST = 200  # pixels a choice may take


class FilterStrip(QWidget):
    """Says what is wanted as one `PictureFilter`, once for each change."""

    changed = Signal(object)  # a PictureFilter

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._findings: dict[str, frozenset[Path]] = {}
        self._told = PictureFilter()
        self._pause = QTimer(self, singleShot=True, interval=_PAUSE)
        self._pause.timeout.connect(self._tell)
        self.text = QLineEdit(clearButtonEnabled=True, placeholderText="Search file names")
        self.text.setAccessibleName("Search in the file names")
        self.text.setMinimumWidth(120)
        self.text.setMaximumWidth(320)
        self.text.textEdited.connect(lambda _text: self._pause.start())
        self.text.textChanged.connect(lambda text: None if text else self._tell())
        self.text.returnPressed.connect(self._tell)
        self.label = self._choice("Class")
        self.split = self._choice("Split")
        self.finding = self._choice("Findings of the checks")
        self.clear_button = push_button("Show all", self.clear, "quiet", "Show all pictures again")
        row = QHBoxLayout(self)
        row.setContentsMargins(0, 0, 0, 0)
        row.setSpacing(GAP // 2 + 2)
        row.addWidget(self.text, 1)
        for choice in (self.label, self.split, self.finding):
            row.addWidget(choice)
        row.addWidget(self.clear_button)
        row.addStretch()
        QShortcut(QKeySequence.StandardKey.Find, self, self._search)
        for words, split in _SPLITS.items():
            self.split.addItem(words, split)
        self.set_classes(())
        self.set_findings({})
        self._show_clear()

    @property
    def wanted(self) -> PictureFilter:
        """What is chosen."""
        title = self.finding.currentData()
        return PictureFilter(
            self.text.text().strip(),
            self.label.currentData(),
            self.split.currentData(),
            None if title is None else self._findings.get(title, frozenset()),
        )

    def set_classes(self, names: Sequence[str]) -> None:
        """Offer these classes, "" for the pictures without one; what is chosen stays where it can."""
        entries = {name: safe(name) or "Without a class" for name in names}
        _fill(self.label, "Every class", entries)
        self._tell()

    def set_findings(self, findings: Mapping[str, frozenset[Path]]) -> None:
        """Offer the pictures of each finding by its title."""
        titles = {title: f"{title} ({len(paths):,})" for title, paths in findings.items()}
        self._findings = dict(findings)
        anything: frozenset[Path] = frozenset().union(*findings.values())
        if findings:
            self._findings[""] = anything
            titles = {"": f"Any finding ({len(anything):,})"} | titles
        _fill(self.finding, "With or without findings", titles)
        self.finding.setVisible(bool(findings))
        self._tell()

    def choose(
        self, text: str = "", label: str | None = None, split: str | None = None, finding: str | None = None
    ) -> None:
        """Show just this: one class, say, or the pictures of one finding, by its title."""
        self.text.setText(text)
        for choice, value in ((self.label, label), (self.split, split), (self.finding, finding)):
            choice.setCurrentIndex(max(0, choice.findData(value) if value is not None else 0))
        self._tell()

    def clear(self) -> None:
        """Show all."""
        self.choose()

    def _choice(self, name: str) -> QComboBox:
        made = QComboBox()
        made.setAccessibleName(name)
        made.setToolTip(name)
        made.setMaximumWidth(_WIDEST)
        made.setMaxVisibleItems(20)
        made.setSizePolicy(QSizePolicy.Policy.Maximum, QSizePolicy.Policy.Fixed)
        made.activated.connect(lambda _index: self._tell())
        return made

    def _search(self) -> None:
        self.text.setFocus()
        self.text.selectAll()

    def _tell(self) -> None:
        self._pause.stop()
        wanted = self.wanted
        self._show_clear()
        if wanted != self._told:
            self._told = wanted
            self.changed.emit(wanted)

    def _show_clear(self) -> None:
        self.clear_button.setVisible(self.wanted != PictureFilter())


def _fill(choice: QComboBox, all_of_them: str, entries: Mapping[str, str]) -> None:
    kept = choice.currentData()
    choice.clear()
    choice.addItem(all_of_them, None)
    for data, words in entries.items():
        choice.addItem(words, data)
    choice.setCurrentIndex(max(0, choice.findData(kept) if kept is not None else 0))
