"""The confusion matrix with its axes named, and buttons to copy and save it."""

from pathlib import Path

from PySide6.QtCore import QRect
from PySide6.QtGui import QResizeEvent
from PySide6.QtWidgets import QFrame, QHBoxLayout, QVBoxLayout, QWidget

from desktop_app.engine.report import Report
from desktop_app.ui.card import label, small_button
from desktop_app.ui.confusion_view import ConfusionView
from desktop_app.ui.dialogs import ask_save
from desktop_app.ui.theme import GAP, set_role

_LEGEND = "Rows: what the pictures show. Columns: what the classifier says."
_FILTERS = {"PNG picture (*.png)": "png", "CSV table (*.csv)": "csv"}


class ConfusionPanel(QWidget):
    """Frames a `ConfusionView`."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.view = ConfusionView()
        self._stage = _Stage(self.view)
        self._note = label(_LEGEND, "hint", True)
        copy = small_button(
            "C&opy", "Copy the whole matrix for a spreadsheet; Ctrl+C copies what is selected"
        )
        save = small_button("&Save…", "Save the matrix as a PNG picture or a CSV table")
        row = QHBoxLayout()
        row.addWidget(self._note, 1)
        for button in (copy, save):
            row.addWidget(button)
        layout = QVBoxLayout(self)
        layout.setContentsMargins(0, 6, 0, 0)
        layout.addLayout(row)
        layout.addWidget(self._stage, 1)
        copy.clicked.connect(self._copy)
        save.clicked.connect(self._choose)

    def show_report(self, report: Report) -> None:
        """Show another matrix."""
        self._note.setText(_LEGEND)
        self.view.show_report(report)
        self._stage.arrange()

    def save(self, path: Path) -> None:
        """Write the matrix to `path` and say how it went."""
        try:
            self.view.save(path)
        except OSError as error:
            self._note.setText(f"Not saved: {error}")
        else:
            self._note.setText(f"Saved as {path.name}")

    def _copy(self) -> None:
        self.view.clearSelection()
        self.view.copy()
        self._note.setText("Copied: paste it into a spreadsheet")

    def _choose(self) -> None:
        ask_save(self, "Save the confusion matrix", "confusion.png", _FILTERS, self.save)


class _Stage(QFrame):
    """Has the matrix in its middle, as large as it goes."""

    def __init__(self, view: ConfusionView) -> None:
        super().__init__()
        set_role(self, "card")
        self.setMinimumSize(160, 120)
        self._view = view
        view.setParent(self)

    def resizeEvent(self, event: QResizeEvent) -> None:
        """Use the room."""
        super().resizeEvent(event)
        self.arrange()

    def arrange(self) -> None:
        """Put the matrix in its place."""
        room = self.rect().adjusted(GAP, GAP, -GAP, -GAP)
        place = QRect(room.topLeft(), self._view.fit(room.size()))
        place.moveCenter(room.center())
        self._view.setGeometry(place)
