"""The result in one figure, with all that a reader must know to weigh it."""

from pathlib import Path

from PySide6.QtCore import Qt, Signal
from PySide6.QtWidgets import QHBoxLayout, QVBoxLayout, QWidget

from desktop_app.engine.report import Report
from desktop_app.engine.run import Run
from desktop_app.ui.card import Card, label, push_button
from desktop_app.ui.dialogs import Mode, ask_open
from desktop_app.ui.theme import GAP
from desktop_app.ui.wording import accuracy_sentence, percent


class SummaryCard(Card):
    """Accuracy with its interval, the backbone and its weights, and the ways on from here."""

    evaluate_requested = Signal(Path)
    open_run_folder_requested = Signal()
    repeat_requested = Signal()
    export_requested = Signal()

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent=parent)
        self.figure = label(role="figure")
        self.sentence = label(wrap=True)
        self.caution = label(role="hint", wrap=True)
        self.base = label(role="hint", wrap=True)
        self.untrained = label(role="warning", wrap=True)
        self.evaluate = push_button(
            "&Test on other pictures…", "Choose a folder of class folders that the classifier has never seen"
        )
        self.folder = push_button("Open &run folder", "The model, its history and this report as files")
        self.again = push_button(
            "Repeat…", "Take this run's settings to the Train page, to change and train anew"
        )
        self.export = push_button("E&xport…", "Take the classifier elsewhere", "primary")
        self.evaluate.clicked.connect(self._choose)
        self.folder.clicked.connect(lambda _checked: self.open_run_folder_requested.emit())
        self.again.clicked.connect(lambda _checked: self.repeat_requested.emit())
        self.export.clicked.connect(lambda _checked: self.export_requested.emit())

        words = QVBoxLayout()
        words.setSpacing(3)
        for line in (self.sentence, self.caution, self.base, self.untrained):
            words.addWidget(line)
        row = QHBoxLayout()
        row.setSpacing(GAP * 2)
        row.addWidget(self.figure, 0, Qt.AlignmentFlag.AlignTop)
        row.addLayout(words, 1)
        buttons = QHBoxLayout()
        buttons.setSpacing(GAP // 2)
        buttons.addStretch(1)
        for button in (self.folder, self.again, self.evaluate, self.export):
            buttons.addWidget(button)
        self.body.addLayout(row)
        self.body.addLayout(buttons)

    def show_run(self, run: Run) -> None:
        """Name the base and its weights, and show the run's own report."""
        name = run.spec.base.backbone
        fresh, tuning = run.spec.start == "scratch", _head(run) + _tuning(run)
        origin = run.weights_origin if fresh else f"weights: {run.weights_origin}"
        self.base.setText(f"{name}, {origin}{tuning}")
        self.untrained.setText(
            f"{name}, untrained base: its weights are random, so expect little of it{tuning}."
        )
        self.base.setVisible(not run.untrained)
        self.untrained.setVisible(run.untrained)
        self.show_report(run.report)

    def show_report(self, report: Report) -> None:
        """Show another report of the same run."""
        self.figure.setText(percent(report.accuracy))
        self.figure.setAccessibleName(f"Accuracy {percent(report.accuracy)}")
        self.sentence.setText(f"{accuracy_sentence(report)}.")
        balanced = f"Balanced accuracy, each class counting alike: {percent(report.balanced_accuracy)}."
        if "validation" in report.source:
            balanced += " The best epoch was chosen on these same pictures, so this is slightly optimistic."
        self.caution.setText(balanced)

    def _choose(self) -> None:
        title = "Choose a folder with one folder per class"
        ask_open(self, title, Mode.Directory, "", lambda chosen: self.evaluate_requested.emit(chosen[0]))


def _head(run: Run) -> str:
    """How the head was chosen, as a further clause."""
    choice = run.head_choice
    if choice is None:
        return ""
    if not choice.pictures:
        return "; a plain logistic head, for there were too few pictures to compare it with another"
    plain, hidden = percent(choice.plain), percent(choice.hidden)
    if choice.takes_hidden:
        return f"; hidden layers, {hidden} in cross-validation, a plain head had {plain}"
    return f"; plain logistic head, {plain} in cross-validation, hidden layers had {hidden}"


def _tuning(run: Run) -> str:
    """What fine-tuning has done, as a further clause."""
    if not (run.tuning and run.spec.tuning):
        return ""
    count = run.spec.tuning.blocks
    if not run.tuning.best_epoch:
        return "; fine-tuning did not help, so the head alone was kept"
    blocks = "last block tuned" if count == 1 else f"last {count} blocks tuned"
    return f"; {blocks}, the head alone had {percent(run.tuning.head_val_accuracy)}"
