"""The question before files are sorted: copies, or, asked once more, moves."""

from collections.abc import Callable
from pathlib import Path

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QMessageBox, QWidget

from desktop_app.ui.safe_text import safe
from desktop_app.ui.wording import pictures


def ask_how(parent: QWidget, count: int, folder: Path, then: Callable[[bool], object]) -> QMessageBox:
    """Ask how `count` pictures are to come into `folder`; `then` hears whether they are to be moved."""
    box = _box(
        parent,
        f"Sort {pictures(count)} into class folders in “{safe(folder)}”?",
        "Copies leave the pictures where they are. Unknown ones go to a folder “unknown”. Nothing is ever "
        "overwritten: where a name is taken, a number is added.",
    )
    copy = box.addButton("&Copy", QMessageBox.ButtonRole.AcceptRole)
    move = box.addButton("&Move…", QMessageBox.ButtonRole.ActionRole)
    box.addButton(QMessageBox.StandardButton.Cancel)
    box.setDefaultButton(copy)

    def decide() -> None:
        if box.clickedButton() is copy:
            then(False)
        elif box.clickedButton() is move:
            _ask_again(parent, count, then)

    box.finished.connect(lambda _answer: decide())
    box.open()
    return box


def _ask_again(parent: QWidget, count: int, then: Callable[[bool], object]) -> None:
    what = "this picture" if count == 1 else f"these {count:,} pictures"
    box = _box(parent, f"Really move {what}?", "They will no longer be where they are now.")
    move = box.addButton("&Move", QMessageBox.ButtonRole.DestructiveRole)
    cancel = box.addButton(QMessageBox.StandardButton.Cancel)
    box.setDefaultButton(cancel)
    box.finished.connect(lambda _answer: then(True) if box.clickedButton() is move else None)
    box.open()


def _box(parent: QWidget, text: str, more: str) -> QMessageBox:
    box = QMessageBox(parent)
    box.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
    box.setWindowTitle("Graftwork")
    box.setTextFormat(Qt.TextFormat.PlainText)
    box.setText(text)
    box.setInformativeText(more)
    return box
