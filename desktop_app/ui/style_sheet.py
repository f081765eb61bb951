"""The style sheet: the few rules on top of Fusion, in a scheme's colours."""

from typing import TYPE_CHECKING

from desktop_app.ui.icons import ICONS

if TYPE_CHECKING:
    from desktop_app.ui.theme import Colors

_ICONS = ICONS.as_posix()
_RADIUS = 8  # of cards


def style_sheet(c: "Colors", base: float) -> str:
    """The style rules; type sizes follow `base`, the system's own size in points."""
    return _text_rules(c, base) + _button_rules(c) + _field_rules(c) + _list_rules(c)


def _text_rules(c: "Colors", base: float) -> str:
    return f"""
    [role="card"] {{ background: {c.card}; border: 1px solid {c.border}; border-radius: {_RADIUS}px; }}
    [role="title"] {{ font-size: {base * 1.7:.1f}pt; font-weight: 600; }}
    [role="heading"] {{ font-size: {base * 1.1:.1f}pt; font-weight: 600; }}
    [role="figure"] {{ font-size: {base * 2:.1f}pt; font-weight: 600; }}
    [role="hint"] {{ color: {c.muted}; }}
    [role="warning"] {{ color: {c.warn}; }}
    [role="error"] {{ color: {c.bad}; }}
    [role="success"] {{ color: {c.good}; font-weight: 600; }}
    [role="hint"]:disabled, [role="warning"]:disabled, [role="error"]:disabled {{ color: {c.faded}; }}
    QToolTip {{ background: {c.card}; color: {c.text}; border: 1px solid {c.outline}; padding: 5px 7px; }}
    QScrollArea, QScrollArea > QWidget > QWidget {{ background: transparent; border: none; }}
    QGroupBox {{ border: 1px solid {c.border}; border-radius: {_RADIUS}px; margin-top: 1.1em; padding: 8px; }}
    QGroupBox::title {{ subcontrol-origin: margin; left: 8px; padding: 0 4px; color: {c.muted}; }}
    """


def _button_rules(c: "Colors") -> str:
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
    QPushButton:disabled, QToolButton:disabled {{ color: {c.faded}; background: {c.window};
        border-color: {c.border}; }}
    QPushButton[role="primary"] {{ background: {c.accent}; color: {c.on_accent}; border-color: {c.accent};
        font-weight: 600; }}
    QPushButton[role="primary"]:hover {{ background: {c.accent_hover}; }}
    QPushButton[role="primary"]:focus {{ border: 2px solid {c.text}; }}
    QPushButton[role="primary"]:disabled {{ background: {c.border}; color: {c.muted};
        border-color: {c.border}; }}
    QPushButton[role="segment"] {{ padding: 5px 4px; }}
    QPushButton[role="segment"]:focus {{ padding: 4px 3px; }}
    QPushButton[role="danger"] {{ color: {c.bad}; border-color: {c.bad}; }}
    QPushButton[role="danger"]:hover {{ background: {c.bad_soft}; }}
    QPushButton[role="danger"]:disabled {{ color: {c.faded}; background: {c.window};
        border-color: {c.border}; }}
    QDialogButtonBox {{ dialogbuttonbox-buttons-have-icons: 0; }}
    QPushButton::menu-indicator {{ image: url("{_ICONS}/chevron-down.svg"); width: 10px; height: 10px;
        subcontrol-origin: padding; subcontrol-position: center right; right: 8px; }}
    QPushButton[role="menu"] {{ padding-right: 26px; }}
    QPushButton[role="quiet"], QToolButton[role="quiet"] {{ border: 2px solid transparent;
        background: transparent; padding: 5px 10px; }}
    QToolButton[role="quiet"] {{ padding: 4px; }}
    QPushButton[role="quiet"] {{ color: {c.accent}; }}
    QPushButton[role="quiet"]:checked, QToolButton[role="quiet"]:checked {{ background: transparent;
        border-color: transparent; }}
    QPushButton[role="quiet"]:hover, QToolButton[role="quiet"]:hover {{ background: {c.hover}; }}
    QPushButton[role="quiet"]:focus, QToolButton[role="quiet"]:focus {{ border-color: {c.accent}; }}
    QPushButton[role="quiet"]:disabled {{ color: {c.faded}; }}
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
        image: url("{_ICONS}/tick-{c.name}.svg"); }}
    QCheckBox::indicator:disabled, QRadioButton::indicator:disabled {{ background: {c.border};
        border-color: {c.border}; }}
    QRadioButton::indicator:checked {{ width: 6px; height: 6px; border: 5px solid {c.accent}; }}
    QRadioButton::indicator:checked:disabled {{ background: {c.field}; border-color: {c.faded}; }}
    QCheckBox::indicator:checked:disabled {{ background: {c.faded}; border-color: {c.faded}; }}
    """


def _field_rules(c: "Colors") -> str:
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
    QLineEdit:disabled, QAbstractSpinBox:disabled, QComboBox:disabled {{ color: {c.faded};
        background: {c.window}; border-color: {c.border}; }}
    QComboBox::drop-down {{ border: none; width: 24px; }}
    QComboBox::down-arrow {{ image: url("{_ICONS}/chevron-down.svg"); width: 12px; height: 12px; }}
    QComboBox QAbstractItemView {{ background: {c.card}; border: 1px solid {c.border}; padding: 4px;
        outline: none; selection-background-color: {c.accent_soft}; selection-color: {c.text}; }}
    QAbstractSpinBox::up-button, QAbstractSpinBox::down-button {{ subcontrol-origin: border; width: 20px;
        border: none; margin: 2px; border-radius: 4px; }}
    QAbstractSpinBox::up-button {{ subcontrol-position: top right; margin-bottom: 0; }}
    QAbstractSpinBox::down-button {{ subcontrol-position: bottom right; margin-top: 0; }}
    QAbstractSpinBox::up-button:hover, QAbstractSpinBox::down-button:hover {{ background: {c.hover}; }}
    QAbstractSpinBox::up-arrow {{ image: url("{_ICONS}/chevron-up.svg"); width: 10px; height: 10px; }}
    QAbstractSpinBox::down-arrow {{ image: url("{_ICONS}/chevron-down.svg"); width: 10px; height: 10px; }}
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


def _list_rules(c: "Colors") -> str:
    return f"""
    QAbstractItemView {{ background: {c.card}; alternate-background-color: {c.window};
        border: 1px solid {c.border}; border-radius: 6px; gridline-color: {c.border};
        selection-background-color: {c.accent_soft}; selection-color: {c.text}; }}
    QAbstractItemView:focus {{ border-color: {c.accent}; }}
    QAbstractItemView::indicator {{ width: 14px; height: 14px; background: {c.field};
        border: 1px solid {c.outline}; border-radius: 4px; }}
    QAbstractItemView::indicator:checked {{ background: {c.accent}; border-color: {c.accent};
        image: url("{_ICONS}/tick-{c.name}.svg"); }}
    QAbstractItemView[role="bare"] {{ border: none; border-radius: 0; background: transparent; }}
    QTableView {{ outline: 0; }}
    QTableView::item {{ padding: 4px 8px; }}
    QTableView::item:focus {{ background: {c.accent_soft}; color: {c.text}; }}
    QListView[role="lines"]::item {{ padding: 3px 6px; }}
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
    QMenu::item:disabled {{ color: {c.faded}; background: transparent; }}
    QMenu::separator {{ height: 1px; background: {c.border}; margin: 4px 8px; }}
    QMenu::right-arrow {{ image: url("{_ICONS}/chevron-right.svg"); width: 10px; height: 10px; }}
    QScrollBar {{ background: transparent; border: none; margin: 0; }}
    QScrollBar:vertical {{ width: 10px; }}
    QScrollBar:horizontal {{ height: 10px; }}
    QScrollBar::handle {{ background: {c.groove}; border: none; border-radius: 2px; }}
    QScrollBar::handle:vertical {{ min-height: 36px; margin: 0 3px; }}
    QScrollBar::handle:horizontal {{ min-width: 36px; margin: 3px 0; }}
    QScrollBar::handle:hover, QScrollBar::handle:pressed {{ background: {c.muted}; }}
    QScrollBar::add-line, QScrollBar::sub-line {{ width: 0; height: 0; }}
    QScrollBar::add-page, QScrollBar::sub-page {{ background: transparent; }}
    QAbstractScrollArea::corner {{ background: transparent; border: none; }}
    QSplitter::handle {{ background: transparent; }}
    """
