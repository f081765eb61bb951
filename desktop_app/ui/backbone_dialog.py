"""The table of all backbones, to compare and to choose from."""

from PySide6.QtCore import QModelIndex, QSortFilterProxyModel, Qt, Signal
from PySide6.QtWidgets import (
    QDialog,
    QHBoxLayout,
    QLineEdit,
    QVBoxLayout,
    QWidget,
)

from desktop_app.engine.backbones import BACKBONES
from desktop_app.ui.backbone_model import BackboneModel
from desktop_app.ui.card import label, push_button
from desktop_app.ui.row_table import RowTable
from desktop_app.ui.theme import GAP, MARGIN

_WIDTHS = (68, 92, 104, 68, 80, 104, 112)  # pixels; the first column takes the rest


class BackboneDialog(QDialog):
    """Sorted by a click on a column, filtered by words of the name; Escape changes nothing."""

    chosen = Signal(str)
    speeds_requested = Signal(object)  # tuple of names
    speeds_cancelled = Signal()

    def __init__(self, name: str, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setWindowTitle("All backbones")
        self.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        self.resize(880, 600)
        self._model = BackboneModel(self)
        self._proxy = QSortFilterProxyModel(self)
        self._proxy.setSourceModel(self._model)
        self._proxy.setSortRole(Qt.ItemDataRole.UserRole)
        self._proxy.setFilterCaseSensitivity(Qt.CaseSensitivity.CaseInsensitive)
        self.words = QLineEdit()
        self.words.setPlaceholderText("Part of a name, such as mobile")
        self.words.setAccessibleName("Show only backbones with this in their name")
        self.table = self._make_table()
        self.about = label(role="hint", wrap=True)
        self.measure = push_button("")
        self.measure.clicked.connect(self._measure)
        self.cancel = push_button("&Cancel")
        self.cancel.clicked.connect(self.reject)
        self.use = push_button("&Use this backbone", role="primary")
        self.use.setDefault(True)
        self.use.clicked.connect(self._use)
        self._measuring: tuple[str, ...] = ()
        self._lay_out()
        self.words.textChanged.connect(self._filter)
        self.table.doubleClicked.connect(lambda _index: self._use())
        self.table.selectionModel().selectionChanged.connect(lambda _on, _off: self._show_state())
        self._select(name)
        self._show_state()
        self.words.setFocus()

    def names(self) -> tuple[str, ...]:
        """The selected ones."""
        rows = sorted(index.row() for index in self.table.selectionModel().selectedRows())
        return tuple(self._name(self._proxy.index(row, 0)) for row in rows)

    def set_speed(self, name: str, pictures: float) -> None:
        """How many pictures a second `name` computes on this device."""
        self._model.set_speed(name, pictures)

    def set_measuring(self, names: tuple[str, ...]) -> None:
        """Whose speed is still being measured."""
        self._measuring = names
        self._model.set_measuring(names)
        self._show_state()

    def _make_table(self) -> RowTable:
        table = RowTable("All backbones with their accuracy, size and speed")
        table.setModel(self._proxy)
        table.setSortingEnabled(True)
        table.sortByColumn(-1, Qt.SortOrder.AscendingOrder)
        table.set_widths(_WIDTHS)
        return table

    def _lay_out(self) -> None:
        buttons = QHBoxLayout()
        for part in (self.measure, None, self.cancel, self.use):
            buttons.addWidget(part) if part else buttons.addStretch(1)
        layout = QVBoxLayout(self)
        layout.setContentsMargins(MARGIN, MARGIN - 4, MARGIN, GAP + 6)
        layout.setSpacing(GAP)
        for widget in (self.words, self.table, self.about):
            layout.addWidget(widget, 1 if widget is self.table else 0)
        layout.addLayout(buttons)

    def _filter(self, text: str) -> None:
        kept = self.names()
        self._proxy.setFilterFixedString(text.strip())
        if self._proxy.rowCount() and not self.names():
            first = self._name(self._proxy.index(0, 0))
            self._select(next((name for name in kept if self._row(name) >= 0), first))
        self._show_state()

    def _row(self, name: str) -> int:
        source = self._model.index(self._model.names.index(name), 0)
        return self._proxy.mapFromSource(source).row()

    def _name(self, index: QModelIndex) -> str:
        return self._model.names[self._proxy.mapToSource(index).row()]

    def _select(self, name: str) -> None:
        self.table.selectRow(self._row(name))
        self.table.scrollTo(self._proxy.index(self._row(name), 0))

    def _show_state(self) -> None:
        names = self.names()
        one = BACKBONES[names[0]] if len(names) == 1 else None
        self.use.setEnabled(one is not None)
        licence = one.licence + ", as Keras states" if one and one.licence else "Keras states none"
        nothing = "" if self._proxy.rowCount() else "No backbone has this in its name."
        many = f"{len(names)} backbones" if names else nothing
        said = f"{one.name}: {one.summary}. Licence of the weights: {licence}." if one else many
        self.about.setText(said)
        busy = bool(self._measuring)
        self.measure.setText("&Stop measuring" if busy else "&Measure the speed here")
        self.measure.setToolTip(
            "Computes the selected ones on pictures of noise, with random weights: nothing is downloaded"
        )
        self.measure.setEnabled(busy or bool(names))

    def _measure(self) -> None:
        if self._measuring:
            self.speeds_cancelled.emit()
        else:
            self.speeds_requested.emit(self.names())

    def _use(self) -> None:
        names = self.names()
        if len(names) == 1:
            self.accept()
            self.chosen.emit(names[0])
