"""The dialog for an error that nobody foresaw: the program lives on, and the error can be told to others."""

import platform
import traceback
from pathlib import Path

import PySide6
from PySide6.QtCore import Qt
from PySide6.QtGui import QFontDatabase, QGuiApplication
from PySide6.QtWidgets import (
    QApplication,
    QDialog,
    QHBoxLayout,
    QLabel,
    QPlainTextEdit,
    QVBoxLayout,
    QWidget,
)

from desktop_app import __version__
from desktop_app.ui import icons
from desktop_app.ui.buttons import push_button
from desktop_app.ui.safe_text import safe
from desktop_app.ui.theme import GAP, MARGIN, colors, set_role


class CrashDialog(QDialog):
    """Shows one error in plain words, its details on demand, and counts those that follow."""

    def __init__(self, error: BaseException, log_path: Path, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setWindowTitle("Something went wrong – Graftwork")
        self.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        self.setMinimumWidth(560)
        self._more = 0
        sign = QLabel()
        sign.setPixmap(icons.pixmap("warning", 36, colors().warn))
        title = QLabel("Something went wrong inside Graftwork")
        set_role(title, "heading")
        words = _wrapped(
            "This is a fault of the program, not of your pictures. Your work is kept and you may go on. "
            "To report it, copy the details and send them along."
        )
        self._summary = _wrapped(_summary(error))
        self._count = _wrapped("")
        set_role(self._count, "hint")
        self._count.hide()
        log = _wrapped(f"Log: {safe(log_path)}")
        log.setTextInteractionFlags(Qt.TextInteractionFlag.TextSelectableByMouse)
        set_role(log, "hint")
        self.details = QPlainTextEdit(_report(error, log_path), readOnly=True)
        self.details.setFont(QFontDatabase.systemFont(QFontDatabase.SystemFont.FixedFont))
        self.details.setLineWrapMode(QPlainTextEdit.LineWrapMode.NoWrap)
        self.details.setMinimumHeight(200)
        self.details.setTabChangesFocus(True)
        self.details.setAccessibleName("Details of the error")
        self.details.hide()

        self._show_details = push_button("Show &details", self._unfold)
        copy = push_button("&Copy details", self.copy)
        go_on = push_button("Con&tinue", self.accept, "primary")
        go_on.setDefault(True)
        buttons = QHBoxLayout()
        buttons.addWidget(self._show_details)
        buttons.addWidget(copy)
        buttons.addStretch()
        buttons.addWidget(go_on)

        column = QVBoxLayout()
        column.setSpacing(GAP)
        for widget in (title, words, self._summary, self._count, log):
            column.addWidget(widget)
        head = QHBoxLayout()
        head.setSpacing(GAP + 4)
        head.addWidget(sign, 0, Qt.AlignmentFlag.AlignTop)
        head.addLayout(column, 1)
        layout = QVBoxLayout(self)
        layout.setContentsMargins(MARGIN, MARGIN, MARGIN, GAP + 6)
        layout.setSpacing(GAP + 4)
        layout.addLayout(head)
        layout.addWidget(self.details, 1)
        layout.addLayout(buttons)
        go_on.setFocus()

    def add(self, error: BaseException) -> None:
        """Count a further error instead of opening a further dialog."""
        self._more += 1
        times = "One more error" if self._more == 1 else f"{self._more} more errors"
        self._count.setText(f"{times} since. The last: {_summary(error)}")
        self._count.show()

    def copy(self) -> None:
        """All that a report needs, to the clipboard."""
        QGuiApplication.clipboard().setText(self.details.toPlainText())

    def _unfold(self) -> None:
        shown = self.details.isHidden()
        self.details.setVisible(shown)
        self._show_details.setText("Hide &details" if shown else "Show &details")
        self.adjustSize()


def show_crash(error: BaseException, log_path: Path, parent: QWidget | None = None) -> CrashDialog:
    """Open the dialog, or tell the one that is open."""
    for widget in QApplication.topLevelWidgets():
        if isinstance(widget, CrashDialog) and widget.isVisible():
            widget.add(error)
            return widget
    dialog = CrashDialog(error, log_path, parent)
    dialog.open()
    return dialog


def _summary(error: BaseException) -> str:
    words = safe(str(error).strip().partition("\n")[0])[:300]
    return f"{type(error).__name__}: {words}" if words else type(error).__name__


def _report(error: BaseException, log_path: Path) -> str:
    trace = "".join(traceback.format_exception(error))
    versions = f"Graftwork {__version__}, Python {platform.python_version()}, PySide6 {PySide6.__version__}"
    text = f"{versions}, {platform.platform()}\nLog: {log_path}\n\n{trace}"
    return "\n".join(map(safe, text.splitlines()))


def _wrapped(text: str) -> QLabel:
    return QLabel(text, wordWrap=True, textFormat=Qt.TextFormat.PlainText)
