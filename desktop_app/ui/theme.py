"""The look: one palette for light and one for dark, and the few style rules on top of Fusion."""

from dataclasses import dataclass

from PySide6.QtCore import Qt
from PySide6.QtGui import QColor, QGuiApplication, QPalette
from PySide6.QtWidgets import QApplication, QWidget

from desktop_app.ui.icons import ICONS

GAP, MARGIN, RADIUS = 12, 24, 8


@dataclass(frozen=True)
class Colors:
    """The named colours of one scheme, as #rrggbb."""

    window: str
    card: str
    field: str
    border: str  # of cards: decoration
    outline: str  # of controls: must be seen
    hover: str
    text: str
    muted: str
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
    window="#f5f6f8",
    card="#ffffff",
    field="#ffffff",
    border="#dfe3e8",
    outline="#a9b2be",
    hover="#eceff2",
    text="#1c2430",
    muted="#5b6675",
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
    window="#171a1f",
    card="#20242b",
    field="#1a1e24",
    border="#343a44",
    outline="#5b6572",
    hover="#2a3038",
    text="#e8ebef",
    muted="#a2acb9",
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
    step (buttons).
    """
    widget.setProperty("role", role)
    widget.setAttribute(Qt.WidgetAttribute.WA_StyledBackground, role == "card")
    widget.style().unpolish(widget)
    widget.style().polish(widget)


def _dress(app: QApplication) -> None:
    app.setPalette(_palette(colors()))
    app.setStyleSheet(_sheet(colors(), app.font().pointSizeF()))


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
        faded = QColor(c.muted)
        faded.setAlpha(140)
        palette.setColor(QPalette.ColorGroup.Disabled, target, faded)
    return palette


def _sheet(c: Colors, base: float) -> str:
    """The style rules; type sizes follow `base`, the system's own size in points."""
    return _text_rules(c, base) + _button_rules(c) + _field_rules(c) + _list_rules(c)


def _text_rules(c: Colors, base: float) -> str:
    return f"""
    [role="card"] {{ background: {c.card}; border: 1px solid {c.border}; border-radius: {RADIUS}px; }}
    [role="title"] {{ font-size: {base * 1.7:.1f}pt; font-weight: 600; }}
    [role="heading"] {{ font-size: {base * 1.1:.1f}pt; font-weight: 600; }}
    [role="figure"] {{ font-size: {base * 2:.1f}pt; font-weight: 600; }}
    [role="hint"] {{ color: {c.muted}; }}
    [role="warning"] {{ color: {c.warn}; }}
    [role="error"] {{ color: {c.bad}; }}
    [role="success"] {{ color: {c.good}; }}
    QToolTip {{ background: {c.card}; color: {c.text}; border: 1px solid {c.outline}; padding: 5px 7px; }}
    QScrollArea, QScrollArea > QWidget > QWidget {{ background: transparent; border: none; }}
    QGroupBox {{ border: 1px solid {c.border}; border-radius: {RADIUS}px; margin-top: 1.1em; padding: 8px; }}
    QGroupBox::title {{ subcontrol-origin: margin; left: 8px; padding: 0 4px; color: {c.muted}; }}
    """


def _button_rules(c: Colors) -> str:
    return f"""
    QPushButton, QToolButton, QCheckBox, QRadioButton {{ outline: none; }}
    QPushButton, QToolButton {{ padding: 6px 14px; min-height: 20px; border: 1px solid {c.outline};
        border-radius: 6px; background: {c.card}; color: {c.text}; }}
    QToolButton {{ padding: 6px; }}
    QPushButton:hover, QToolButton:hover {{ background: {c.hover}; }}
    QPushButton:pressed, QToolButton:pressed {{ background: {c.border}; }}
    QPushButton:checked, QToolButton:checked {{ background: {c.accent_soft}; border-color: {c.accent}; }}
    QPushButton:focus {{ border: 2px solid {c.accent}; padding: 5px 13px; }}
    QToolButton:focus {{ border: 2px solid {c.accent}; padding: 5px; }}
    QPushButton:disabled, QToolButton:disabled {{ color: {c.muted}; background: {c.window};
        border-color: {c.border}; }}
    QPushButton[role="primary"] {{ background: {c.accent}; color: {c.on_accent}; border-color: {c.accent};
        font-weight: 600; }}
    QPushButton[role="primary"]:hover {{ background: {c.accent_hover}; }}
    QPushButton[role="primary"]:focus {{ border: 2px solid {c.text}; }}
    QPushButton[role="primary"]:disabled {{ background: {c.border}; color: {c.muted};
        border-color: {c.border}; }}
    QPushButton[role="danger"] {{ color: {c.bad}; border-color: {c.bad}; }}
    QPushButton[role="danger"]:hover {{ background: {c.bad_soft}; }}
    QPushButton[role="danger"]:disabled {{ color: {c.muted}; background: {c.window};
        border-color: {c.border}; }}
    QPushButton[role="quiet"], QToolButton[role="quiet"] {{ border: 2px solid transparent;
        background: transparent; padding: 5px 10px; }}
    QToolButton[role="quiet"] {{ padding: 4px; }}
    QPushButton[role="quiet"] {{ color: {c.accent}; }}
    QPushButton[role="quiet"]:checked, QToolButton[role="quiet"]:checked {{ background: transparent;
        border-color: transparent; }}
    QPushButton[role="quiet"]:hover, QToolButton[role="quiet"]:hover {{ background: {c.hover}; }}
    QPushButton[role="quiet"]:focus, QToolButton[role="quiet"]:focus {{ border-color: {c.accent}; }}
    QPushButton[role="quiet"]:disabled {{ color: {c.muted}; }}
    QPushButton[role="step"] {{ border: 2px solid transparent; background: transparent; padding: 6px 10px;
        text-align: left; color: {c.muted}; }}
    QPushButton[role="step"]:hover {{ background: {c.hover}; color: {c.text}; }}
    QPushButton[role="step"]:checked {{ background: {c.accent_soft}; color: {c.text}; font-weight: 600; }}
    QPushButton[role="step"]:focus {{ border-color: {c.accent}; }}
    QCheckBox, QRadioButton {{ spacing: 8px; padding: 2px; border: 2px solid transparent;
        border-radius: 6px; }}
    QCheckBox:focus, QRadioButton:focus {{ border-color: {c.accent}; }}
    QCheckBox::indicator, QRadioButton::indicator {{ width: 14px; height: 14px; background: {c.field};
        border: 1px solid {c.outline}; border-radius: 4px; }}
    QRadioButton::indicator {{ border-radius: 8px; }}
    QCheckBox::indicator:hover, QRadioButton::indicator:hover {{ border-color: {c.accent}; }}
    QCheckBox::indicator:checked {{ background: {c.accent}; border-color: {c.accent};
        image: url("{_image(c, "tick")}"); }}
    QCheckBox::indicator:disabled, QRadioButton::indicator:disabled {{ background: {c.border};
        border-color: {c.border}; }}
    QRadioButton::indicator:checked {{ width: 6px; height: 6px; border: 5px solid {c.accent}; }}
    """


def _field_rules(c: Colors) -> str:
    chevron = ICONS.as_posix() + "/chevron"
    return f"""
    QLineEdit, QAbstractSpinBox, QComboBox {{ min-height: 20px; padding: 5px 8px; background: {c.field};
        border: 1px solid {c.outline}; border-radius: 6px;
        selection-background-color: {c.accent}; selection-color: {c.on_accent}; }}
    QPlainTextEdit, QTextEdit {{ background: {c.field}; border: 1px solid {c.border}; border-radius: 6px;
        padding: 4px; selection-background-color: {c.accent}; selection-color: {c.on_accent}; }}
    QLineEdit:hover, QAbstractSpinBox:hover, QComboBox:hover {{ border-color: {c.muted}; }}
    QLineEdit:focus, QAbstractSpinBox:focus, QComboBox:focus, QComboBox:on {{ padding: 4px 7px;
        border: 2px solid {c.accent}; }}
    QPlainTextEdit:focus, QTextEdit:focus {{ border: 2px solid {c.accent}; padding: 3px; }}
    QLineEdit:disabled, QAbstractSpinBox:disabled, QComboBox:disabled {{ color: {c.muted};
        background: {c.window}; border-color: {c.border}; }}
    QComboBox::drop-down {{ border: none; width: 24px; }}
    QComboBox::down-arrow {{ image: url("{chevron}-down.svg"); width: 12px; height: 12px; }}
    QComboBox QAbstractItemView {{ background: {c.card}; border: 1px solid {c.border}; padding: 4px;
        outline: none; selection-background-color: {c.accent_soft}; selection-color: {c.text}; }}
    QAbstractSpinBox::up-button, QAbstractSpinBox::down-button {{ subcontrol-origin: border; width: 20px;
        border: none; margin: 2px; border-radius: 4px; }}
    QAbstractSpinBox::up-button {{ subcontrol-position: top right; margin-bottom: 0; }}
    QAbstractSpinBox::down-button {{ subcontrol-position: bottom right; margin-top: 0; }}
    QAbstractSpinBox::up-button:hover, QAbstractSpinBox::down-button:hover {{ background: {c.hover}; }}
    QAbstractSpinBox::up-arrow {{ image: url("{chevron}-up.svg"); width: 10px; height: 10px; }}
    QAbstractSpinBox::down-arrow {{ image: url("{chevron}-down.svg"); width: 10px; height: 10px; }}
    QProgressBar {{ min-height: 8px; max-height: 8px; border: none; border-radius: 4px;
        background: {c.border}; color: transparent; }}
    QProgressBar::chunk {{ background: {c.accent}; border-radius: 4px; }}
    QSlider {{ min-height: 20px; }}
    QSlider::groove:horizontal {{ height: 4px; border-radius: 2px; background: {c.border}; }}
    QSlider::sub-page:horizontal {{ height: 4px; border-radius: 2px; background: {c.accent}; }}
    QSlider::handle:horizontal {{ width: 14px; height: 14px; margin: -6px 0; border-radius: 8px;
        background: {c.card}; border: 1px solid {c.accent}; }}
    QSlider::handle:horizontal:focus {{ background: {c.accent}; }}
    """


def _list_rules(c: Colors) -> str:
    return f"""
    QAbstractItemView {{ background: {c.card}; alternate-background-color: {c.window};
        border: 1px solid {c.border}; border-radius: 6px; gridline-color: {c.border};
        selection-background-color: {c.accent_soft}; selection-color: {c.text}; }}
    QAbstractItemView:focus {{ border-color: {c.accent}; }}
    QTableView::item {{ padding: 4px 8px; }}
    QHeaderView {{ background: transparent; border: none; }}
    QHeaderView::section {{ background: {c.card}; color: {c.muted}; font-weight: 600; border: none;
        border-bottom: 1px solid {c.border}; padding: 6px 8px; }}
    QTableCornerButton::section {{ background: {c.card}; border: none; }}
    QTabWidget::pane {{ border: none; border-top: 1px solid {c.border}; }}
    QTabBar {{ qproperty-drawBase: 0; }}
    QTabBar::tab {{ padding: 8px 14px; color: {c.muted}; background: transparent;
        border: none; border-bottom: 2px solid transparent; }}
    QTabBar::tab:hover {{ color: {c.text}; }}
    QTabBar::tab:selected {{ color: {c.text}; border-bottom-color: {c.accent}; }}
    QTabBar::tab:focus {{ background: {c.accent_soft}; }}
    QMenuBar {{ background: {c.window}; padding: 2px 8px; }}
    QMenuBar::item {{ padding: 5px 10px; border-radius: 4px; background: transparent; }}
    QMenuBar::item:selected, QMenu::item:selected {{ background: {c.accent_soft}; color: {c.text}; }}
    QMenu {{ background: {c.card}; border: 1px solid {c.border}; padding: 4px; }}
    QMenu::item {{ padding: 6px 24px 6px 12px; border-radius: 4px; }}
    QMenu::item:disabled {{ color: {c.muted}; background: transparent; }}
    QMenu::separator {{ height: 1px; background: {c.border}; margin: 4px 8px; }}
    QMenu::right-arrow {{ image: url("{ICONS.as_posix()}/chevron-right.svg"); width: 10px; height: 10px; }}
    QScrollBar {{ background: transparent; border: none; margin: 0; }}
    QScrollBar:vertical {{ width: 12px; }}
    QScrollBar:horizontal {{ height: 12px; }}
    QScrollBar::handle {{ background: {c.outline}; border: 3px solid transparent; border-radius: 6px; }}
    QScrollBar::handle:vertical {{ min-height: 36px; margin: 0 3px; border: none; border-radius: 3px; }}
    QScrollBar::handle:horizontal {{ min-width: 36px; margin: 3px 0; border: none; border-radius: 3px; }}
    QScrollBar::handle:hover {{ background: {c.muted}; }}
    QScrollBar::add-line, QScrollBar::sub-line {{ width: 0; height: 0; }}
    QScrollBar::add-page, QScrollBar::sub-page {{ background: transparent; }}
    QSplitter::handle {{ background: transparent; }}
    """


def _image(c: Colors, name: str) -> str:
    """A picture drawn for this scheme, as a path for the style sheet, which cannot tint."""
    return (ICONS / f"{name}-{'dark' if c is DARK else 'light'}.svg").as_posix()
