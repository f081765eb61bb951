"""The Try page: what the classifier makes of pictures that it has never seen."""

from pathlib import Path

from PySide6.QtCore import Qt, Signal
from PySide6.QtWidgets import QStackedWidget, QVBoxLayout, QWidget

from desktop_app.engine.evaluation import Prediction
from desktop_app.engine.run import Run
from desktop_app.ui.card import label
from desktop_app.ui.drop_zone import DropZone
from desktop_app.ui.theme import MARGIN
from desktop_app.ui.try_out import TryOut


class TryPage(QWidget):
    """Takes pictures and folders of them, and draws what was found."""

    pictures_dropped = Signal(object)  # list[Path], also of folders; dropped or chosen

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.try_out = TryOut()
        self._empty = label(
            "There is no classifier yet.\nTrain one first; what it makes of new pictures is shown here.",
            "hint",
        )
        self._empty.setAlignment(Qt.AlignmentFlag.AlignCenter)
        self._stack = QStackedWidget()
        self._stack.addWidget(self._empty)
        self._stack.addWidget(self.try_out)
        around = QVBoxLayout(self)
        around.setContentsMargins(MARGIN, MARGIN, MARGIN, MARGIN)
        around.addWidget(self._stack)
        self._zone = DropZone(self, self._describe_drop)
        self._zone.dropped.connect(self.pictures_dropped)
        self.try_out.pictures_chosen.connect(self.pictures_dropped)

    def show_run(self, run: Run) -> None:
        """Begin anew with another classifier."""
        self.try_out.clear(run.class_names)
        self._stack.setCurrentWidget(self.try_out)

    def show_empty(self) -> None:
        """There is no classifier any more."""
        self._stack.setCurrentWidget(self._empty)

    def show_predicting(self, text: str) -> None:
        """The dropped pictures are being looked at."""
        self.try_out.show_predicting(text)

    def show_predictions(self, predictions: list[Prediction]) -> None:
        """What the classifier says of the dropped pictures."""
        self.try_out.show_predictions(predictions)

    def _describe_drop(self, paths: list[Path]) -> str:
        return "Drop to try this" if len(paths) == 1 else "Drop to try these"
