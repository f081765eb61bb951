"""The question before a run is trained on: what of it is kept, and what the Train page says."""

from collections.abc import Callable

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QMessageBox, QWidget

from desktop_app.engine.specs import HeadSpec, TrainingSpec
from desktop_app.ui.safe_text import safe


def ask_train_on(
    parent: QWidget, name: str, kept: str, used: str, then: Callable[[bool], object]
) -> QMessageBox:
    """Ask whether the run called `name` is to be trained on.

    Args:
        parent: to be in front of.
        name: of the run.
        kept: what of the run it begins with.
        used: pictures and settings it goes on with.
        then: hears True to start, False to see the settings first; nothing where the answer is no.
    """
    box = QMessageBox(parent)
    box.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
    box.setWindowTitle("Graftwork")
    box.setTextFormat(Qt.TextFormat.PlainText)
    box.setText(f"Train “{safe(name)}” on?")
    box.setInformativeText(
        f"It begins where that run has ended, with {kept}. For these, the choices on the Train page do not "
        f"count.\n\n{used}\n\nThat run stays as it is; another one is made."
    )
    start = box.addButton("&Train on", QMessageBox.ButtonRole.AcceptRole)
    settings = box.addButton("Other &settings…", QMessageBox.ButtonRole.ActionRole)
    box.addButton(QMessageBox.StandardButton.Cancel)
    box.setDefaultButton(start)

    def decide() -> None:
        if box.clickedButton() in {start, settings}:
            then(box.clickedButton() is start)

    box.finished.connect(lambda _answer: decide())
    box.open()
    return box


def head_words(head: HeadSpec) -> str:
    """A head in a few words."""
    if not head.units:
        return "its plain logistic head"
    return f"its head of {', '.join(map(str, head.units))} hidden units"


def training_words(head: HeadSpec, training: TrainingSpec) -> str:
    """How that head is trained, and whose choice it is, in a sentence."""
    if not head.units:
        return "Training: a plain head is solved exactly; no epochs and no learning rate count."
    epochs = "1 epoch" if training.epochs == 1 else f"{training.epochs} epochs"
    return (
        f"Training, as on the Train page: {epochs}, {training.batch} pictures at a time, learning rate "
        f"{training.learning_rate:g}."
    )
