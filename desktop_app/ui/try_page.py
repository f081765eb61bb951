"""The Try page: what the classifier makes of pictures that it has never seen."""

from collections.abc import Iterable
from pathlib import Path
from typing import Any

from PySide6.QtCore import Qt, Signal
from PySide6.QtGui import QGuiApplication, QShowEvent
from PySide6.QtWidgets import (
    QCheckBox,
    QComboBox,
    QHBoxLayout,
    QLabel,
    QStackedWidget,
    QVBoxLayout,
    QWidget,
)

from desktop_app.engine.conformal import COVERAGES
from desktop_app.engine.run import Run
from desktop_app.engine.trial import Trial, Tried
from desktop_app.ui import camera
from desktop_app.ui.ask_folder import ask_folder
from desktop_app.ui.buttons import push_button
from desktop_app.ui.card import label, progress_bar
from desktop_app.ui.dialogs import Mode, ask_open, ask_save
from desktop_app.ui.drop_box import PICTURES, DropBox
from desktop_app.ui.drop_zone import DropZone
from desktop_app.ui.dropped import paths_in
from desktop_app.ui.elided_label import ElidedLabel
from desktop_app.ui.no_run import NoRun
from desktop_app.ui.theme import GAP, MARGIN
from desktop_app.ui.thumbnails import Thumbnails
from desktop_app.ui.tried_table import TriedTable
from desktop_app.ui.tried_view import TriedView
from desktop_app.ui.wording import pictures

_BESIDE = 400  # of the chosen picture's column, pixels
_USUAL = COVERAGES.index(0.9)
_NO_CLASSIFIER = "There is no classifier yet.\nWhat one makes of new pictures is shown here."
_COMING = "They are being looked at."
_WAIT = "The answers appear here as they come."
_NOTHING = (
    "Drop pictures or a folder of them, or paste them.\n"
    "Each gets a label, how sure that is, and a flag if it is unlike anything seen in training."
)


class TryPage(QWidget):
    """Takes pictures and folders of them, and draws what was found."""

    pictures_dropped = Signal(object)  # list[Path], also of folders; dropped or chosen
    image_pasted = Signal(object)  # QImage
    nothing_pasted = Signal()
    sort_requested = Signal(object)  # Path of the folder; `shown` says what
    save_requested = Signal(object)  # Path of the file
    stop_requested = Signal()

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.trial: Trial | None = None
        self._trouble, self._invitation = "", _NOTHING
        self.thumbnails = Thumbnails(self, budget=16 << 20)
        self.box = DropBox("Drop pictures or folders here, paste them, or press to choose")
        self.box.setMinimumHeight(48)
        self.box.clicked.connect(self._choose)
        self.camera = push_button("Ca&mera…", self._open_camera, tip="Take pictures to try")
        self.camera.hide()
        self._media: Any = None
        self._looked_for_camera = False
        self.none = NoRun(_NO_CLASSIFIER)
        self.nothing = _hint(_NOTHING)
        self.table = TriedTable()
        self.view = TriedView(self.thumbnails)
        self.view.setFixedWidth(_BESIDE)
        self.coverage = QComboBox()
        self.unknown_only = QCheckBox("&Unknown only")
        self.count = ElidedLabel("", "hint")
        self.clear = push_button("&Clear", self.show_none, "quiet", "Forget the pictures in the table")
        tip = "Copy the pictures of the table into a folder for each class"
        self.sort = push_button("S&ort into class folders…", self._ask_folder, tip=tip)
        tip = "All that is known of the pictures of the table, for a spreadsheet"
        self.save = push_button("S&ave as CSV…", self._ask_file, tip=tip)
        self.bar = progress_bar("How far it is")
        self.pace = ElidedLabel("", "hint")
        self.stop = push_button("S&top", self.stop_requested.emit)
        self._lay_out()
        self._zone = DropZone(self, self._describe_drop)
        self._zone.dropped.connect(self.pictures_dropped)
        self.table.chosen.connect(lambda _tried: self._draw())
        self.coverage.currentIndexChanged.connect(lambda _index: self._change_sets())
        self.unknown_only.toggled.connect(self._filter)
        self.show_idle()
        self.show_none()

    @property
    def share(self) -> float:
        """How often the sets are to hold the right class."""
        return COVERAGES[max(self.coverage.currentIndex(), 0)]

    def show_run(self, _run: Run) -> None:
        """Begin anew with another classifier."""
        self.trial, self._trouble = None, ""
        self.show_none()
        self._stack.setCurrentIndex(1)

    def show_empty(self) -> None:
        """There is no classifier any more."""
        self._stack.setCurrentIndex(0)

    def show_running(self, fraction: float, text: str) -> None:
        """Pictures are being looked at."""
        self._running.setVisible(True)
        self._invite()
        self.bar.setValue(round(1000 * fraction))
        self.pace.setText(text)

    def show_idle(self, trouble: str = "") -> None:
        """Nothing is at work; `trouble` says why nothing could be called unknown."""
        self._running.setVisible(False)
        self._invite()
        self._trouble = trouble
        self._draw()

    def show_trial(self, trial: Trial) -> None:
        """What the pictures are judged by, which comes before their answers."""
        self.trial = trial
        for place, coverage in enumerate(COVERAGES):
            sets = trial.sets[coverage]
            why = sets if isinstance(sets, str) else ""
            self.coverage.setItemData(place, why or None, Qt.ItemDataRole.ToolTipRole)
        self._change_sets()

    def add_tried(self, tried: list[Tried]) -> None:
        """More answers; the first of all is shown at once."""
        self.table.tried.add(tried)
        if tried and self.table.current() is None:
            self.table.choose(tried[0].file)
        self._count()
        self._draw()

    def amend_tried(self, tried: Iterable[Tried]) -> None:
        """More is known of answers; those that were cleared stay away."""
        self.table.tried.add(one for one in tried if self.table.tried.row_of(one.file) >= 0)
        self._count()
        self._draw()

    def show_none(self) -> None:
        """No pictures."""
        self.table.tried.clear()
        self._count()
        self._draw()

    def _change_sets(self) -> None:
        trial, share = self.trial, self.share
        if trial:
            self.table.tried.set_members(lambda tried: trial.members(tried, share))
        self._draw()

    def _filter(self, only: bool) -> None:
        self.table.set_unknown_only(only)
        self._count()

    def _count(self) -> None:
        rows = self.table.tried.rows
        unknown = sum(one.unknown for one in rows)
        known = any(one.neighbours for one in rows)  # else nothing could be called unknown
        flagged = f", {unknown:,} unknown" if known else ""
        self.count.setText(f"{pictures(len(rows))}{flagged}" if rows else "")
        self._filled.setCurrentIndex(1 if rows else 0)
        for part in (self.clear, self.unknown_only):
            part.setEnabled(bool(rows))
        shown = self.table.model().rowCount() > 0
        for button in (self.sort, self.save):
            button.setEnabled(shown)

    def _invite(self) -> None:
        """What is said while there are no answers."""
        self.nothing.setText(self._invitation if self._running.isHidden() else _WAIT)

    def _draw(self) -> None:
        coming = _COMING if self._running.isVisibleTo(self) else ""
        self.view.show_tried(self.table.current(), self.trial, self.share, self._trouble or coming)

    def showEvent(self, event: QShowEvent) -> None:
        """Offer a camera if there is one: to look for it takes a moment where its library is installed."""
        super().showEvent(event)
        if not self._looked_for_camera:
            self._looked_for_camera = True
            self._media = camera.multimedia()
            why = camera.why_no_camera(self._media)
            self.camera.setVisible(not why)
            self._invitation = f"{_NOTHING}\n\n{why}".strip()
            self._invite()

    def _open_camera(self) -> None:
        dialog = camera.CameraDialog(self._media, self)
        dialog.taken.connect(self.image_pasted)
        dialog.open()

    def paste(self) -> None:
        """Take pictures, folders or an image from the clipboard."""
        data = QGuiApplication.clipboard().mimeData()
        if paths := paths_in(data):
            self.pictures_dropped.emit(paths)
        elif data.hasImage():
            self.image_pasted.emit(QGuiApplication.clipboard().image())
        else:
            self.nothing_pasted.emit()

    def _ask_folder(self) -> None:
        ask_folder(self, "Sort into class folders in", self.sort_requested.emit)

    def _ask_file(self) -> None:
        ask_save(self, "Save as CSV", "tried.csv", {"CSV (*.csv)": "csv"}, self.save_requested.emit)

    def _describe_drop(self, paths: list[Path]) -> str:
        return "Drop to try this" if len(paths) == 1 else "Drop to try these"

    def _choose(self) -> None:
        ask_open(self, "Choose pictures to try", Mode.ExistingFiles, PICTURES, self.pictures_dropped.emit)

    def _lay_out(self) -> None:
        left = QVBoxLayout()
        left.setSpacing(GAP)
        left.addLayout(self._make_choices())
        left.addWidget(self.table, 1)
        self._below = QHBoxLayout()
        self._below.setSpacing(GAP)
        self._below.addWidget(self.clear)
        self._below.addStretch(1)
        self._below.addWidget(self.save)
        self._below.addWidget(self.sort)
        left.addLayout(self._below)
        filled = QWidget()
        columns = QHBoxLayout(filled)
        columns.setContentsMargins(0, 0, 0, 0)
        columns.setSpacing(GAP)
        columns.addLayout(left, 1)
        columns.addWidget(self.view)
        self._filled = _stack(self.nothing, filled)
        self._running = QWidget()
        running = QHBoxLayout(self._running)
        running.setContentsMargins(0, 0, 0, 0)
        running.setSpacing(GAP)
        running.addWidget(self.bar, 1)
        running.addWidget(self.pace, 1)
        running.addWidget(self.stop)
        ready = QWidget()
        column = QVBoxLayout(ready)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(GAP)
        above = QHBoxLayout()
        above.setSpacing(GAP)
        above.addWidget(self.box, 1)
        above.addWidget(self.camera)
        column.addLayout(above)
        column.addWidget(self._running)
        column.addWidget(self._filled, 1)
        self._stack = _stack(self.none, ready)
        around = QVBoxLayout(self)
        around.setContentsMargins(MARGIN, MARGIN, MARGIN, MARGIN)
        around.addWidget(self._stack)

    def _make_choices(self) -> QHBoxLayout:
        """What is shown of the answers."""
        self.coverage.addItems([f"{100 * share:g} %" for share in COVERAGES])
        self.coverage.setCurrentIndex(_USUAL)
        self.coverage.setToolTip("How often the set of classes is to hold the right one")
        words = QLabel("&Sets hold the right class")
        words.setBuddy(self.coverage)
        row = QHBoxLayout()
        row.setSpacing(GAP)
        row.addWidget(self.count, 1)
        row.addWidget(self.unknown_only)
        row.addWidget(words)
        row.addWidget(self.coverage)
        return row


def _stack(*pages: QWidget) -> QStackedWidget:
    made = QStackedWidget()
    for page in pages:
        made.addWidget(page)
    return made


def _hint(text: str) -> QLabel:
    """Where there is nothing yet."""
    made = label(text, "hint")
    made.setAlignment(Qt.AlignmentFlag.AlignCenter)
    return made
