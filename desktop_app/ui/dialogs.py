"""File dialogs that never block: each calls back with what was chosen, or not at all."""

from collections.abc import Callable, Mapping
from pathlib import Path

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QFileDialog, QWidget

Mode = QFileDialog.FileMode


def ask_open(
    parent: QWidget, title: str, mode: Mode, filters: str, done: Callable[[list[Path]], object]
) -> QFileDialog:
    """Ask for files or a folder that exist."""
    dialog = QFileDialog(parent, title, "", filters)
    dialog.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
    dialog.setFileMode(mode)
    dialog.setOption(QFileDialog.Option.ShowDirsOnly, mode == Mode.Directory)
    dialog.filesSelected.connect(lambda chosen: done([Path(name) for name in chosen]))
    dialog.open()
    return dialog


def ask_save(
    parent: QWidget, title: str, name: str, filters: Mapping[str, str], done: Callable[[Path], object]
) -> QFileDialog:
    """Ask for a name to save under; `filters` map what the dialog shows to a file name's ending."""
    dialog = QFileDialog(parent, title, name)
    dialog.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
    dialog.setAcceptMode(QFileDialog.AcceptMode.AcceptSave)
    if filters:
        dialog.setNameFilters(list(filters))
        dialog.setDefaultSuffix(next(iter(filters.values())))
    dialog.filterSelected.connect(lambda chosen: dialog.setDefaultSuffix(filters[chosen]))
    dialog.fileSelected.connect(lambda chosen: done(Path(chosen)))
    dialog.open()
    return dialog
