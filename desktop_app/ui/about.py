"""The About dialog: what this is, which version, and what is new."""

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QDialog, QHBoxLayout, QLabel, QTextBrowser, QVBoxLayout, QWidget

from desktop_app import __version__
from desktop_app.ui import icons
from desktop_app.ui.buttons import push_button
from desktop_app.ui.card import label
from desktop_app.ui.theme import GAP, MARGIN


class AboutDialog(QDialog):
    """Escape closes it."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setWindowTitle("About Graftwork")
        self.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        self.resize(520, 440)
        mark = QLabel()
        mark.setPixmap(icons.program_pixmap(64))
        words = QVBoxLayout()
        words.setSpacing(4)
        words.addWidget(label(f"Graftwork {__version__}", "title"))
        words.addWidget(label("Teach a pretrained network your own kinds of pictures.", "hint", wrap=True))
        head = QHBoxLayout()
        head.setSpacing(GAP + 4)
        head.addWidget(mark, 0, Qt.AlignmentFlag.AlignTop)
        head.addLayout(words, 1)
        news = QTextBrowser(openExternalLinks=True)
        news.setAccessibleName("What is new")
        changelog = icons.RESOURCES / "CHANGELOG.md"
        news.setMarkdown(changelog.read_text(encoding="utf-8") if changelog.is_file() else "")
        close = push_button("C&lose", self.accept, "primary")
        close.setDefault(True)
        layout = QVBoxLayout(self)
        layout.setContentsMargins(MARGIN, MARGIN, MARGIN, GAP + 6)
        layout.setSpacing(GAP + 4)
        layout.addLayout(head)
        layout.addWidget(news, 1)
        layout.addWidget(close, 0, Qt.AlignmentFlag.AlignRight)
        close.setFocus()
