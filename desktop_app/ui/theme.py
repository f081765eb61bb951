"""The look: one palette for light and one for dark, and the few style rules on top of Fusion."""

from dataclasses import dataclass

from PySide6.QtCore import Qt
from PySide6.QtGui import QColor, QGuiApplication, QPalette
from PySide6.QtWidgets import QApplication, QWidget

GAP, MARGIN, RADIUS = 12, 24, 8


@dataclass(frozen=True)
class Colors:
    """The named colours of one scheme, as #rrggbb."""

    window: str
    card: str
    field: str
    border: str
    text: str
    muted: str
    accent: str
    on_accent: str
    accent_soft: str
    good: str
    warn: str
    bad: str


LIGHT = Colors(
    window="#f5f6f8",
    card="#ffffff",
    field="#ffffff",
    border="#d9dde3",
    text="#1c2430",
    muted="#5b6675",
    accent="#1f6f54",
    on_accent="#ffffff",
    accent_soft="#e2f1eb",
    good="#1f6f54",
    warn="#8a5a00",
    bad="#b3261e",
)
DARK = Colors(
    window="#171a1f",
    card="#20242b",
    field="#1a1e24",
    border="#39404a",
    text="#e8ebef",
    muted="#a2acb9",
    accent="#58c39b",
    on_accent="#0d1f18",
    accent_soft="#213a31",
    good="#58c39b",
    warn="#e5b454",
    bad="#ff8a80",
)


def is_dark() -> bool:
    """Whether the system asks for a dark look."""
    return QGuiApplication.styleHints().colorScheme() == Qt.ColorScheme.Dark


def colors() -> Colors:
    """The colours of the present scheme."""
    return DARK if is_dark() else LIGHT


def apply(app: QApplication) -> None:
    """Dress `app`, now and whenever the system's scheme changes."""
    app.setStyle("Fusion")
    app.styleHints().colorSchemeChanged.connect(lambda _scheme: _dress(app))
    _dress(app)


def set_role(widget: QWidget, role: str) -> None:
    """Give `widget` one of the style sheet's roles, also when it is on the screen already."""
    widget.setProperty("role", role)
    widget.style().unpolish(widget)
    widget.style().polish(widget)


def _dress(app: QApplication) -> None:
    app.setPalette(_palette(colors()))
    app.setStyleSheet(_sheet(colors()))


def _palette(c: Colors) -> QPalette:
    palette = QPalette()
    role = QPalette.ColorRole
    for target, color in {
        role.Window: c.window,
        role.WindowText: c.text,
        role.Base: c.field,
        role.AlternateBase: c.card,
        role.Text: c.text,
        role.PlaceholderText: c.muted,
        role.Button: c.card,
        role.ButtonText: c.text,
        role.Highlight: c.accent,
        role.HighlightedText: c.on_accent,
        role.Link: c.accent,
        role.ToolTipBase: c.card,
        role.ToolTipText: c.text,
        role.Accent: c.accent,
        role.Mid: c.border,
    }.items():
        palette.setColor(target, QColor(color))
    for target in (role.WindowText, role.Text, role.ButtonText):
        faded = QColor(c.muted)
        faded.setAlpha(140)
        palette.setColor(QPalette.ColorGroup.Disabled, target, faded)
    return palette


def _sheet(c: Colors) -> str:
    return f"""
    [role="card"] {{ background: {c.card}; border: 1px solid {c.border}; border-radius: {RADIUS}px; }}
    [role="title"] {{ font-size: 18pt; font-weight: 600; }}
    [role="heading"] {{ font-size: 11pt; font-weight: 600; }}
    [role="hint"] {{ color: {c.muted}; }}
    [role="figure"] {{ font-size: 24pt; font-weight: 600; }}
    [role="warning"] {{ color: {c.warn}; }}
    [role="error"] {{ color: {c.bad}; }}
    QPushButton {{ padding: 6px 14px; border: 1px solid {c.border}; border-radius: 6px; background: {c.card}; }}
    QPushButton:hover {{ border-color: {c.accent}; }}
    QPushButton:focus {{ border: 2px solid {c.accent}; padding: 5px 13px; }}
    QPushButton:disabled {{ color: {c.muted}; background: {c.window}; }}
    QPushButton[role="primary"] {{ background: {c.accent}; color: {c.on_accent}; border-color: {c.accent};
        font-weight: 600; }}
    QPushButton[role="primary"]:disabled {{ background: {c.border}; color: {c.muted}; border-color: {c.border}; }}
    QToolTip {{ background: {c.card}; color: {c.text}; border: 1px solid {c.border}; padding: 4px; }}
    """
