"""The Data page: classes, checks and split to the left, the pictures themselves to the right."""

from collections import Counter
from collections.abc import Sequence
from pathlib import Path

from PySide6.QtCore import Qt, Signal
from PySide6.QtWidgets import QHBoxLayout, QLabel, QProgressBar, QStackedWidget, QVBoxLayout, QWidget

from desktop_app.engine.arrangement import Arrangement
from desktop_app.engine.catalog import Catalog
from desktop_app.engine.checks import Finding
from desktop_app.ui.ask_folder import ask_folder
from desktop_app.ui.buttons import push_button
from desktop_app.ui.card import label
from desktop_app.ui.checks_panel import ChecksPanel
from desktop_app.ui.class_model import ClassRow
from desktop_app.ui.class_panel import ClassPanel
from desktop_app.ui.empty_data import EmptyData
from desktop_app.ui.focus import holds_focus
from desktop_app.ui.left_out import LeftOutDialog
from desktop_app.ui.picture_browser import PictureBrowser
from desktop_app.ui.picture_filter import PictureFilter
from desktop_app.ui.safe_text import safe
from desktop_app.ui.side_column import SideColumn
from desktop_app.ui.split_panel import SplitPanel
from desktop_app.ui.theme import GAP, MARGIN, set_role
from desktop_app.ui.thumbnails import Thumbnails


class DataPage(QWidget):
    """Shows an arrangement of pictures, or how to get one; its parts say what is wanted."""

    folders_chosen = Signal(object)  # list[Path]
    clear_requested = Signal()
    demo_requested = Signal()
    continue_requested = Signal()

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.thumbnails = Thumbnails(self)
        self._catalog = Catalog()
        self._findings: Sequence[Finding] = ()
        self._badges: dict[Path, str] = {}
        self.empty = EmptyData()
        self.empty.add_requested.connect(self.choose_folder)
        self.empty.demo_requested.connect(self.demo_requested)
        self.empty.recent_chosen.connect(lambda path: self.folders_chosen.emit([path]))
        self.classes, self.checks, self.split = ClassPanel(), ChecksPanel(), SplitPanel()
        self._browser = PictureBrowser(self.thumbnails)
        self.strip, self.grid = self._browser.strip, self._browser.grid
        self.strip.label.hide()  # the classes are beside it

        empty_page = QWidget()
        around = QVBoxLayout(empty_page)
        around.setContentsMargins(MARGIN, MARGIN, MARGIN, MARGIN)
        around.addWidget(self.empty)
        self._stack = QStackedWidget()
        self._stack.addWidget(empty_page)
        self._stack.addWidget(self._make_filled())
        layout = QVBoxLayout(self)
        layout.setContentsMargins(0, 0, 0, 0)
        layout.setSpacing(0)
        layout.addWidget(self._stack, 1)
        layout.addWidget(self._make_footer())

        self.classes.class_chosen.connect(self._choose_class)
        self.strip.changed.connect(self._follow_filter)
        self.set_ready(False, "")
        self.show_empty([])

    def show_empty(self, recent: list[Path]) -> None:
        """No pictures: say how to bring some."""
        self._catalog = Catalog()
        self.empty.show_recent(recent)
        self.thumbnails.forget_wishes()
        self.grid.show_pictures(())
        self._turn_to(0)
        self._end_scan()

    def show_arrangement(self, arranged: Arrangement) -> None:
        """Classes, split and pictures, and the totals."""
        catalog, project = arranged.catalog, arranged.project
        self._catalog = catalog
        names = catalog.class_names
        self._totals.setText(_totals(catalog))
        out = len(catalog.problems)
        self.left_out.setText("1 file left out…" if out == 1 else f"{out:,} files left out…")
        self.left_out.setVisible(out > 0)
        counts = Counter(arranged.excluded)
        for (name, _split), count in catalog.counts.items():
            counts[name] += count
        rows = [ClassRow(name, counts[name], name in project.excluded) for name in sorted(counts)]
        self.classes.show_classes(rows, len(catalog.pictures))
        self.split.show_spec(project.split)
        self.split.set_fixed("The folders say which pictures validate." if arranged.given else "")
        self.split.show_table(arranged.rows)
        self.split.set_examples([picture.path for picture in catalog.pictures[:20]])
        self.strip.set_classes(catalog.class_names)
        self.grid.set_classes(names)
        self._show_pictures(arranged)
        self._turn_to(1)
        self._end_scan()

    def show_findings(self, findings: Sequence[Finding], count: int, aside: int = 0) -> None:
        """What the checks have found among `count` pictures, less what was put `aside`."""
        self._findings = findings
        self._badges = {path: one.title for one in reversed(findings) for path in one.pictures}
        self.checks.show_findings(findings, count, aside)
        self.strip.set_findings({finding.title: frozenset(finding.pictures) for finding in findings})

    def show_finding(self, finding: Finding) -> None:
        """Only the pictures of one finding."""
        self.classes.choose(None)
        self.strip.choose(finding=finding.title)
        self.grid.setFocus()

    def findings_of(self, path: Path) -> list[tuple[str, str]]:
        """What the checks found about one picture, as names and values."""
        return [("Finding", finding.title) for finding in self._findings if path in finding.pictures]

    def show_scanning(self, fraction: float, text: str) -> None:
        """Folders are being looked at."""
        self._footer.show()
        self._scan.show()
        self._scan.setValue(round(1000 * fraction))
        self._why.setText(safe(text))
        set_role(self._why, "hint")
        self.next.setEnabled(False)
        self.next.setVisible(self._filled)

    def set_ready(self, ready: bool, why: str) -> None:
        """Whether one may go on to Train, and if not, why."""
        self._ready, self._reason = ready, why
        if self._scan.isHidden():
            self._end_scan()

    def choose_folder(self) -> None:
        """Ask for a folder; the answer comes as `folders_chosen`."""
        ask_folder(self, "Add a folder of pictures", lambda folder: self.folders_chosen.emit([folder]))

    def show_left_out(self) -> None:
        """List the files left out, each with its reason."""
        LeftOutDialog(self._catalog.problems, self).open()

    def _show_pictures(self, arranged: Arrangement) -> None:
        out = {picture.path for picture in arranged.left_out}
        self.grid.show_pictures(arranged.shown, self._badges, out)

    def _choose_class(self, name: str | None) -> None:
        wanted = self.strip.wanted
        self.strip.choose(wanted.text, name, wanted.split, self.strip.finding.currentData())

    def _follow_filter(self, wanted: PictureFilter) -> None:
        if wanted.label is None:
            self.classes.choose(None)

    def _make_filled(self) -> QWidget:
        body = QHBoxLayout()
        body.setContentsMargins(MARGIN, 0, MARGIN, 0)
        body.setSpacing(0)
        body.addWidget(SideColumn([self.classes, self.checks, self.split]))
        body.addWidget(self._browser, 1)
        filled = QWidget()
        column = QVBoxLayout(filled)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(GAP)
        column.addLayout(self._make_header())
        column.addLayout(body, 1)
        return filled

    def _make_header(self) -> QHBoxLayout:
        self._totals = label("", "title")
        self.left_out = push_button("", self.show_left_out, "quiet", "Show which, and why")
        self._add = push_button("&Add folder…", self.choose_folder)
        tip = "Start over with other pictures. No file is deleted."
        self._clear = push_button("C&lear", self.clear_requested.emit, tip=tip)
        header = QHBoxLayout()
        header.setContentsMargins(MARGIN, MARGIN - 6, MARGIN, 0)
        header.setSpacing(GAP)
        header.addWidget(self._totals)
        header.addStretch()
        header.addWidget(self.left_out)
        header.addWidget(self._add)
        header.addWidget(self._clear)
        return header

    def _make_footer(self) -> QWidget:
        self._why = QLabel(wordWrap=True, textFormat=Qt.TextFormat.PlainText)
        self._scan = QProgressBar(maximum=1000, textVisible=False)
        self._scan.setFixedWidth(220)
        self._scan.setAccessibleName("Looking at files")
        self._scan.hide()
        self.next = push_button("&Next: Train", self.continue_requested.emit, "primary")
        self._footer = QWidget()
        row = QHBoxLayout(self._footer)
        row.setContentsMargins(MARGIN, GAP - 4, MARGIN, GAP - 2)
        row.setSpacing(GAP)
        row.addWidget(self._scan)
        row.addWidget(self._why, 1)
        row.addWidget(self.next)
        return self._footer

    @property
    def _filled(self) -> bool:
        return self._stack.currentIndex() == 1

    def _turn_to(self, index: int) -> None:
        """Show the empty side or the filled one; else Qt would single out some control of it."""
        if index != self._stack.currentIndex() and holds_focus(self._stack):
            self.setFocus()
        self._stack.setCurrentIndex(index)

    def _end_scan(self) -> None:
        """The footer says whether one may go on; on the empty page there is nowhere to go."""
        self._scan.hide()
        self._footer.setVisible(self._filled)
        self.next.setVisible(self._filled)
        self.next.setEnabled(self._ready)
        self._why.setText("" if self._ready else safe(self._reason))
        set_role(self._why, "hint" if self._ready else "warning")


def _totals(catalog: Catalog) -> str:
    count, classes = len(catalog.pictures), len(catalog.class_names)
    of = "1 picture" if count == 1 else f"{count:,} pictures"
    return f"{of} in " + ("1 class" if classes == 1 else f"{classes:,} classes")
