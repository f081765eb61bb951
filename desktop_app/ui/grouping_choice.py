"""The choice of what must stay together when pictures are divided, with a live example."""

from collections.abc import Sequence
from pathlib import Path

from PySide6.QtCore import Signal
from PySide6.QtWidgets import QHBoxLayout, QLineEdit, QVBoxLayout, QWidget

from desktop_app.engine.errors import EngineError
from desktop_app.engine.grouping import compiled, group_in
from desktop_app.ui.card import label
from desktop_app.ui.form_card import choice
from desktop_app.ui.safe_text import safe
from desktop_app.ui.theme import set_role

_OWN = "own"
_CHOICES = {
    "": "nothing more",
    "folder": "pictures of one folder",
    "(.+?)_": "names alike up to “_”",
    "(.+?)-": "names alike up to “-”",
    _OWN: "a pattern of names…",
}
_EXAMPLE = Path("patient12_03.jpg")


class GroupingChoice(QWidget):
    """Edits `SplitSpec.group_by`; `problem` says what is wrong with a pattern."""

    changed = Signal()

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._examples: Sequence[Path] = ()
        self.problem = ""
        self.kind = choice(_CHOICES)
        self.kind.setAccessibleName("Keep together")
        self.kind.setToolTip("What shows the same patient, day or place must not be on both sides")
        self.pattern = QLineEdit("(.+?)_")
        self.pattern.setAccessibleName("Pattern of file names")
        tip = "A regular expression; what its first group finds in a file's name is the name of the group"
        self.pattern.setToolTip(tip)
        self._note = label(role="hint", wrap=True)
        layout = QVBoxLayout(self)
        layout.setContentsMargins(0, 0, 0, 0)
        layout.setSpacing(4)
        name = label("Keep t&ogether")
        name.setBuddy(self.kind)
        row = QHBoxLayout()
        row.setSpacing(6)
        row.addWidget(name)
        row.addWidget(self.kind, 1)
        layout.addLayout(row)
        layout.addWidget(self.pattern)
        layout.addWidget(self._note)
        self.setFocusProxy(self.kind)
        self.kind.currentIndexChanged.connect(lambda _index: self._change())
        self.pattern.textChanged.connect(lambda _text: self._change())
        self._explain()

    def value(self) -> str:
        """The choice, as `SplitSpec.group_by`."""
        kind = str(self.kind.currentData())
        return self.pattern.text() if kind == _OWN else kind

    def set_value(self, group_by: str) -> None:
        """Show another choice."""
        if group_by == self.value():
            return
        if group_by not in _CHOICES:
            self.pattern.setText(group_by)
        self.kind.setCurrentIndex(self.kind.findData(group_by if group_by in _CHOICES else _OWN))

    def set_examples(self, paths: Sequence[Path]) -> None:
        """Show what the choice does to one of these files."""
        self._examples = paths
        self._explain()

    def _change(self) -> None:
        self._explain()
        self.changed.emit()

    def _explain(self) -> None:
        group_by = self.value()
        self.pattern.setVisible(self.kind.currentData() == _OWN)
        self.problem = ""
        words = ""
        if group_by == "folder":
            path = next(iter(self._examples), Path("patient12", _EXAMPLE))
            words = f"{path.parent.name}/{path.name} → {path.parent.name}"
        elif group_by or self.kind.currentData() == _OWN:
            words = self._try(group_by)
        self._note.setText(safe(self.problem or words))
        self._note.setVisible(bool(self._note.text()))
        set_role(self._note, "error" if self.problem else "hint")
        self.pattern.setAccessibleDescription(self._note.text())

    def _try(self, text: str) -> str:
        """What the pattern finds in an example, or the problem with it."""
        try:
            pattern = compiled(text)
        except EngineError as error:
            self.problem = error.message
            return ""
        if not pattern.groups:
            self.problem = "Put round brackets around what names the group, as in (.+?)_"
            return ""
        for path in self._examples or (_EXAMPLE,):
            try:
                group = group_in(path.name, pattern)
            except EngineError as error:
                self.problem = error.message
                return ""
            if group:
                return f"{path.name} → {group}"
        self.problem = f"No name fits, such as “{self._examples[0].name}”." if self._examples else ""
        return "" if self.problem else "Does not fit a name such as “patient12_03.jpg”."
