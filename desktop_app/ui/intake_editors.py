"""What can be edited about a source before it is taken: a table's columns, a pattern, a class' name."""

from collections.abc import Sequence
from dataclasses import replace

from PySide6.QtCore import Qt, Signal
from PySide6.QtWidgets import (
    QAbstractItemView,
    QComboBox,
    QFormLayout,
    QHBoxLayout,
    QHeaderView,
    QLineEdit,
    QTableWidget,
    QTableWidgetItem,
    QVBoxLayout,
    QWidget,
)

from desktop_app.engine.sources import Source
from desktop_app.ui.card import label
from desktop_app.ui.form_card import choice
from desktop_app.ui.intake_offer import IntakeOffer
from desktop_app.ui.safe_text import plain_tip, safe
from desktop_app.ui.theme import GAP

_WIDEST = 260  # pixels, of a column
_ROWS = 4  # of a table, to look at
_RIGHT = Qt.AlignmentFlag.AlignRight | Qt.AlignmentFlag.AlignVCenter
_BAR = 14  # pixels, for the scroll bar below


class SourceEditor(QWidget):
    """Edits a part of a `Source`; this one has nothing to edit."""

    changed = Signal()
    lack = ""  # what is still missing, as a sentence

    def __init__(self, source: Source, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._source = source
        self.column = QVBoxLayout(self)
        self.column.setContentsMargins(0, 0, 0, 0)
        self.column.setSpacing(GAP - 4)
        self.form = QFormLayout()
        self.form.setHorizontalSpacing(GAP)
        self.form.setFieldGrowthPolicy(QFormLayout.FieldGrowthPolicy.AllNonFixedFieldsGrow)
        self.column.addLayout(self.form)

    def source(self) -> Source:
        """The source as edited."""
        return self._source

    def add(self, text: str, field: QWidget) -> None:
        """A line of the form."""
        field.setAccessibleName(text.replace("&", ""))
        name = label(text)
        name.setBuddy(field)
        field.ensurePolished()
        name.setFixedHeight(field.sizeHint().height())
        self.form.addRow(name, field)


class ColumnEditor(SourceEditor):
    """Which column of a table holds what, above its first rows."""

    def __init__(self, source: Source, offer: IntakeOffer, parent: QWidget | None = None) -> None:
        super().__init__(source, parent)
        self._columns = offer.columns
        self._row = QHBoxLayout()  # side by side, for a dialog is short of height
        self._row.setSpacing(GAP)
        self.column.addLayout(self._row)
        self.file = self._choice("&File", source.file_column, "choose a column")
        self.label = self._choice("C&lass", source.label_column, "none: without classes")
        self.split = self._choice("S&plit", source.split_column, "none")
        self.table = plain_table(offer.columns, offer.rows[:_ROWS])
        self.table.setAccessibleName("The first rows of the table")
        self.table.horizontalHeader().ensurePolished()
        line = self.table.verticalHeader().defaultSectionSize()
        head = self.table.horizontalHeader().sizeHint().height()
        self.table.setFixedHeight(head + len(offer.rows[:_ROWS]) * line + _BAR + 4)
        self.column.addWidget(self.table)
        self._head()

    @property
    def lack(self) -> str:  # type: ignore[override]
        """The files must be named, and by another column than the classes."""
        if not self._word(self.file):
            return "Choose the column that names the files."
        chosen = [word for each in (self.file, self.label, self.split) if (word := self._word(each))]
        return "" if len(set(chosen)) == len(chosen) else "Choose a column of its own for each."

    def source(self) -> Source:
        """With the columns that are chosen."""
        return replace(
            self._source,
            file_column=self._word(self.file),
            label_column=self._word(self.label),
            split_column=self._word(self.split),
        )

    def _choice(self, text: str, column: str, none: str) -> QComboBox:
        made = choice({"": none})
        for word in self._columns:
            made.addItem(safe(word))
        made.setCurrentIndex(self._columns.index(column) + 1 if column in self._columns else 0)
        made.currentIndexChanged.connect(lambda _index: self._change())
        made.setAccessibleName(f"Column of the {text.replace('&', '').lower()}")
        name = label(text)
        name.setBuddy(made)
        both = QVBoxLayout()
        both.setSpacing(2)
        both.addWidget(name)
        both.addWidget(made)
        self._row.addLayout(both, 1)
        return made

    def _word(self, box: QComboBox) -> str:
        """By its place, for a name need not be text that Qt can hold."""
        return self._columns[box.currentIndex() - 1] if box.currentIndex() > 0 else ""

    def _change(self) -> None:
        self._head()
        self.changed.emit()

    def _head(self) -> None:
        """The headers say what each column is taken for."""
        uses = {
            self._word(box): word
            for box, word in ((self.split, "split"), (self.label, "class"), (self.file, "file"))
        }
        for place, word in enumerate(self._columns):
            use = uses.get(word)
            item = self.table.horizontalHeaderItem(place)
            if item:
                item.setText(safe(word) + (f" → {use}" if use else ""))
        self.table.resizeColumnsToContents()


class PatternEditor(SourceEditor):
    """A template of file names."""

    def __init__(self, source: Source, offer: IntakeOffer, parent: QWidget | None = None) -> None:
        super().__init__(source, parent)
        self.pattern = QLineEdit(source.pattern)
        self.pattern.textChanged.connect(lambda _text: self.changed.emit())
        self.add("&Pattern", self.pattern)
        self.pattern.setAccessibleDescription(offer.pattern_help)
        self.form.addRow("", label(offer.pattern_help, "hint", wrap=True))

    @property
    def lack(self) -> str:  # type: ignore[override]
        """A pattern says where the class is."""
        return "" if "{class}" in self.pattern.text() else "Put {class} where the name of the class is."

    def source(self) -> Source:
        """With the pattern as typed."""
        return replace(self._source, pattern=self.pattern.text().strip())


class LabelEditor(SourceEditor):
    """The name of the one class."""

    def __init__(self, source: Source, parent: QWidget | None = None) -> None:
        super().__init__(source, parent)
        self.label = QLineEdit(safe(source.label))
        self.label.textChanged.connect(lambda _text: self.changed.emit())
        self.add("C&lass", self.label)

    @property
    def lack(self) -> str:  # type: ignore[override]
        """A class has a name."""
        return "" if self.label.text().strip() else "Type the name of the class."

    def source(self) -> Source:
        """With the name as typed; as it was where that could not be shown and was not touched."""
        text = self.label.text().strip()
        return self._source if text == safe(self._source.label) else replace(self._source, label=text)


def editor(source: Source, offer: IntakeOffer) -> SourceEditor:
    """The editor that the kind of `source` asks for."""
    first = next((option.source for option in offer.options if option.source.kind == "table"), None)
    if first and source.path == first.path and source.kind == "table":  # of another one nothing is known
        return ColumnEditor(source, offer)
    if source.kind == "pattern":
        return PatternEditor(source, offer)
    if source.kind == "files" and source.label:
        return LabelEditor(source)
    return SourceEditor(source)


def plain_table(columns: Sequence[str], rows: Sequence[Sequence[str]]) -> QTableWidget:
    """A few rows to look at."""
    made = QTableWidget(len(rows), len(columns))
    made.setHorizontalHeaderLabels([safe(word) for word in columns])
    made.setEditTriggers(QAbstractItemView.EditTrigger.NoEditTriggers)
    made.setSelectionMode(QAbstractItemView.SelectionMode.NoSelection)
    made.setShowGrid(False)
    made.setWordWrap(False)
    made.setTabKeyNavigation(False)
    made.verticalHeader().hide()
    made.verticalHeader().setDefaultSectionSize(made.fontMetrics().height() + 10)
    header = made.horizontalHeader()
    header.setDefaultAlignment(Qt.AlignmentFlag.AlignLeft | Qt.AlignmentFlag.AlignVCenter)
    header.setMaximumSectionSize(_WIDEST)
    header.setSectionResizeMode(QHeaderView.ResizeMode.Interactive)
    fill(made, rows)
    return made


def fill(table: QTableWidget, rows: Sequence[Sequence[str]]) -> None:
    """Other rows."""
    table.setRowCount(len(rows))
    for at, row in enumerate(rows):
        for place, word in enumerate(row[: table.columnCount()]):
            item = QTableWidgetItem(safe(word))
            item.setToolTip(plain_tip(word))
            if place and word.replace(",", "").isdecimal():
                item.setTextAlignment(_RIGHT)
            table.setItem(at, place, item)
