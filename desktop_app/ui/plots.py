"""The live curves of accuracy and loss: matplotlib, brought in when the first epoch arrives."""

import importlib
import sys
from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING

from PySide6.QtCore import Qt, QTimer, Slot
from PySide6.QtGui import QShowEvent
from PySide6.QtWidgets import QHBoxLayout, QLabel, QStackedLayout, QToolButton, QVBoxLayout, QWidget

from desktop_app.engine.history import EpochRow, write_csv
from desktop_app.ui.background import Background
from desktop_app.ui.card import small_button
from desktop_app.ui.dialogs import ask_save
from desktop_app.ui.elided_label import ElidedLabel
from desktop_app.ui.theme import GAP, set_role

if TYPE_CHECKING:
    from desktop_app.ui.history_canvas import HistoryCanvas

_CANVAS = "desktop_app.ui.history_canvas"
INTERVAL = 200  # milliseconds between two drawings, however fast the epochs rush in
_TRANSFER = "Every picture goes through the backbone once.\nThen the head trains and the curves appear here."
_FROM_SCRATCH = (
    "Every picture goes through the whole network at each epoch.\nAfter the first, the curves appear here."
)
_FILTERS = {
    "PNG picture (*.png)": "png",
    "SVG drawing (*.svg)": "svg",
    "PDF (*.pdf)": "pdf",
    "CSV table (*.csv)": "csv",
}


def preload() -> None:
    """Import matplotlib ahead of the first plot.

    Call it in a worker thread: there it makes the window 11 ms late, in the window's own thread 430 ms.
    """
    importlib.import_module(_CANVAS)


class HistoryPlot(QWidget):
    """Curves, the latest figures in words, and buttons to zoom, move and save."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._rows: list[EpochRow] = []
        self._planned = 0
        self._compared: tuple[EpochRow, ...] = ()
        self._kept: EpochRow | None = None
        self._canvas: HistoryCanvas | None = None
        self._stale = False
        self._timer = QTimer(self, singleShot=True, interval=INTERVAL)
        self._timer.timeout.connect(self._refresh_if_stale)

        self._background = Background()
        self._background.ended.connect(self._end)
        self._figures = ElidedLabel(role="hint")
        self._zoom = small_button("&Zoom", "Draw a rectangle to look closer; the mouse wheel zooms too")
        self._pan = small_button("Pan", "Drag the curves with the mouse")
        self._reset = small_button("Whole", "Show all epochs again (Home)")
        self._save = small_button("Save…", "Save the curves as PNG, SVG or PDF, or the numbers as CSV")
        self._zoom.setCheckable(True)
        self._pan.setCheckable(True)
        self._zoom.clicked.connect(lambda: self._toggle(self._zoom))
        self._pan.clicked.connect(lambda: self._toggle(self._pan))
        self._reset.clicked.connect(self._show_all)
        self._save.clicked.connect(self._choose_file)
        self._buttons = (self._zoom, self._pan, self._reset, self._save)

        self._empty = QLabel()
        self._empty.setAlignment(Qt.AlignmentFlag.AlignCenter)
        self._empty.setWordWrap(True)
        set_role(self._empty, "hint")
        bar = QHBoxLayout()
        bar.setSpacing(2)
        bar.addWidget(self._figures, 1)
        for button in self._buttons:
            bar.addWidget(button)
        self._stack = QStackedLayout()
        self._stack.addWidget(self._empty)
        layout = QVBoxLayout(self)
        layout.setContentsMargins(0, 0, 0, 0)
        layout.setSpacing(GAP // 2)
        layout.addLayout(bar)
        layout.addLayout(self._stack, 1)
        self.setMinimumHeight(180)
        self.clear("The curves of accuracy and loss appear here when training starts.")

    @property
    def rows(self) -> tuple[EpochRow, ...]:
        """The epochs shown."""
        return tuple(self._rows)

    def clear(self, text: str) -> None:
        """No curves, and `text` in their place."""
        self._rows.clear()
        self._stale = False
        self._empty.setText(text)
        self._stack.setCurrentWidget(self._empty)
        self._tell()

    def begin(self, epochs: int, compared: Sequence[EpochRow] = ()) -> None:
        """Make ready for a run of so many epochs, to be drawn beside another run's."""
        self._planned = epochs
        self._compared = tuple(compared)
        self._keep(None)
        if _CANVAS in sys.modules:
            self._make_canvas().compare(self._compared)  # now, so that the first epoch need not wait for it
        self.clear(_FROM_SCRATCH if compared else _TRANSFER)

    def add(self, row: EpochRow) -> None:
        """One more epoch; drawn at once or within a fifth of a second."""
        self._rows.append(row)
        self._stale = True
        if not self._timer.isActive():
            self._refresh_if_stale()

    def end(self, kept: int = 0) -> None:
        """The run is over: the axis ends where the data does, and the epoch that was kept is marked."""
        self._planned = 0
        self._keep(next((row for row in self._rows if row.epoch == kept), None))
        if self._rows:
            self._timer.stop()
            self._refresh()

    def save(self, path: Path) -> None:
        """Write the curves, or for a name in .csv the numbers, to `path`."""
        if path.suffix.lower() == ".csv" or self._canvas is None:
            try:
                write_csv(path, self._rows)
            except (OSError, ValueError) as error:
                self._end(path, error)
            else:
                self._end(path, None)
        else:
            self._figures.setText("Saving…")
            self._background.start(path, self._canvas.curves.writer(path))

    def showEvent(self, event: QShowEvent) -> None:
        """Draw what came in while another page was in front."""
        super().showEvent(event)
        self._refresh_if_stale()

    def _refresh_if_stale(self) -> None:
        if self._stale and self.isVisible():
            self._refresh()

    def _refresh(self) -> None:
        self._stale = False
        canvas = self._make_canvas()
        self._stack.setCurrentWidget(canvas)
        canvas.show_rows(self._rows, self._planned)
        self._tell()
        # On a slow machine, drawing leaves at least four fifths of the time to everything else.
        self._timer.start(max(INTERVAL, min(1000, round(5000 * canvas.cost))))

    def _make_canvas(self) -> "HistoryCanvas":
        if self._canvas is None:
            from desktop_app.ui.history_canvas import HistoryCanvas

            self._canvas = HistoryCanvas(self)
            self._canvas.hovered.connect(self._hover)
            self._canvas.setAccessibleName("Accuracy and loss by epoch")
            self._canvas.compare(self._compared)
            self._canvas.keep(self._kept)
            self._stack.addWidget(self._canvas)
        return self._canvas

    def _tell(self) -> None:
        """The latest figures or those that were kept, in words for the eye and for a screen reader."""
        row = self._kept or (self._rows[-1] if self._rows else None)
        text = _figures(row) if row else ""
        self._figures.setText(_headline(row, row is self._kept) if row else "", text)
        for target in (self, self._canvas):
            if target:
                target.setAccessibleDescription(text)
        for button in self._buttons:
            button.setEnabled(bool(self._rows))

    def _keep(self, row: EpochRow | None) -> None:
        if row is not self._kept and self._canvas:
            self._canvas.keep(row)
        self._kept = row

    def _hover(self, text: str) -> None:
        if text:
            self._figures.setText(text)
        else:
            self._tell()

    @Slot(object, object)
    def _end(self, path: Path, error: Exception | None) -> None:
        self._figures.setText(f"Not saved: {error}" if error else f"Saved as {path.name}")

    def _toggle(self, button: QToolButton) -> None:
        """Zoom and pan exclude each other, as matplotlib has it."""
        navigator = self._make_canvas().navigator
        navigator.zoom() if button is self._zoom else navigator.pan()
        for each, mode in ((self._zoom, "ZOOM"), (self._pan, "PAN")):
            each.setChecked(navigator.mode.name == mode)
            set_role(each, "" if each.isChecked() else "quiet")

    def _show_all(self) -> None:
        self._make_canvas().show_all()

    def _choose_file(self) -> None:
        ask_save(self, "Save the curves", "curves.png", _FILTERS, self.save)


def _headline(row: EpochRow, kept: bool) -> str:
    epoch = f"Epoch {row.epoch} was kept" if kept else f"Epoch {row.epoch}"
    if row.val_accuracy is None:
        return f"{epoch}: {100 * row.accuracy:.1f} % in training"
    return f"{epoch}: {100 * row.val_accuracy:.1f} % in validation"


def _figures(row: EpochRow) -> str:
    def pair(train: str, validation: str | None) -> str:
        return f"{train} training, {validation} validation" if validation else train

    accuracy = pair(f"{row.accuracy:.1%}", None if row.val_accuracy is None else f"{row.val_accuracy:.1%}")
    loss = pair(f"{row.loss:.3f}", None if row.val_loss is None else f"{row.val_loss:.3f}")
    stage = {"head": "", "tuning": " of fine-tuning", "scratch": " from scratch"}[row.stage]
    return f"Epoch {row.epoch}{stage}  ·  accuracy {accuracy}  ·  loss {loss}".replace("%", " %")
