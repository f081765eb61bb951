"""The panel of classes: choose one to see its pictures, rename, merge, exclude it, drop pictures onto it."""

from collections.abc import Sequence
from dataclasses import replace
from functools import partial
from itertools import pairwise
from pathlib import Path

from PySide6.QtCore import QModelIndex, QPoint, Qt, Signal
from PySide6.QtGui import QKeySequence
from PySide6.QtWidgets import QInputDialog, QLineEdit, QMenu, QMessageBox, QWidget

from desktop_app.ui.card import small_button
from desktop_app.ui.class_model import ClassModel, ClassRow
from desktop_app.ui.class_view import ClassView
from desktop_app.ui.fold_card import FoldCard
from desktop_app.ui.new_class_button import NewClassButton
from desktop_app.ui.safe_text import safe
from desktop_app.ui.theme import set_role
from desktop_app.ui.wording import pictures

_MANY = 15  # classes: from here on one looks for one by its name
_LONG_MENU = 25


class ClassPanel(FoldCard):
    """Shows the classes and says what is wanted. Labels are objects in signals: they need not be UTF-8."""

    class_chosen = Signal(object)  # the label, "" for the pictures without one, None for all
    rename_requested = Signal(object, object)  # old, new; to the name of another class merges them
    exclude_requested = Signal(object)
    include_requested = Signal(object)
    move_requested = Signal(object, object)  # list[Path] out of the grid, label
    files_dropped = Signal(object, object)  # list[Path] from elsewhere, label
    class_named = Signal(object)  # “New class…” without a drop: the name; what goes in is the page's affair

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__("Classes", parent)
        self.model = ClassModel(self)
        self.view = ClassView(self.model)
        self.search = QLineEdit(placeholderText="Find a class", clearButtonEnabled=True)
        self.search.setAccessibleName("Find a class")
        self.search.hide()
        self.more = small_button("⋯", "Rename, merge or exclude the chosen class")
        self.more.setAccessibleName("What to do with the chosen class")
        self.new = NewClassButton()
        self.tools.addWidget(self.new)
        self.tools.addWidget(self.more)
        self.inside.addWidget(self.search)
        self.inside.addWidget(self.view, 1)
        self.set_stretches(True)
        self._chosen: str | None = None
        self._renamed: tuple[str, str] | None = None  # what was asked for last: the choice follows the name
        self._quiet = False
        self.view.setMinimumHeight(132)
        for before, after in pairwise((self.new, self.more, self.fold, self.search, self.view)):
            QWidget.setTabOrder(before, after)
        self.view.setContextMenuPolicy(Qt.ContextMenuPolicy.CustomContextMenu)
        self.view.customContextMenuRequested.connect(self._open_menu)
        self.view.selectionModel().currentChanged.connect(self._choose)
        self.view.delete_pressed.connect(self._exclude)
        self.view.return_pressed.connect(self._include)
        self.view.doubleClicked.connect(lambda _index: self._include())
        self.view.pictures_dropped.connect(self.move_requested)
        self.view.files_dropped.connect(self.files_dropped)
        self.model.rename_typed.connect(self._rename)
        self.search.textChanged.connect(self._filter)
        self.more.clicked.connect(lambda: self._open_menu(None))
        self.new.clicked.connect(lambda: self._ask_name([], False))
        self.new.dropped.connect(self._ask_name)
        self.show_classes([], 0)

    def show_classes(self, rows: Sequence[ClassRow], total: int | None = None) -> None:
        """Show the classes in this order, the excluded ones below.

        Args:
            rows: of every class, in the order that gives each its colour; "" for pictures without a class.
            total: how many pictures take part; the sum where it is not said.
        """
        colored = [replace(row, color=place) for place, row in enumerate(row for row in rows if row.label)]
        without = [row for row in rows if not row.label]
        here = [row for row in (*without, *colored) if not row.excluded]
        count = sum(row.count for row in here) if total is None else total
        out = [row for row in (*without, *colored) if row.excluded]
        if self._renamed and self._renamed[0] == self._chosen:
            old, new = self._renamed
            labels = {row.label for row in here}
            if old not in labels and new in labels:
                self._chosen = new
        self.search.setVisible(len(rows) > _MANY)
        if self.search.isHidden():
            self.search.clear()
        self.set_summary("All pictures" if self._chosen is None else ClassRow(self._chosen, 0).name)
        self._quiet = True
        self.model.set_rows([ClassRow(None, count), *here, *out])
        self._quiet = False
        self._restore()

    def choose(self, label: str | None) -> None:
        """Make `label` the chosen class, as if by a click."""
        if (index := self.model.find(label)).isValid():
            self.view.setCurrentIndex(index)

    @property
    def chosen(self) -> str | None:
        """The class whose pictures are wanted; None for all."""
        return self._chosen

    def _restore(self) -> None:
        """After a change the same row is current; where it is gone, all pictures are."""
        index = self.model.find(self._chosen)
        row = self.model.row(index)
        gone = all(r.label != self._chosen or r.excluded for r in self.model.rows)
        self._quiet = not gone
        self.view.setCurrentIndex(self.model.find(None) if gone or row is None or row.excluded else index)
        self._quiet = False
        self._tell_more()

    def _filter(self, text: str) -> None:
        self._quiet = True
        self.model.set_filter(text)
        self._quiet = False
        if (index := self.model.find(self._chosen)).isValid():
            self._quiet = True
            self.view.setCurrentIndex(index)
            self._quiet = False

    def _choose(self, index: QModelIndex) -> None:
        self._tell_more()
        row = self.model.row(index)
        if row is None or row.excluded or self._quiet or row.label == self._chosen:
            return
        self._chosen = row.label
        self.class_chosen.emit(row.label)

    def _current(self) -> ClassRow | None:
        """The class at the keyboard; None where that is no class."""
        row = self.model.row(self.view.currentIndex())
        return row if row and row.label is not None else None

    def _tell_more(self) -> None:
        self.more.setEnabled(self._current() is not None)

    def _exclude(self) -> None:
        if (row := self._current()) and not row.excluded:
            self.exclude_requested.emit(row.label)

    def _include(self) -> None:
        if (row := self._current()) and row.excluded:
            self.include_requested.emit(row.label)

    def _rename(self, old: str, text: str) -> None:
        """To the name of another class it is a merge, which one asks about first."""
        other = next((r.label for r in self.model.rows if r.label and safe(r.label) == text), None)
        if other is not None and other != old:
            self._ask_merge(old, other)
        else:
            self._ask_rename(old, text)

    def _ask_rename(self, old: str, new: str) -> None:
        self._renamed = (old, new)
        self.rename_requested.emit(old, new)

    def _ask_merge(self, old: str, new: str) -> None:
        row = self.model.row(self.model.find(old))
        count = pictures(row.count if row else 0)
        what = f"of “{safe(old)}”" if old else "without a class"
        dialog = QMessageBox(self)
        dialog.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        dialog.setWindowTitle("Merge classes")
        dialog.setTextFormat(Qt.TextFormat.PlainText)
        dialog.setText(f"Merge {count} {what} into “{safe(new)}”?")
        dialog.setInformativeText("No file is moved, and Undo takes it back.")
        merge = dialog.addButton("&Merge", QMessageBox.ButtonRole.AcceptRole)
        set_role(merge, "primary")
        dialog.setEscapeButton(dialog.addButton("&Cancel", QMessageBox.ButtonRole.RejectRole))
        dialog.setDefaultButton(merge)
        dialog.accepted.connect(lambda: self._ask_rename(old, new))
        dialog.open()

    def _open_menu(self, point: QPoint | None) -> None:
        row = self._current()
        if row is None or row.label is None:
            return
        menu = QMenu(self)
        menu.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        label = row.label
        if row.excluded:
            menu.addAction("&Include again", QKeySequence("Return"), self._include)
        else:
            index = self.view.currentIndex()
            menu.addAction("&Rename", QKeySequence("F2"), lambda: self.view.edit(index))
            self._add_merge(menu, label)
            menu.addSeparator()
            menu.addAction("&Exclude", QKeySequence.StandardKey.Delete, self._exclude)
        at_row = self.view.viewport().mapToGlobal(self.view.visualRect(self.view.currentIndex()).bottomLeft())
        below = self.more.mapToGlobal(self.more.rect().bottomLeft())
        inside = point is not None and self.view.rect().contains(point)
        menu.popup(below if point is None else self.view.viewport().mapToGlobal(point) if inside else at_row)

    def _add_merge(self, menu: QMenu, label: str) -> None:
        """The other classes as a submenu; where they are many, as a list to choose from."""
        others = [r.label for r in self.model.rows if r.label and r.takes_drops and r.label != label]
        if len(others) > _LONG_MENU:
            menu.addAction("&Merge into…", lambda: self._ask_which(label, others))
            return
        into = menu.addMenu("&Merge into")
        into.setEnabled(bool(others))
        for other in others:
            into.addAction(safe(other).replace("&", "&&"), partial(self._ask_merge, label, other))

    def _ask_which(self, label: str, others: Sequence[str]) -> None:
        by_name = {safe(other): other for other in others}
        dialog = QInputDialog(self)
        dialog.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        dialog.setWindowTitle("Merge classes")
        dialog.setLabelText(f"Merge “{safe(label)}” into:")
        dialog.setComboBoxItems(list(by_name))
        dialog.textValueSelected.connect(lambda name: self._ask_merge(label, by_name[name]))
        dialog.open()

    def _ask_name(self, paths: list[Path], own: bool) -> None:
        """Ask how the new class is called, then say what goes into it."""
        dialog = QInputDialog(self)
        dialog.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        dialog.setWindowTitle("New class")
        dialog.setLabelText(
            f"Name of the class for {pictures(len(paths))}:" if paths else "Name of the class:"
        )
        dialog.textValueSelected.connect(lambda name: self._fill(paths, own, name.strip()))
        dialog.open()

    def _fill(self, paths: list[Path], own: bool, name: str) -> None:
        if not name:
            return
        if not paths:
            self.class_named.emit(name)
        else:
            (self.move_requested if own else self.files_dropped).emit(paths, name)
