"""The panel of checks: what was found in the pictures, the worst first, each with its remedies."""

from collections import Counter
from collections.abc import Sequence
from itertools import pairwise

from PySide6.QtCore import QEvent, QObject, Qt, Signal
from PySide6.QtWidgets import QHBoxLayout, QLabel, QVBoxLayout, QWidget

from desktop_app.engine.findings import Finding, Severity
from desktop_app.ui import icons
from desktop_app.ui.buttons import push_button
from desktop_app.ui.card import label, progress_bar, scroll_area
from desktop_app.ui.finding_card import FindingCard
from desktop_app.ui.focus import holds_focus
from desktop_app.ui.fold_card import FoldCard
from desktop_app.ui.safe_text import safe
from desktop_app.ui.theme import GAP, colors
from desktop_app.ui.wording import pictures

_MOST = 340  # pixels of findings, before they scroll by themselves
_ORDER: dict[Severity, int] = {"problem": 0, "warning": 1, "note": 2}


class ChecksPanel(FoldCard):
    """Shows what it is told, and says what is wanted about it."""

    shown = Signal(object)  # the Finding whose pictures to show
    remedy_requested = Signal(object, object)  # Finding, Remedy
    dismissed = Signal(object)  # a Finding that is fine as it is
    restore_requested = Signal()  # bring back what was put aside
    look_requested = Signal()  # check again
    cancel_requested = Signal()

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__("Checks", parent)
        self.cards: list[FindingCard] = []
        self.stop = push_button("&Stop looking", self.cancel_requested.emit, "quiet")
        self.look = push_button("Loo&k now", self.look_requested.emit, "quiet")
        self._bar = progress_bar("Checking the pictures")
        self._pace = label(role="hint", wrap=True)
        self._sign = QLabel()
        self._state = label(wrap=True)
        self._sign_name = "info"
        self.tools.addWidget(self.stop)
        self.tools.addWidget(self.look)
        state = QHBoxLayout()
        state.setSpacing(GAP - 4)
        state.addWidget(self._sign, 0, Qt.AlignmentFlag.AlignTop)
        state.addWidget(self._state, 1)
        self.restore = push_button("", self.restore_requested.emit, "quiet", "Bring back what was put aside")
        inside = QWidget()
        self._column = QVBoxLayout(inside)
        self._column.setContentsMargins(0, 0, 0, 0)
        self._column.setSpacing(GAP // 2)
        self._column.addStretch(1)
        self._scroll = scroll_area(inside)
        self._scroll.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        inside.installEventFilter(self)
        for before, after in pairwise((self.stop, self.look, self.fold, self._scroll, self.restore)):
            QWidget.setTabOrder(before, after)
        self.inside.addWidget(self._bar)
        self.inside.addWidget(self._pace)
        self.inside.addLayout(state)
        self.inside.addWidget(self._scroll, 1)
        self.inside.addWidget(self.restore, 0, Qt.AlignmentFlag.AlignLeft)
        self.show_idle("Not checked yet.")

    def show_running(self, fraction: float, text: str) -> None:
        """The checks are at work; what was found before stays."""
        self._run(True)
        self._bar.setValue(round(1000 * fraction))
        self._pace.setText(safe(text))

    def show_idle(self, why: str) -> None:
        """Nothing is known, such as “Stopped after 1,200 of 4,000 pictures.”; one may look now."""
        self._fill(())
        self._say("info", why)
        self.restore.hide()
        self._run(False)
        self.look.setText("Loo&k now")

    def show_findings(self, findings: Sequence[Finding], count: int, aside: int = 0) -> None:
        """The checks have ended.

        Args:
            findings: what was found, less what was put aside.
            count: how many pictures were checked.
            aside: how many findings were put aside.
        """
        ordered = sorted(findings, key=lambda finding: _ORDER[finding.severity])
        self._fill(ordered)
        if ordered:
            self._say("", _tally(ordered, count))
        else:
            more = "more " if aside else ""
            self._say("success", f"No {more}problems found in {pictures(count)}.")
        self.restore.setText(f"{aside} put aside: show again")
        self.restore.setVisible(aside > 0)
        self._run(False)
        self.look.hide()

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        """What was found is seen whole, up to `_MOST`: the column around it scrolls already."""
        if (
            event.type() in {QEvent.Type.LayoutRequest, QEvent.Type.Resize}
            and self._scroll.widget() is watched
        ):
            needed = self._column.heightForWidth(self._scroll.viewport().width())
            self._scroll.setMinimumHeight(min(needed, _MOST))
        return super().eventFilter(watched, event)

    def changeEvent(self, event: QEvent) -> None:
        """Follow the scheme."""
        if event.type() == QEvent.Type.PaletteChange and hasattr(self, "_sign_name"):
            self._tint()
        super().changeEvent(event)

    def _run(self, running: bool) -> None:
        for widget in (self.stop, self._bar, self._pace):
            widget.setVisible(running)
        self.look.setVisible(not running)
        self._state.setVisible(not running)
        self._sign.setVisible(not running and bool(self._sign_name))
        self.set_summary("Looking…" if running else self._state.text())

    def _say(self, sign: str, text: str) -> None:
        self._sign_name = sign
        self._state.setText(safe(text))
        self._tint()

    def _tint(self) -> None:
        ink = colors().good if self._sign_name == "success" else colors().muted
        if self._sign_name:
            self._sign.setPixmap(icons.pixmap(self._sign_name, 18, ink))
        else:
            self._sign.clear()

    def _fill(self, findings: Sequence[Finding]) -> None:
        """Other cards; the one of the same check stays open."""
        focused = holds_focus(self._scroll)
        open_ = next((card.finding.check for card in self.cards if card.line.isChecked()), None)
        first = not self.cards
        for card in self.cards:
            card.hide()
            card.deleteLater()
        self.cards = [self._make(finding) for finding in findings]
        for place, card in enumerate(self.cards):
            self._column.insertWidget(place, card)
        self._scroll.setVisible(bool(self.cards))
        self.set_stretches(bool(self.cards))
        again = next((card for card in self.cards if card.finding.check == open_), None)
        if again is None and first and self.cards:
            again = self.cards[0]
        if again:
            again.line.setChecked(True)
        if focused:
            (again.line if again else self).setFocus()

    def _make(self, finding: Finding) -> FindingCard:
        card = FindingCard(finding)
        card.shown.connect(self.shown)
        card.remedy_requested.connect(self.remedy_requested)
        card.dismissed.connect(self.dismissed)
        card.line.toggled.connect(lambda open_: self._close_others(card) if open_ else None)
        return card

    def _close_others(self, card: FindingCard) -> None:
        for other in self.cards:
            if other is not card:
                other.line.setChecked(False)


def _tally(findings: Sequence[Finding], count: int) -> str:
    """Such as “2 problems and 1 warning in 398 pictures.”."""
    counts = Counter(finding.severity for finding in findings)
    parts = [f"{n} {severity}{'s' if n > 1 else ''}" for severity in _ORDER if (n := counts[severity])]
    words = ", ".join(parts[:-1]) + " and " + parts[-1] if len(parts) > 1 else parts[0]
    return f"{words} in {pictures(count)}"
