"""The Results page: how good the classifier is, and where it errs."""

from pathlib import Path

from PySide6.QtCore import Signal
from PySide6.QtWidgets import QHBoxLayout, QStackedWidget, QTabWidget, QVBoxLayout, QWidget

from desktop_app.engine.judgement import Judgement, Measured
from desktop_app.engine.report import Report
from desktop_app.engine.run import Run
from desktop_app.ui.card import Card, label, push_button
from desktop_app.ui.cell_dialog import CellDialog
from desktop_app.ui.confusion_panel import ConfusionPanel
from desktop_app.ui.judged_panels import CalibrationPanel, CurvesPanel
from desktop_app.ui.labels_panel import LabelsPanel
from desktop_app.ui.mistakes_panel import MistakesPanel
from desktop_app.ui.no_run import NoRun
from desktop_app.ui.question_panels import MorePicturesPanel, TransferPanel
from desktop_app.ui.safe_text import safe
from desktop_app.ui.saving import TablePanel
from desktop_app.ui.score_table import ScoreTable
from desktop_app.ui.summary_card import SummaryCard
from desktop_app.ui.theme import GAP, MARGIN
from desktop_app.ui.thumbnails import Thumbnails

_OLD = (
    "This run is of an older version, which did not keep the answers to single pictures. Curves, calibration "
    "and mistakes need them."
)
_IMPORTED = (
    "This model was imported from “{}”. The figures are its maker's, and so are the pictures. Test it on "
    "pictures of your own: then curves, calibration and mistakes appear here."
)
_CLASSES = (
    "Precision: how much of what is called so is so. Recall: how much of what is so was found. "
    "A click on a column sorts."
)


class ResultsPage(QWidget):
    """Emits what the user wants and draws what was found.

    Below the summary, each tab tells one thing; whoever adds one adds a line to the list of panels.
    """

    evaluate_requested = Signal(Path)
    open_run_folder_requested = Signal()
    repeat_requested = Signal()
    train_on_requested = Signal()
    export_requested = Signal()
    split_requested = Signal(str)  # train, val or test: what the run is to be judged on
    look_again_requested = Signal()
    report_requested = Signal(object)  # Path of the HTML file

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.summary = SummaryCard()
        self.confusion = ConfusionPanel()
        self.scores = ScoreTable()
        self.curves = CurvesPanel()
        self.calibration = CalibrationPanel()
        self.thumbnails = Thumbnails(self, budget=64 << 20)
        self.mistakes = MistakesPanel(self.thumbnails)
        self.transfer = TransferPanel()
        self.more_pictures = MorePicturesPanel()
        self.labels = LabelsPanel(self.thumbnails)
        self.measured: Measured | None = None  # the run on its own pictures
        self.judgement: Judgement | None = None  # what is shown
        self.tabs = QTabWidget()
        self.tabs.setDocumentMode(True)
        classes = TablePanel(_CLASSES, self.scores, "classes.csv")
        for panel, title in (
            (self.confusion, "Confusion &matrix"),
            (classes, "&Classes"),
            (self.curves, "C&urves"),
            (self.calibration, "Cali&bration"),
            (self.mistakes, "M&istakes"),
            (self.transfer, "Tra&nsfer"),
            (self.more_pictures, "M&ore pictures"),
            (self.labels, "&Labels"),
        ):
            self.tabs.addTab(panel, title)
        filled = QWidget()
        layout = QVBoxLayout(filled)
        layout.setContentsMargins(0, 0, 0, 0)
        layout.setSpacing(GAP)
        layout.addWidget(self.summary)
        layout.addWidget(self._make_offer())
        layout.addWidget(self.tabs, 1)
        self._filled = filled
        self.none = NoRun("There are no results yet.\nWhat a trained classifier can do is shown here.")
        self._stack = QStackedWidget()
        self._stack.addWidget(self.none)
        self._stack.addWidget(filled)
        around = QVBoxLayout(self)
        around.setContentsMargins(MARGIN, MARGIN, MARGIN, MARGIN)
        around.addWidget(self._stack)

        self.summary.evaluate_requested.connect(self.evaluate_requested)
        self.summary.open_run_folder_requested.connect(self.open_run_folder_requested)
        self.summary.repeat_requested.connect(self.repeat_requested)
        self.summary.train_on_requested.connect(self.train_on_requested)
        self.summary.export_requested.connect(self.export_requested)
        self.summary.report_requested.connect(self.report_requested)
        self.summary.split_requested.connect(self.split_requested)
        self.confusion.cell_opened.connect(self._open_cell)

    def show_empty(self) -> None:
        """There is no run."""
        self._stack.setCurrentWidget(self.none)

    def show_transfer(self) -> None:
        """Bring the tab to the front that says whether transfer has helped."""
        self.tabs.setCurrentWidget(self.transfer)

    def show_run(self, run: Run) -> None:
        """Show a run and its own report."""
        self.measured = None
        self.summary.show_run(run)
        self._offer.hide()
        self._again.setVisible(not run.imported)
        self._why.setText(_IMPORTED.format(safe(run.imported)) if run.imported else _OLD)
        for panel in (self.transfer, self.more_pictures, self.labels):
            panel.forget()
        self._draw(run.report, None)
        self._stack.setCurrentWidget(self._filled)

    def show_measured(self, measured: Measured | None) -> None:
        """Show the run on one split of its pictures; None where nobody knows what it said of them."""
        self.measured = measured
        self._offer.setVisible(measured is None)
        if measured:
            self.summary.show_counts(measured.counts)
            self.show_judgement(measured.judgement)

    def show_judgement(self, judgement: Judgement) -> None:
        """Show how the same classifier does on these or other pictures."""
        self._draw(judgement.report, judgement)

    def _draw(self, report: Report, judgement: Judgement | None) -> None:
        self.judgement = judgement
        self.summary.report.setEnabled(judgement is not None and self.measured is not None)
        self.summary.show_report(report)
        self.confusion.set_opens(judgement is not None)
        self.confusion.show_report(report)
        self.scores.show_report(report)
        for panel in (self.curves, self.calibration, self.mistakes):
            panel.show_judgement(judgement)

    def _open_cell(self, truth: int, said: int) -> None:
        """Show the pictures behind a cell of the matrix."""
        if self.judgement and len(rows := self.judgement.cell(truth, said)):
            judged = [self.judgement.mistake(row) for row in rows]
            CellDialog(judged, self.thumbnails, self).open()

    def _make_offer(self) -> QWidget:
        """What is said where a run has no answers of its own: it is old, or was imported."""
        self._offer = Card()
        row = QHBoxLayout()
        self._again = push_button(
            "Look at the pictures a&gain", "Ask the model about the pictures it was trained and judged on"
        )
        self._again.clicked.connect(lambda _checked: self.look_again_requested.emit())
        self._why = label(_OLD, wrap=True)
        row.addWidget(self._why, 1)
        row.addWidget(self._again)
        self._offer.body.addLayout(row)
        self._offer.hide()
        return self._offer
