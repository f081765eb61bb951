"""The Results page: how good the classifier is, where it errs, and a place to try it."""

from pathlib import Path

from PySide6.QtCore import Qt, Signal
from PySide6.QtWidgets import QHBoxLayout, QStackedWidget, QTabWidget, QVBoxLayout, QWidget

from desktop_app.engine.evaluation import Prediction
from desktop_app.engine.report import Report
from desktop_app.engine.run import Run
from desktop_app.ui.card import label
from desktop_app.ui.confusion_panel import ConfusionPanel
from desktop_app.ui.saving import TablePanel
from desktop_app.ui.score_table import ScoreTable
from desktop_app.ui.summary_card import SummaryCard
from desktop_app.ui.theme import GAP, MARGIN
from desktop_app.ui.try_out import TryOut

_TRY_WIDTH = 280
_CLASSES = "How well each class is told from the others. A click on a column sorts."


class ResultsPage(QWidget):
    """Emits what the user wants and draws what was found."""

    pictures_dropped = Signal(list)  # of Path; chosen, too: the window passes on what is dropped
    evaluate_requested = Signal(Path)
    open_run_folder_requested = Signal()
    repeat_requested = Signal()
    export_requested = Signal()

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.summary = SummaryCard()
        self.confusion = ConfusionPanel()
        self.scores = ScoreTable()
        self.try_out = TryOut()
        self.try_out.setFixedWidth(_TRY_WIDTH)
        self.tabs = QTabWidget()
        self.tabs.setDocumentMode(True)
        classes = TablePanel(_CLASSES, self.scores, "classes.csv")
        for panel, title in (
            (self.confusion, "Confusion &matrix"),
            (classes, "&Classes"),
        ):
            self.tabs.addTab(panel, title)
        left = QVBoxLayout()
        left.setSpacing(GAP)
        left.addWidget(self.summary)
        left.addWidget(self.tabs, 1)
        filled = QWidget()
        layout = QHBoxLayout(filled)
        layout.setContentsMargins(0, 0, 0, 0)
        layout.setSpacing(GAP)
        layout.addLayout(left, 1)
        layout.addWidget(self.try_out)
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
        self.try_out.pictures_chosen.connect(self.pictures_dropped)

    def show_empty(self) -> None:
        """There is no run."""
        self._stack.setCurrentWidget(self._empty)

    def show_run(self, run: Run) -> None:
        """Show a run and its own report."""
        self.summary.show_run(run)
        self.try_out.clear(run.class_names)
        self._draw(run.report)
        self._stack.setCurrentWidget(self._filled)

    def show_report(self, report: Report) -> None:
        """Show how the same classifier does on other pictures."""
        self.summary.show_report(report)
        self._draw(report)

    def show_predicting(self, text: str) -> None:
        """The dropped pictures are being looked at."""
        self.try_out.show_predicting(text)

    def show_predictions(self, predictions: list[Prediction]) -> None:
        """What the classifier says of the dropped pictures."""
        self.try_out.show_predictions(predictions)

    def _draw(self, report: Report) -> None:
        self.confusion.show_report(report)
        self.scores.show_report(report)
