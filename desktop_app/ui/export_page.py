"""The Export page: take the classifier elsewhere."""

from collections.abc import Mapping
from pathlib import Path

from PySide6.QtCore import Signal
from PySide6.QtWidgets import (
    QFileDialog,
    QHBoxLayout,
    QLineEdit,
    QStackedWidget,
    QVBoxLayout,
    QWidget,
)

from desktop_app.engine.run import Run
from desktop_app.ui.card import Card, label, progress_bar, push_button, scroll_area
from desktop_app.ui.dialogs import ask_save
from desktop_app.ui.elided_label import ElidedLabel
from desktop_app.ui.exported_card import ExportedCard
from desktop_app.ui.focus import holds_focus
from desktop_app.ui.format_choice import FormatChoice
from desktop_app.ui.no_run import NoRun
from desktop_app.ui.safe_text import safe
from desktop_app.ui.snippet_card import SnippetCard
from desktop_app.ui.theme import GAP, MARGIN

_WIDTH = 760  # a line of text longer than this is hard to read


class ExportPage(QWidget):
    """Emits where to, and draws how far it is and what came of it."""

    export_requested = Signal(str, str, Path)  # format, quantization, the folder to make
    open_folder_requested = Signal(Path)
    cancel_requested = Signal()

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.formats = FormatChoice()
        self._folder, self._suggested = Path(), ""
        self.facts = label(role="hint", wrap=True)
        self.untrained = label(
            "Untrained base: what is exported has random weights below its head.", "warning", True
        )
        self.target = QLineEdit()
        self.target.setAccessibleName("Folder to make")
        self.target.setPlaceholderText("The folder to make")
        self.choose = push_button("Ch&oose…", "Choose where the new folder goes")
        self.export = push_button("E&xport", role="primary")
        self.cancel = push_button("&Cancel", "Stop at once and keep nothing")
        self.bar = progress_bar("Progress of the export")
        self.text = ElidedLabel(role="hint")
        self.exported = ExportedCard()
        self.snippet = SnippetCard()

        what = Card("Export to")
        for part in (self.formats, self.facts, self.untrained):
            what.body.addWidget(part)
        what.body.addSpacing(GAP // 2)
        name = label("Save &as")
        name.setBuddy(self.target)
        where = QHBoxLayout()
        for widget in (name, self.target, self.choose, self.export, self.cancel):
            where.addWidget(widget)
        what.body.addLayout(where)
        what.body.addWidget(self.bar)
        what.body.addWidget(self.text)

        column = QWidget()
        column.setMaximumWidth(_WIDTH)
        layout = QVBoxLayout(column)
        layout.setContentsMargins(0, 0, 0, 0)
        layout.setSpacing(GAP)
        for card in (what, self.exported, self.snippet):
            layout.addWidget(card)
        layout.addStretch(1)
        scroll = scroll_area(column)
        self.none = NoRun(
            "There is nothing to export yet.\nA trained classifier can be taken elsewhere from here."
        )
        self._stack = QStackedWidget()
        self._stack.addWidget(self.none)
        self._stack.addWidget(scroll)
        around = QVBoxLayout(self)
        around.setContentsMargins(MARGIN, MARGIN, MARGIN, MARGIN)
        around.addWidget(self._stack)

        self.formats.changed.connect(self._on_format)
        self.target.textChanged.connect(self._on_target)
        self.target.returnPressed.connect(self._export)
        self.choose.clicked.connect(self._choose)
        self.export.clicked.connect(self._export)
        self.cancel.clicked.connect(self._cancel)
        self.exported.open_requested.connect(self.open_folder_requested)
        self._set_busy(False)
        self.show_empty()

    def show_empty(self) -> None:
        """There is no run."""
        self._stack.setCurrentIndex(0)

    def show_run(self, run: Run) -> None:
        """Offer to export `run`."""
        base = run.spec.base.backbone
        classes = safe(", ".join(run.class_names[:6])) + (", …" if len(run.class_names) > 6 else "")
        views = run.spec.views
        once = f". It sees a picture once, not in {views.count} views" if views and views.average else ""
        self.facts.setText(f"{base} with your head for {len(run.class_names)} classes: {classes}{once}")
        self.untrained.setVisible(run.untrained)
        self._folder = run.folder
        self.target.setText(self._suggestion())
        self.exported.hide()
        self._stack.setCurrentIndex(1)

    def begin_export(self) -> None:
        """An export has started."""
        self.exported.hide()
        self._set_busy(True)
        self.show_progress(0.0, "Starting…")
        self.cancel.setEnabled(True)
        self.setFocus()  # the button pressed is gone; no other one is singled out in its place

    def show_progress(self, fraction: float, text: str) -> None:
        """How far the export is, in [0, 1] and in words."""
        self.bar.setValue(round(1000 * fraction))
        self.bar.setAccessibleDescription(text)
        self.text.setText(text)

    def show_exported(self, path: Path, title: str, facts: Mapping[str, str]) -> None:
        """The export is done; `title` says how it compares with the program."""
        self.exported.show_exported(path, title, facts)
        self.snippet.show_path(self.formats.row, path)
        if holds_focus(self):
            self.exported.open.setFocus()

    def end_export(self) -> None:
        """Let the user export again, however it went."""
        self._set_busy(False)

    def _set_busy(self, busy: bool) -> None:
        self.bar.setVisible(busy)
        self.text.setVisible(busy)
        self.cancel.setVisible(busy)
        self.export.setVisible(not busy)
        self.formats.setEnabled(not busy)
        self.target.setEnabled(not busy)
        self.choose.setEnabled(not busy)

    def _suggestion(self) -> str:
        """Where an export in the format chosen goes, unless the user says otherwise."""
        small = "" if self.formats.quantization == "none" else f"-{self.formats.quantization}"
        self._suggested = str(self._folder / f"{self.formats.row.folder}{small}")
        return self._suggested

    def _on_format(self) -> None:
        if self.target.text() == self._suggested:
            self.target.setText(self._suggestion())
        self._on_target(self.target.text())

    def _on_target(self, text: str) -> None:
        self.export.setEnabled(bool(text.strip()) and self.formats.able)
        self.snippet.show_path(self.formats.row, Path(text.strip()))

    def _export(self) -> None:
        if self.export.isEnabled():
            target = Path(self.target.text().strip()).expanduser()
            self.export_requested.emit(self.formats.row.name, self.formats.quantization, target)

    def _cancel(self) -> None:
        self.cancel.setEnabled(False)
        self.text.setText("Cancelling…")
        self.cancel_requested.emit()

    def _choose(self) -> None:
        # A folder that exists is refused by the engine in words, so the dialog need not ask.
        dialog = ask_save(
            self, "Save the export as", self.target.text(), {}, lambda path: self.target.setText(str(path))
        )
        dialog.setOption(QFileDialog.Option.DontConfirmOverwrite)
