"""What ImageNet's own model says of pictures, without any training."""

from pathlib import Path

from PySide6.QtCore import Qt, Signal
from PySide6.QtGui import QDragEnterEvent, QDropEvent
from PySide6.QtWidgets import (
    QComboBox,
    QDialog,
    QHBoxLayout,
    QHeaderView,
    QStackedWidget,
    QTableWidget,
    QTableWidgetItem,
    QVBoxLayout,
    QWidget,
)

from desktop_app.engine.backbones import BACKBONES
from desktop_app.engine.direct_score import Answer, DirectScore
from desktop_app.engine.evaluation import Prediction
from desktop_app.ui.card import label, progress_bar, push_button
from desktop_app.ui.dialogs import Mode, ask_open
from desktop_app.ui.drop_box import PICTURES, DropBox
from desktop_app.ui.dropped import paths_in
from desktop_app.ui.prediction_view import PredictionView
from desktop_app.ui.safe_text import safe
from desktop_app.ui.theme import GAP, MARGIN, set_role
from desktop_app.ui.weights_choice import FILE_FILTER
from desktop_app.ui.wording import percent

_COLUMNS = ("Class", "Means in ImageNet", "Pictures", "Right", "Among five")
_ABOUT = (
    "A pretrained model knows 1000 things by name, from “goldfish” to “volcano”. Drop pictures to hear what "
    "it takes them for, or see how often it is right on your classes."
)


class DirectDialog(QDialog):
    """Says what is wanted and shows what is answered; Escape closes it, and stops what is asked."""

    asked = Signal(str, object)  # a backbone's name; list of Path
    score_requested = Signal(str)
    file_chosen = Signal(str, object)  # a backbone's name; Path
    stop_requested = Signal()

    def __init__(self, name: str, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setWindowTitle("ImageNet's Own Model")
        self.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        self.setAcceptDrops(True)
        self.resize(760, 560)
        self._answers: list[Answer] = []
        self.backbone = QComboBox()
        self.backbone.setAccessibleName("Model")
        self.backbone.addItems(list(BACKBONES))
        self.backbone.setCurrentText(name)
        self.file = push_button("Use a &file…", "Choose a weights file with the top of 1000 classes", "quiet")
        self.file.clicked.connect(self._choose_file)
        self.box = DropBox("Drop pictures here, or press to choose")
        self.box.clicked.connect(self._choose_pictures)
        self.view = PredictionView()
        self.pictures = QComboBox()
        self.pictures.setAccessibleName("Pictures asked about")
        self.pictures.currentIndexChanged.connect(self._show_answer)
        self.total = label(role="heading", wrap=True)
        self.table = self._make_table()
        self.status = label(role="hint", wrap=True)
        self.bar = progress_bar("How far it is")
        self.score = push_button(
            "&Score my classes", "How often it is right on the pictures of the Data page"
        )
        self.score.clicked.connect(lambda: self.score_requested.emit(self.name))
        self.stop = push_button("S&top")
        self.stop.clicked.connect(self.stop_requested)
        self.close_button = push_button("C&lose", role="primary")
        self.close_button.clicked.connect(self.reject)
        for button in (self.file, self.score, self.stop, self.close_button):
            button.setAutoDefault(False)
        self._lay_out()
        self.backbone.currentTextChanged.connect(self._say_size)
        self._set_busy(False)
        self._say_size(name)

    @property
    def name(self) -> str:
        """The chosen backbone."""
        return self.backbone.currentText()

    def begin(self) -> None:
        """It is asked."""
        self._set_busy(True)
        self.bar.setValue(0)

    def show_progress(self, fraction: float, text: str) -> None:
        """How far it is, in [0, 1] and in words."""
        if self.stop.isVisible():
            self.bar.setValue(round(1000 * fraction))
            self._say(text)

    def end(self, words: str, role: str = "hint") -> None:
        """It is over: how, in words, and in which of the theme's roles."""
        self._set_busy(False)
        self._say(words, role)

    def show_answers(self, answers: list[Answer]) -> None:
        """What it takes the pictures for."""
        self._answers = answers
        self.pictures.clear()
        self.pictures.addItems(
            [f"{safe(one.file.name)}: {one.guesses[0][0]}, {percent(one.guesses[0][1])}" for one in answers]
        )
        self.pictures.setVisible(len(answers) > 1)
        self._stack.setCurrentIndex(1 if answers else 0)

    def show_score(self, score: DirectScore) -> None:
        """How often it is right, and which class was taken for what."""
        (right, (low, high)), (five, _) = score.share(), score.share(5)
        left = f" It does not know {', '.join(map(safe, score.unmatched))}." if score.unmatched else ""
        self.total.setText(
            f"{percent(right)} right, between {100 * low:.0f} and {100 * high:.0f} % with 95 % confidence; "
            f"{percent(five)} among its first five.{left}"
        )
        self.table.setRowCount(len(score.folders))
        for row, folder in enumerate(score.folders):
            means = ", ".join(folder.classes[:3]) + (
                f" … ({len(folder.classes)})" if folder.classes[3:] else ""
            )
            shares = (percent(count / max(folder.pictures, 1)) for count in (folder.top1, folder.top5))
            for column, text in enumerate((safe(folder.label), means, f"{folder.pictures:,}", *shares)):
                item = QTableWidgetItem(text)
                item.setFlags(Qt.ItemFlag.ItemIsSelectable | Qt.ItemFlag.ItemIsEnabled)
                if column > 1:
                    item.setTextAlignment(Qt.AlignmentFlag.AlignRight | Qt.AlignmentFlag.AlignVCenter)
                if column == 1:
                    item.setToolTip(", ".join(folder.classes))
                self.table.setItem(row, column, item)
        self._stack.setCurrentIndex(2)

    def dragEnterEvent(self, event: QDragEnterEvent) -> None:
        """Pictures may be dropped anywhere."""
        if paths_in(event.mimeData()) and self.box.isEnabled():
            event.acceptProposedAction()

    def dropEvent(self, event: QDropEvent) -> None:
        """Ask about what was dropped."""
        self.asked.emit(self.name, paths_in(event.mimeData()))

    def _make_table(self) -> QTableWidget:
        table = QTableWidget(0, len(_COLUMNS))
        table.setHorizontalHeaderLabels(_COLUMNS)
        table.setShowGrid(False)
        table.setTabKeyNavigation(False)
        table.setAccessibleName("Each class, what it means in ImageNet, and how often the model was right")
        table.verticalHeader().hide()
        header = table.horizontalHeader()
        header.setHighlightSections(False)
        header.setSectionResizeMode(1, QHeaderView.ResizeMode.Stretch)
        for column, width in enumerate((160, 250, 84, 84, 98)):
            table.setColumnWidth(column, width)
            side = Qt.AlignmentFlag.AlignRight if column > 1 else Qt.AlignmentFlag.AlignLeft
            if title := table.horizontalHeaderItem(column):
                title.setTextAlignment(side | Qt.AlignmentFlag.AlignVCenter)
        return table

    def _lay_out(self) -> None:
        model = QHBoxLayout()
        model.addWidget(self.backbone, 1)
        model.addWidget(self.file)
        answer, scored = QWidget(), QWidget()
        for page, parts in ((answer, (self.pictures, self.view)), (scored, (self.total, self.table))):
            inside = QVBoxLayout(page)
            inside.setContentsMargins(0, 0, 0, 0)
            for part in parts:
                inside.addWidget(part, 1 if part is parts[1] else 0)
        empty = label(_ABOUT, "hint", wrap=True)
        empty.setAlignment(Qt.AlignmentFlag.AlignCenter)
        self._stack = QStackedWidget()
        for page in (empty, answer, scored):
            self._stack.addWidget(page)
        buttons = QHBoxLayout()
        buttons.addWidget(self.score)
        buttons.addWidget(self.stop)
        buttons.addStretch(1)
        buttons.addWidget(self.close_button)
        layout = QVBoxLayout(self)
        layout.setContentsMargins(MARGIN, MARGIN - 4, MARGIN, GAP + 6)
        layout.setSpacing(GAP)
        layout.addLayout(model)
        layout.addWidget(self.box)
        layout.addWidget(self._stack, 1)
        layout.addWidget(self.status)
        layout.addWidget(self.bar)
        layout.addLayout(buttons)

    def _set_busy(self, busy: bool) -> None:
        for part in (self.backbone, self.file, self.box):
            part.setEnabled(not busy)
        self.score.setVisible(not busy)
        self.stop.setVisible(busy)
        self.bar.setVisible(busy)

    def _say(self, text: str, role: str = "hint") -> None:
        self.status.setText(text)
        set_role(self.status, role)

    def _say_size(self, name: str) -> None:
        size = BACKBONES[name].full_parameters * 4 / 1e6
        self._say(f"Unless they are here already, its weights are downloaded first: {size:,.0f} MB.")

    def _show_answer(self, row: int) -> None:
        if 0 <= row < len(self._answers):
            one = self._answers[row]
            names, shares = zip(*one.guesses, strict=True)
            self.view.show_prediction(Prediction(one.file, names[0], shares[0], shares), names)

    def _choose_pictures(self) -> None:
        ask_open(
            self,
            "Choose pictures",
            Mode.ExistingFiles,
            PICTURES,
            lambda files: self.asked.emit(self.name, files),
        )

    def _choose_file(self) -> None:
        def choose(files: list[Path]) -> None:
            self.file_chosen.emit(self.name, files[0])

        title = f"Choose a weights file of {self.name} with its top"
        ask_open(self, title, Mode.ExistingFile, FILE_FILTER, choose)
