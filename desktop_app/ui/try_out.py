"""Try the classifier: drop a picture, read its label."""

from PySide6.QtCore import Qt, Signal
from PySide6.QtWidgets import QListWidget, QListWidgetItem, QWidget

from desktop_app.engine.evaluation import Prediction
from desktop_app.ui.card import Card, label
from desktop_app.ui.dialogs import Mode, ask_open
from desktop_app.ui.drop_box import PICTURES, DropBox
from desktop_app.ui.prediction_view import PredictionView
from desktop_app.ui.safe_text import plain_tip, safe
from desktop_app.ui.wording import percent


class TryOut(Card):
    """One picture is shown at once; of several, a list lets the user choose which."""

    pictures_chosen = Signal(object)  # list[Path]

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__("Try it", parent)
        self._predictions: list[Prediction] = []
        self._names: tuple[str, ...] = ()
        self.box = DropBox("Drop pictures here,\nor press to choose")
        self.note = label(role="hint", wrap=True)
        self.view = PredictionView()
        self.list = QListWidget()
        self.list.setAccessibleName("Pictures tried")
        self.list.setFixedHeight(92)
        self.list.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self.list.setSpacing(2)
        self.body.addWidget(self.box)
        self.body.addWidget(self.note)
        self.body.addWidget(self.view, 1)
        self.body.addWidget(self.list)
        self.body.addStretch(0)
        self.box.clicked.connect(self._choose)
        self.list.currentRowChanged.connect(self._show)
        self.clear(())

    def clear(self, class_names: tuple[str, ...]) -> None:
        """Begin anew with another classifier."""
        self._names = class_names
        self.show_predictions([])

    def show_predicting(self, text: str) -> None:
        """The answer is on its way."""
        self.note.setText(text)
        self.note.setVisible(bool(text))

    def show_predictions(self, predictions: list[Prediction]) -> None:
        """Answers, the first of them in full."""
        self._predictions = predictions
        self.show_predicting("")
        self.view.setVisible(bool(predictions))
        self.list.blockSignals(True)
        self.list.clear()
        for prediction in predictions:
            answer = f"{safe(prediction.label)}, {percent(prediction.probability)}"
            item = QListWidgetItem(f"{answer}: {safe(prediction.file.name)}")
            item.setToolTip(plain_tip(prediction.file))
            self.list.addItem(item)
        self.list.setCurrentRow(0)
        self.list.blockSignals(False)
        self.list.setVisible(len(predictions) > 1)
        if predictions:
            self._show(0)

    def _show(self, row: int) -> None:
        self.view.show_prediction(self._predictions[row], self._names)

    def _choose(self) -> None:
        ask_open(self, "Choose pictures to try", Mode.ExistingFiles, PICTURES, self.pictures_chosen.emit)
