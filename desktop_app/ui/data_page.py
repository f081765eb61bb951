"""The Data page: which pictures there are, a card a class."""

from pathlib import Path

from PySide6.QtCore import Qt, Signal
from PySide6.QtWidgets import (
    QHBoxLayout,
    QLabel,
    QProgressBar,
    QStackedWidget,
    QVBoxLayout,
    QWidget,
)

from desktop_app.engine.catalog import Catalog, Split
from desktop_app.ui.ask_folder import ask_folder
from desktop_app.ui.buttons import push_button
from desktop_app.ui.card import label
from desktop_app.ui.class_list import ClassList
from desktop_app.ui.empty_data import EmptyData
from desktop_app.ui.focus import holds_focus
from desktop_app.ui.left_out import LeftOutDialog
from desktop_app.ui.safe_text import safe
from desktop_app.ui.theme import GAP, MARGIN, set_role
from desktop_app.ui.thumbnails import Thumbnails

_SPLIT_WORDS: dict[Split | None, str] = {
    "train": "to train with",
    "val": "to validate with",
    "test": "to test with",
    None: "not assigned by their folders",
}


class DataPage(QWidget):
    """Shows a catalog, or how to get one."""

    folders_chosen = Signal(object)  # list[Path]
    class_removed = Signal(object)  # the label, kept from QString because it need not be UTF-8
    clear_requested = Signal()
    demo_requested = Signal()
    continue_requested = Signal()

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.thumbnails = Thumbnails(self)
        self._catalog = Catalog()
        self.empty = EmptyData()
        self.empty.add_requested.connect(self.choose_folder)
        self.empty.demo_requested.connect(self.demo_requested)
        self.empty.recent_chosen.connect(lambda path: self.folders_chosen.emit([path]))
        self.classes = ClassList(self.thumbnails)
        self.classes.removed.connect(self.class_removed)

        empty_page = QWidget()
        around = QVBoxLayout(empty_page)
        around.setContentsMargins(MARGIN, MARGIN, MARGIN, MARGIN)
        around.addWidget(self.empty)
        filled_page = QWidget()
        filled = QVBoxLayout(filled_page)
        filled.setContentsMargins(0, 0, 0, 0)
        filled.setSpacing(GAP + 4)
        filled.addLayout(self._make_header())
        filled.addWidget(self.classes, 1)
        self._stack = QStackedWidget()
        self._stack.addWidget(empty_page)
        self._stack.addWidget(filled_page)
        layout = QVBoxLayout(self)
        layout.setContentsMargins(0, 0, 0, 0)
        layout.setSpacing(0)
        layout.addWidget(self._stack, 1)
        layout.addWidget(self._make_footer())
        self.classes.comes_after = self._clear
        self.set_ready(False, "")
        self.show_empty([])

    def show_empty(self, recent: list[Path]) -> None:
        """No pictures: say how to bring some."""
        self._catalog = Catalog()
        self.empty.show_recent(recent)
        self.classes.show_catalog(self._catalog)
        self._turn_to(0)
        self._end_scan()

    def show_catalog(self, catalog: Catalog) -> None:
        """A card a class, and the totals."""
        self._catalog = catalog
        self._totals.setText(_totals(catalog))
        self._splits.setText(_split_words(catalog))
        out = len(catalog.problems)
        self.left_out.setText("1 file left out…" if out == 1 else f"{out:,} files left out…")
        self.left_out.setVisible(out > 0)
        self.classes.show_catalog(catalog)
        self._turn_to(1)
        self._end_scan()

    def show_scanning(self, fraction: float, text: str) -> None:
        """Folders are being looked at."""
        self._footer.show()
        self._scan.show()
        self._scan.setValue(round(1000 * fraction))
        self._why.setText(safe(text))
        set_role(self._why, "hint")
        self.next.setEnabled(False)
        self.next.setVisible(self._filled)

    def set_ready(self, ready: bool, why: str) -> None:
        """Whether one may go on to Train, and if not, why."""
        self._ready, self._reason = ready, why
        if self._scan.isHidden():
            self._end_scan()

    def choose_folder(self) -> None:
        """Ask for a folder; the answer comes as `folders_chosen`."""
        ask_folder(self, "Add a folder of pictures", lambda folder: self.folders_chosen.emit([folder]))

    def show_left_out(self) -> None:
        """List the files left out, each with its reason."""
        LeftOutDialog(self._catalog.problems, self).open()

    def _make_header(self) -> QHBoxLayout:
        self._totals = label("", "title")
        self._splits = label("", "hint")
        self.left_out = push_button("", self.show_left_out, "quiet", "Show which, and why")
        self._add = push_button("&Add folder…", self.choose_folder)
        tip = "Start over with other pictures. No file is deleted."
        self._clear = push_button("C&lear", self.clear_requested.emit, tip=tip)
        words = QVBoxLayout()
        words.setSpacing(2)
        words.addWidget(self._totals)
        words.addWidget(self._splits)
        header = QHBoxLayout()
        header.setContentsMargins(MARGIN, MARGIN - 4, MARGIN, 0)
        header.setSpacing(GAP)
        header.addLayout(words)
        header.addStretch()
        header.addWidget(self.left_out)
        header.addWidget(self._add)
        header.addWidget(self._clear)
        return header

    def _make_footer(self) -> QWidget:
        self._why = QLabel(wordWrap=True, textFormat=Qt.TextFormat.PlainText)
        self._scan = QProgressBar(maximum=1000, textVisible=False)
        self._scan.setFixedWidth(220)
        self._scan.setAccessibleName("Looking at files")
        self._scan.hide()
        self.next = push_button("&Next: Train", self.continue_requested.emit, "primary")
        self._footer = QWidget()
        row = QHBoxLayout(self._footer)
        row.setContentsMargins(MARGIN, GAP, MARGIN, GAP + 4)
        row.setSpacing(GAP)
        row.addWidget(self._scan)
        row.addWidget(self._why, 1)
        row.addWidget(self.next)
        return self._footer

    @property
    def _filled(self) -> bool:
        return self._stack.currentIndex() == 1

    def _turn_to(self, index: int) -> None:
        """Show the empty side or the filled one; else Qt would single out some control of it."""
        if index != self._stack.currentIndex() and holds_focus(self._stack):
            self.setFocus()
        self._stack.setCurrentIndex(index)

    def _end_scan(self) -> None:
        """The footer says whether one may go on; on the empty page there is nowhere to go."""
        self._scan.hide()
        self._footer.setVisible(self._filled)
        self.next.setVisible(self._filled)
        self.next.setEnabled(self._ready)
        self._why.setText("" if self._ready else safe(self._reason))
        set_role(self._why, "hint" if self._ready else "warning")


def _totals(catalog: Catalog) -> str:
    count, classes = len(catalog.pictures), len(catalog.class_names)
    of = "1 picture" if count == 1 else f"{count:,} pictures"
    return f"{of} in " + ("1 class" if classes == 1 else f"{classes:,} classes")


def _split_words(catalog: Catalog) -> str:
    parts = [
        f"{count:,} {words}"
        for split, words in _SPLIT_WORDS.items()
        if (count := len(catalog.in_split(split)))
    ]
    if len(parts) < 2:
        return "A share of the pictures is set aside for validation when you train."
    return " · ".join(parts)
