"""The Results page: how good the classifier is, and where it errs."""

from pathlib import Path

from PySide6.QtCore import Qt, Signal
from PySide6.QtWidgets import QStackedWidget, QTabWidget, QVBoxLayout, QWidget

from desktop_app.engine.report import Report
from desktop_app.engine.run import Run
from desktop_app.ui.card import label
from desktop_app.ui.confusion_panel import ConfusionPanel
from desktop_app.ui.saving import TablePanel
from desktop_app.ui.score_table import ScoreTable
from desktop_app.ui.summary_card import SummaryCard
from desktop_app.ui.theme import GAP, MARGIN

_CLASSES = "How well each class is told from the others. A click on a column sorts."


class ResultsPage(QWidget):
    """Emits what the user wants and draws what was found."""

    evaluate_requested = Signal(Path)
    open_run_folder_requested = Signal()
    repeat_requested = Signal()
    export_requested = Signal()

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.summary = SummaryCard()
        self.confusion = ConfusionPanel()
        self.scores = ScoreTable()
        self.tabs = QTabWidget()
        self.tabs.setDocumentMode(True)
        classes = TablePanel(_CLASSES, self.scores, "classes.csv")
        for panel, title in (
            (self.confusion, "Confusion &matrix"),
            (classes, "&Classes"),
        ):
            self.tabs.addTab(panel, title)
        filled = QWidget()
        layout = QVBoxLayout(filled)
        layout.setContentsMargins(0, 0, 0, 0)
        layout.setSpacing(GAP)
        layout.addWidget(self.summary)
        layout.addWidget(self.tabs, 1)
        self._filled = filled
        self._empty = label(
            "There are no results yet.\nTrain a classifier first; what it can do is shown here.", "hint"
        )
        self._empty.setAlignment(Qt.AlignmentFlag.AlignCenter)
        self._stack = QStackedWidget()
        self._stack.addWidget(self._empty)
        self._stack.addWidget(filled)
        around = QVBoxLayout(self)
        around.setContentsMargins(MARGIN, MARGIN, MARGIN, MARGIN)
        around.addWidget(self._stack)

        self.summary.evaluate_requested.connect(self.evaluate_requested)
        self.summary.open_run_folder_requested.connect(self.open_run_folder_requested)
        self.summary.repeat_requested.connect(self.repeat_requested)
        self.summary.export_requested.connect(self.export_requested)

    def show_empty(self) -> None:
        """There is no run."""
        self._stack.setCurrentWidget(self._empty)

    def show_run(self, run: Run) -> None:
        """Show a run and its own report."""
        self.summary.show_run(run)
        self._draw(run.report)
        self._stack.setCurrentWidget(self._filled)

    def show_report(self, report: Report) -> None:
        """Show how the same classifier does on other pictures."""
        self.summary.show_report(report)
        self._draw(report)

    def _draw(self, report: Report) -> None:
        self.confusion.show_report(report)
        self.scores.show_report(report)
