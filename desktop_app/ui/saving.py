"""Saving what is shown: one line above a figure or a table says what it is, and offers to keep it."""

from collections.abc import Callable, Mapping
from pathlib import Path

from PySide6.QtCore import Qt, Slot
from PySide6.QtGui import QAction
from PySide6.QtWidgets import QHBoxLayout, QTableView, QToolButton, QVBoxLayout, QWidget

from desktop_app.ui.background import Background
from desktop_app.ui.card import label, small_button
from desktop_app.ui.copy_table import CopyTable, as_text
from desktop_app.ui.dialogs import ask_save

Kinds = Mapping[str, str]  # what the dialog shows → a file name's ending
Write = Callable[[Path], Callable[[], object] | None]
PNG: Kinds = {"PNG picture (*.png)": "png"}
FIGURE: Kinds = {**PNG, "SVG drawing (*.svg)": "svg", "PDF (*.pdf)": "pdf"}
TABLE: Kinds = {"CSV table (*.csv)": "csv"}
_SAVING = "Saving…"


class SaveBar(QWidget):
    """A sentence on the left; Save…, and Copy where there is a `copy`, on the right.

    The context menu of `shown` offers the same. How it went takes the sentence's place until `say` is called
    again.

    Args:
        words: what is shown, in a sentence.
        shown: the figure or the table.
        name: of the file, with an ending of `kinds`.
        kinds: what it can be saved as.
        write: writes the file, or returns what will, outside the window's thread; an error is told.
        copy: puts it on the clipboard.
    """

    def __init__(
        self,
        words: str,
        shown: QWidget,
        name: str,
        kinds: Kinds,
        write: Write,
        copy: Callable[[], object] | None = None,
    ) -> None:
        super().__init__()
        self._name, self._kinds, self._write, self._copy = name, kinds, write, copy
        self._background = Background()
        self._background.ended.connect(self._end)
        self.note = label(words, "hint", wrap=True)
        self.row = QHBoxLayout(self)  # more buttons may go in before the last
        self.row.setContentsMargins(0, 0, 0, 0)
        self.row.addWidget(self.note, 1)
        self._buttons: list[QToolButton] = []
        self._actions: list[QAction] = []
        if copy:
            self._add("Cop&y", "Copy all of it for a spreadsheet; Ctrl+C copies what is selected", self.copy)
        *others, last = (ending.upper() for ending in kinds.values())
        endings = f"{', '.join(others)} or {last}" if others else last
        self._add("&Save…", f"Save it as {endings}", self.choose)
        shown.setContextMenuPolicy(Qt.ContextMenuPolicy.ActionsContextMenu)
        for text, act in (("Copy", self.copy if copy else None), ("Save…", self.choose)):
            if act:
                action = QAction(text, shown)
                action.triggered.connect(lambda _checked=False, act=act: act())
                shown.addAction(action)
                self._actions.append(action)

    def say(self, words: str) -> None:
        """Another sentence."""
        self.note.setText(words)

    def set_enabled(self, enabled: bool) -> None:
        """Whether there is anything to save."""
        for button in self._buttons:
            button.setEnabled(enabled)
        for action in self._actions:
            action.setEnabled(enabled)

    def choose(self) -> None:
        """Ask for a name, and save."""
        ask_save(self, "Save as", self._name, self._kinds, self.save)

    def save(self, path: Path) -> None:
        """Write to `path`, and say how it went."""
        try:
            rest = self._write(path)
        except (OSError, ValueError) as error:
            self._tell(path, error)
            return
        if rest:
            self.say(_SAVING)
            self._background.start(path, rest)
        else:
            self._tell(path, None)

    def copy(self) -> None:
        """To the clipboard."""
        if self._copy:
            self._copy()
            self.say("Copied: paste it into a spreadsheet")

    @Slot(object, object)
    def _end(self, path: Path, error: Exception | None) -> None:
        if error or self.note.text() == _SAVING:  # else something new is shown, and said
            self._tell(path, error)

    def _tell(self, path: Path, error: Exception | None) -> None:
        self.say(f"Not saved: {error}" if error else f"Saved as {path.name}")

    def _add(self, text: str, tip: str, act: Callable[[], object]) -> None:
        button = small_button(text, tip)
        button.clicked.connect(lambda _checked=False: act())
        self.row.addWidget(button)
        self._buttons.append(button)


class TablePanel(QWidget):
    """A table under its `SaveBar`."""

    def __init__(self, words: str, table: CopyTable, name: str) -> None:
        super().__init__()
        self.bar = SaveBar(
            words, table, name, TABLE, lambda path: save_table(table, path), lambda: copy_whole(table)
        )
        under(self, self.bar, table)


def under(panel: QWidget, bar: SaveBar, shown: QWidget) -> None:
    """Fill `panel` with `shown`, and `bar` above it."""
    layout = QVBoxLayout(panel)
    layout.setContentsMargins(0, 6, 0, 0)
    layout.addWidget(bar)
    layout.addWidget(shown, 1)


def save_table(table: QTableView, path: Path) -> None:
    """All of `table` as comma-separated values, in the order shown; an `OSError` where it fails."""
    path.write_text(as_text(table, separator=","), "utf-8")


def copy_whole(table: CopyTable) -> None:
    """All of `table` to the clipboard, whatever is selected."""
    table.clearSelection()
    table.copy()
