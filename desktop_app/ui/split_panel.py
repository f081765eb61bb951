"""The panel of the split: what each part holds, and how the pictures are divided."""

from collections.abc import Sequence
from pathlib import Path

from PySide6.QtCore import QEvent, QObject, Qt, QTimer, Signal
from PySide6.QtWidgets import QFormLayout, QHBoxLayout, QSpinBox, QVBoxLayout, QWidget

from desktop_app.engine.split import FEW, SplitRow, SplitSpec
from desktop_app.ui.card import label
from desktop_app.ui.disclosure import Disclosure
from desktop_app.ui.fold_card import FoldCard
from desktop_app.ui.form_card import number, whole_number
from desktop_app.ui.grouping_choice import GroupingChoice
from desktop_app.ui.safe_text import safe
from desktop_app.ui.split_bar import SplitBar
from desktop_app.ui.split_rows import SplitTable

_WAIT = 400  # ms after the last change
_MOST = 95  # % for validation and test together


class SplitPanel(FoldCard):
    """Edits a `SplitSpec`, and shows the table that comes of it."""

    spec_changed = Signal(object)  # SplitSpec, a moment after the last change

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__("Split", parent)
        self._spec = SplitSpec()
        self.bar = SplitBar()
        self.warning = label(role="warning", wrap=True)
        self.fixed = label(role="hint", wrap=True)
        self.validation = _share(1, "Validation share", "Set aside to check with while training")
        self.test = _share(0, "Test share", "Kept for one last judgement at the very end")
        self.grouping = GroupingChoice()
        self.seed = number(0, 2**32 - 1, 1, 0)
        self.seed.setAccessibleName("Seed")
        self.seed.setToolTip("Another seed draws another split of the same pictures")
        self.table = SplitTable()
        self._controls = QWidget()
        self._lay_out_controls()
        self.each = Disclosure("Ea&ch class", self.table)
        buttons = QHBoxLayout()  # side by side, for a column is short of height
        buttons.addWidget(self.each.button)
        buttons.addWidget(self.advanced.button)
        buttons.addStretch(1)
        for widget in (self.bar, self.warning, self.fixed, self._controls):
            self.inside.addWidget(widget)
        self.inside.addLayout(buttons)
        for folds in (self.each, self.advanced):
            self.inside.addWidget(folds)
            folds.hide()  # without its button it is only what it unfolds
            folds.button.toggled.connect(folds.setVisible)
        self._timer = QTimer(self, singleShot=True, interval=_WAIT)
        self._timer.timeout.connect(self._say)
        for spin in (self.validation, self.test, self.seed):
            spin.valueChanged.connect(lambda _value: self._change())
        self.grouping.changed.connect(self._change)
        for field in (self.validation, self.test, self.seed, self.grouping.kind):
            field.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
            field.installEventFilter(self)
        self.show_spec(self._spec)
        self.set_fixed("")
        self.show_table(())

    def show_spec(self, spec: SplitSpec) -> None:
        """Show other choices, without saying so."""
        self._spec = spec
        self.validation.setMaximum(_MOST)
        self.test.setMaximum(_MOST)
        self.validation.setValue(round(100 * spec.validation))
        self.test.setValue(round(100 * spec.test))
        self.seed.setValue(spec.seed)
        self.grouping.set_value(spec.group_by)
        self._bound()
        self._timer.stop()

    def show_table(self, rows: Sequence[SplitRow]) -> None:
        """Show what each split holds."""
        counts = [sum(getattr(row, name) for row in rows) for name in ("train", "val", "test")]
        self.bar.show_counts(*counts)
        self.set_summary(" · ".join(f"{count:,}" for count in counts if count))
        self.table.show_rows(rows)
        self.each.button.setVisible(bool(rows))
        self.warning.setText(_warning(rows))
        self.warning.setVisible(bool(self.warning.text()))

    def set_fixed(self, reason: str) -> None:
        """Say why nothing can be chosen, such as “Your folders say which is which.”; "" if it can."""
        self.fixed.setText(safe(reason))
        self.fixed.setVisible(bool(reason))
        self._controls.setEnabled(not reason)
        self._controls.setVisible(not reason)
        self.advanced.setEnabled(not reason)
        self.advanced.button.setVisible(not reason)

    def set_examples(self, paths: Sequence[Path]) -> None:
        """Some of the files, to show on them what a grouping does."""
        self.grouping.set_examples(paths)

    def spec(self) -> SplitSpec | None:
        """The choices; None while a pattern makes no sense."""
        if self.grouping.problem:
            return None
        validation = _finer(self.validation.value(), self._spec.validation)
        test = _finer(self.test.value(), self._spec.test)
        return SplitSpec(validation, test, int(self.seed.value()), self.grouping.value())

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        """Let the wheel scroll the column, not change a field that merely passes under the mouse."""
        if event.type() == QEvent.Type.Wheel and isinstance(watched, QWidget) and not watched.hasFocus():
            event.ignore()
            return True
        return super().eventFilter(watched, event)

    def _lay_out_controls(self) -> None:
        advanced = QWidget()
        form = QFormLayout(advanced)
        form.setContentsMargins(0, 0, 0, 0)
        form.addRow("See&d", self.seed)
        shares = QHBoxLayout()
        shares.setSpacing(6)
        for text, spin in (("Val&idation", self.validation), ("&Test", self.test)):
            name = label(f"{text} ")  # else half of the last letter is cut off
            name.setBuddy(spin)
            spin.setMinimumWidth(64)
            shares.addWidget(name)
            shares.addWidget(spin, 1)
        column = QVBoxLayout(self._controls)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(6)
        column.addLayout(shares)
        column.addWidget(self.grouping)
        self.advanced = Disclosure("Advanced", advanced)

    def _change(self) -> None:
        self._bound()
        self._timer.start()

    def _bound(self) -> None:
        """Something must be left to learn from."""
        self.test.setMaximum(_MOST - self.validation.value())
        self.validation.setMaximum(_MOST - self.test.value())

    def _say(self) -> None:
        spec = self.spec()
        if spec is not None and spec != self._spec:
            self._spec = spec
            self.spec_changed.emit(spec)


def _share(low: int, name: str, tip: str) -> QSpinBox:
    made = whole_number(low, _MOST)
    made.setSuffix(" %")
    made.setAccessibleName(name)
    made.setToolTip(tip)
    return made


def _finer(shown: int, exact: float) -> float:
    """The share that is shown as `shown` %: as it was, where that is finer than the field."""
    return exact if round(100 * exact) == shown else shown / 100


def _warning(rows: Sequence[SplitRow]) -> str:
    warned = [row for row in rows if row.warning]
    if not warned:
        return ""
    if len(warned) == 1:
        return safe(f"“{warned[0].label}”: {warned[0].warning}")
    few = sum(row.val < FEW for row in warned)
    if few == len(warned):
        return (
            f"{few:,} classes have fewer than {FEW} pictures to validate on: their accuracy is a rough guess."
        )
    return f"{len(warned):,} classes have too few pictures on one side; see each class."
