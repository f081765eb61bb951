"""The look: one set of colours for light and one for dark, and the roles of widgets."""

from dataclasses import dataclass

from PySide6.QtCore import Qt
from PySide6.QtGui import QColor, QGuiApplication, QPalette
from PySide6.QtWidgets import QApplication, QWidget

from desktop_app.ui.style_sheet import style_sheet

GAP, MARGIN, RADIUS = 12, 24, 8


@dataclass(frozen=True)
class Colors:
    """The named colours of one scheme, as #rrggbb."""

    name: str  # light or dark: style sheets cannot tint, so some icons come in both
    window: str
    card: str
    field: str
    border: str  # of cards: decoration
    outline: str  # of controls: must be seen
    groove: str  # of scroll bars
    hover: str
    text: str
    muted: str
    faded: str  # of what is disabled
    accent: str
    accent_hover: str
    on_accent: str
    accent_soft: str
    good: str
    warn: str
    warn_soft: str
    bad: str
    bad_soft: str


LIGHT = Colors(
    name="light",
    window="#f5f6f8",
    card="#ffffff",
    field="#ffffff",
    border="#dfe3e8",
    outline="#a9b2be",
    groove="#c8ced6",
    hover="#eceff2",
    text="#1c2430",
    muted="#5b6675",
    faded="#949ca5",
    accent="#1f6f54",
    accent_hover="#185a44",
    on_accent="#ffffff",
    accent_soft="#e2f1eb",
    good="#1f6f54",
    warn="#8a5a00",
    warn_soft="#fdf3dc",
    bad="#b3261e",
    bad_soft="#fcebea",
)
DARK = Colors(
    name="dark",
    window="#171a1f",
    card="#20242b",
    field="#1a1e24",
    border="#343a44",
    outline="#5b6572",
    groove="#444c57",
    hover="#2a3038",
    text="#e8ebef",
    muted="#a2acb9",
    faded="#6e7680",
    accent="#58c39b",
    accent_hover="#74d3af",
    on_accent="#0d1f18",
    accent_soft="#213a31",
    good="#58c39b",
    warn="#e5b454",
    warn_soft="#39301c",
    bad="#ff8a80",
    bad_soft="#3d2525",
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
    """Give `widget` one of the style sheet's roles, also when it is on the screen already.

    Roles are card; title, heading, figure, hint, warning, error, success (labels); primary, quiet, danger,
    segment, step (buttons).
    """
    widget.setProperty("role", role)
    widget.setAttribute(Qt.WidgetAttribute.WA_StyledBackground, role == "card")
    widget.style().unpolish(widget)
    widget.style().polish(widget)


def _dress(app: QApplication) -> None:
    app.setPalette(_palette(colors()))
    app.setStyleSheet(style_sheet(colors(), app.font().pointSizeF()))


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
        role.BrightText: c.bad,
        role.Highlight: c.accent,
        role.HighlightedText: c.on_accent,
        role.Link: c.accent,
        role.LinkVisited: c.accent,
        role.ToolTipBase: c.card,
        role.ToolTipText: c.text,
        role.Accent: c.accent,
        role.Mid: c.border,
    }.items():
        palette.setColor(target, QColor(color))
    for target in (role.WindowText, role.Text, role.ButtonText):
        palette.setColor(QPalette.ColorGroup.Disabled, target, QColor(c.faded))
    return palette
