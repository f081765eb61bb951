"""The result in one figure, with all that a reader must know to weigh it."""

from collections.abc import Mapping
from pathlib import Path

from PySide6.QtCore import Qt, Signal
from PySide6.QtWidgets import QComboBox, QHBoxLayout, QMenu, QVBoxLayout, QWidget

from desktop_app.engine.catalog import Split
from desktop_app.engine.intervals import Method
from desktop_app.engine.report import Report
from desktop_app.engine.run import Run
from desktop_app.ui.card import Card, label, push_button
from desktop_app.ui.dialogs import Mode, ask_open, ask_save
from desktop_app.ui.safe_text import safe
from desktop_app.ui.theme import GAP
from desktop_app.ui.wording import accuracy_sentence, balanced_sentence, percent

_SPLITS: dict[Split, str] = {"train": "Training", "val": "Validation", "test": "Test"}
_HTML = {"Web page (*.html)": "html"}
_METHODS: dict[Method, str] = {
    "wilson": "By Wilson's interval, which stays honest near 0 and 100 %",
    "bootstrap": "By drawing as many pictures again, 2,000 times; copies of one picture are drawn together",
}


class SummaryCard(Card):
    """Accuracy with its interval, the backbone and its weights, and the ways on from here."""

    evaluate_requested = Signal(Path)
    open_run_folder_requested = Signal()
    repeat_requested = Signal()
    train_on_requested = Signal()
    export_requested = Signal()
    split_requested = Signal(str)
    report_requested = Signal(object)  # Path

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent=parent)
        self.figure = label(role="figure")
        self.sentence = label(wrap=True)
        self.caution = label(role="hint", wrap=True)
        self.base = label(role="hint", wrap=True)
        self.untrained = label(role="warning", wrap=True)
        self.judged_on = QComboBox()
        self.judged_on.setAccessibleName("Judged on")
        self.judged_on.setToolTip("The pictures that the figures are about")
        self.judged_on.activated.connect(self._choose_split)
        self.judged_on.hide()
        self.evaluate = push_button(
            "&Test on other pictures…", "Choose a folder of class folders that the classifier has never seen"
        )
        self.folder = push_button("Open &run folder", "The model, its history and this report as files")
        self.again = push_button("Train again", "With these settings from the start, or on from here", "menu")
        self.again.setMenu(self._make_again())
        self.report = push_button(
            "Save re&port…", "All of this as one HTML file, to print or to send; it needs nothing else"
        )
        self.report.clicked.connect(self._choose_report)
        self.export = push_button("E&xport…", "Take the classifier elsewhere", "primary")
        self.evaluate.clicked.connect(self._choose)
        self.folder.clicked.connect(lambda _checked: self.open_run_folder_requested.emit())
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
        buttons.addWidget(self.judged_on)
        buttons.addStretch(1)
        for button in (self.folder, self.again, self.report, self.evaluate, self.export):
            buttons.addWidget(button)
        self.body.addLayout(row)
        self.body.addLayout(buttons)

    def show_run(self, run: Run) -> None:
        """Name the base and its weights, and show the run's own report."""
        name = run.spec.base.backbone
        fresh, tuning = run.spec.start == "scratch", _head(run) + _tuning(run) + _diverged(run)
        origin = run.weights_origin if fresh else f"weights: {run.weights_origin}"
        tuning += f"; imported from “{safe(run.imported)}”" if run.imported else ""
        self.base.setText(f"{name}, {origin}{tuning}")
        self.untrained.setText(
            f"{name}, untrained base: its weights are random, so expect little of it{tuning}."
        )
        self.base.setVisible(not run.untrained)
        self.untrained.setVisible(run.untrained)
        self.judged_on.clear()
        self.judged_on.hide()
        self.show_report(run.report)

    def show_counts(self, counts: Mapping[Split, int]) -> None:
        """Offer to judge the run on each split of its pictures that has some."""
        self.judged_on.clear()
        for split, count in counts.items():
            self.judged_on.addItem(f"{_SPLITS[split]} pictures ({count:,})", split)
        self.judged_on.setVisible(bool(counts))

    def show_report(self, report: Report) -> None:
        """Show another report of the same run."""
        self.figure.setText(percent(report.accuracy))
        self.figure.setAccessibleName(f"Accuracy {percent(report.accuracy)}")
        self.sentence.setText(f"{accuracy_sentence(report)}.")
        self.sentence.setToolTip(_METHODS[report.interval_method])
        self.caution.setToolTip(_METHODS[report.balanced_interval_method])
        balanced = balanced_sentence(report)
        self._show_judged_on(report)
        if "validation" in report.source:
            balanced += " These same pictures chose what was kept, so this is slightly optimistic."
        self.caution.setText(balanced)

    def _make_again(self) -> QMenu:
        """The two ways to train again."""
        menu = QMenu(self)
        menu.setToolTipsVisible(True)
        for text, tip, signal in (
            (
                "&Make like this…",
                "Take this run's settings to the Train page, to change and train anew",
                self.repeat_requested,
            ),
            (
                "Train &on…",
                "Go on where it has ended, with its base and its head, on the pictures of the Data page",
                self.train_on_requested,
            ),
        ):
            action = menu.addAction(text)
            action.setToolTip(tip)
            action.triggered.connect(lambda _checked=False, signal=signal: signal.emit())
        return menu

    def _show_judged_on(self, report: Report) -> None:
        """Point the list at what is judged; a folder is put at its end."""
        box = self.judged_on
        for place in range(box.count()):
            split = box.itemData(place)
            if split and report.source.startswith(_SPLITS[split].lower()):
                box.setCurrentIndex(place)
                return
        if box.count():
            if box.itemData(box.count() - 1) is None:
                box.removeItem(box.count() - 1)
            box.addItem(f"{safe(report.source).capitalize()} ({report.images:,})", None)
            box.setCurrentIndex(box.count() - 1)

    def _choose_split(self, place: int) -> None:
        if split := self.judged_on.itemData(place):
            self.split_requested.emit(split)

    def _choose_report(self) -> None:
        ask_save(self, "Save the report", "report.html", _HTML, self.report_requested.emit)

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
    unclear = ", which is not clearly more" if choice.hidden > choice.plain else ""
    return f"; plain logistic head, {plain} in cross-validation, hidden layers had {hidden}{unclear}"


def _tuning(run: Run) -> str:
    """What fine-tuning has done, as a further clause."""
    if not (run.tuning and run.spec.tuning):
        return ""
    count = run.spec.tuning.blocks
    if not run.tuning.best_epoch:
        return "; fine-tuning did not help, so the head alone was kept"
    blocks = "last block tuned" if count == 1 else f"last {count} blocks tuned"
    return f"; {blocks}, the head alone had {percent(run.tuning.head_val_accuracy)}"


def _diverged(run: Run) -> str:
    """Where a training ended before its time, as a further clause."""
    if not (run.history and run.history[-1].diverged):
        return ""
    epoch, kept = run.history[-1].epoch, run.best_epoch
    return (
        f"; diverged in epoch {epoch}, so that epoch {kept} was kept: a smaller learning rate may do better"
    )
