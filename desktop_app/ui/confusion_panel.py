"""The confusion matrix with its axes named, and buttons to copy and save it."""

from pathlib import Path

from PySide6.QtWidgets import QHBoxLayout, QVBoxLayout, QWidget

from desktop_app.engine.report import Report
from desktop_app.ui.card import label, small_button
from desktop_app.ui.confusion_view import ConfusionView
from desktop_app.ui.dialogs import ask_save

_LEGEND = "Rows: what the pictures show. Columns: what the classifier says."
_FILTERS = {"PNG picture (*.png)": "png", "CSV table (*.csv)": "csv"}


class ConfusionPanel(QWidget):
    """Frames a `ConfusionView`."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.view = ConfusionView()
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
        layout.addWidget(self.view, 1)
        copy.clicked.connect(self._copy)
        save.clicked.connect(self._choose)

    def show_report(self, report: Report) -> None:
        """Show another matrix."""
        self._note.setText(_LEGEND)
        self.view.show_report(report)

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
