"""One picture large, with all there is to know about it beside it."""

from collections.abc import Callable, Sequence
from functools import partial
from pathlib import Path

from PySide6.QtCore import QSize, Qt, QTimer, Signal, Slot
from PySide6.QtGui import QKeySequence, QPixmap, QShortcut
from PySide6.QtWidgets import QCheckBox, QDialog, QHBoxLayout, QLabel, QVBoxLayout, QWidget

from desktop_app.engine import images
from desktop_app.engine.catalog import Picture
from desktop_app.engine.facts import Facts
from desktop_app.engine.heat_map import HeatMap
from desktop_app.ui.buttons import push_button
from desktop_app.ui.card import label, scroll_area
from desktop_app.ui.heat_desk import heat_desk
from desktop_app.ui.heat_overlay import overlaid
from desktop_app.ui.picture_facts import Pairs, PictureFacts, of_facts, of_picture
from desktop_app.ui.picture_menu import copy_paths
from desktop_app.ui.picture_reader import AsModel, PictureReader, Reading
from desktop_app.ui.safe_text import plain_tip, safe
from desktop_app.ui.theme import GAP, MARGIN
from desktop_app.ui.zoom_view import ZoomView

_SIDE, _BESIDE = 150, 300  # of the square that the model sees; of the column beside the picture; pixels


def _nothing(_path: Path) -> Pairs:
    return ()


_SIZE = QSize(1080, 680)
_MODEL = partial(images.square, size=224)
_PATIENCE = 200  # milliseconds for which the last picture stays while the next is read


def _unknown(_path: Path) -> Facts | None:
    return None


class PictureViewer(QDialog):
    """The arrow keys go to the next picture, Escape closes.

    Args:
        pictures: those to leaf through, in order.
        at: which of them to show first.
        more: names and values beside the file's own: what the checks found, say.
        facts: what is known of the file; where nothing is, it is read.
        as_model: makes what the model sees of a file's bytes.
        parent: the window.
    """

    moved = Signal(object)  # the Path that is shown now
    leave_out_requested = Signal(object)  # list[Path]: the one that is shown

    def __init__(
        self,
        pictures: Sequence[Picture],
        at: int = 0,
        more: Callable[[Path], Pairs] = _nothing,
        facts: Callable[[Path], Facts | None] = _unknown,
        as_model: AsModel = _MODEL,
        parent: QWidget | None = None,
    ) -> None:
        super().__init__(parent)
        self.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        self.setWindowFlag(Qt.WindowType.WindowMaximizeButtonHint)
        self.resize(_SIZE.boundedTo(self.screen().availableSize() * 0.9))
        self._pictures, self._at = pictures, at
        self._more, self._facts = more, facts
        self._reader = PictureReader(as_model, self)
        self._reader.read.connect(self._show_reading)
        self._reader.known.connect(self._show_facts)
        self._reading = Reading(Path())
        self._heat: HeatMap | None = None
        self._desk = heat_desk(self)
        if self._desk:
            self._desk.found.connect(self._show_heat)
            self._desk.refused.connect(self._refuse_heat)
        self.finished.connect(self._reader.close)
        self.view = ZoomView()
        self._patience = QTimer(self, singleShot=True, interval=_PATIENCE)
        self._patience.timeout.connect(lambda: self.view.show_text("Reading the picture…"))
        self.view.zoomed.connect(self._show_zoom)
        self._lay_out()
        for keys, act in {
            ("Left", "PgUp"): lambda: self.step(-1),
            ("Right", "PgDown", "Space"): lambda: self.step(1),
            ("Home",): lambda: self.go_to(0),
            ("End",): lambda: self.go_to(len(self._pictures) - 1),
            ("+", "=", "Ctrl++", "Ctrl+="): lambda: self.view.zoom_by(1),
            ("-", "Ctrl+-"): lambda: self.view.zoom_by(-1),
            ("0", "Ctrl+0"): self.view.fit,
            ("1", "Ctrl+1"): lambda: self.view.set_zoom(1.0),
            ("Del",): self._leave_out,
            ("Ctrl+C",): lambda: copy_paths([self.picture.path]),
        }.items():
            for key in keys:
                QShortcut(QKeySequence(key), self, act)
        self.go_to(at)
        self.view.setFocus()

    @property
    def picture(self) -> Picture:
        """The one that is shown."""
        return self._pictures[self._at]

    def step(self, by: int) -> None:
        """So many pictures on, or back."""
        self.go_to(self._at + by)

    def go_to(self, at: int) -> None:
        """Show the picture at this place, or the nearest there is."""
        self._at = min(max(at, 0), len(self._pictures) - 1)
        path = self.picture.path
        name = safe(path.name)
        self.setWindowTitle(name)
        self._name.setText(name)
        self._name.setToolTip(plain_tip(path))
        self.view.setAccessibleName(f"The picture {name}")
        self._place.setText(f"{self._at + 1:,} of {len(self._pictures):,}")
        self._previous.setEnabled(self._at > 0)
        self._next.setEnabled(self._at < len(self._pictures) - 1)
        facts = self._facts(path)
        self._show_pairs(of_facts(facts) if facts else ())
        size = self.screen().size() * self.devicePixelRatioF()
        self._reader.ask(path, (size.width(), size.height()), facts is None)
        self._patience.start()
        self.moved.emit(path)

    @Slot(object)
    def _show_reading(self, reading: Reading) -> None:
        if reading.path != self.picture.path:
            return  # one that was left already
        self._patience.stop()
        self._reading, self._heat = reading, None
        self._heat_words.setText("")
        self._square.setVisible(not reading.problem)
        self._square_words.setVisible(not reading.problem)
        if reading.problem:
            self.view.show_text(f"This picture cannot be shown because {reading.problem}.", broken=True)
            return
        self._draw()
        ratio = self.devicePixelRatioF()
        side = round(_SIDE * ratio)
        smooth = Qt.TransformationMode.SmoothTransformation
        square = QPixmap.fromImage(reading.as_model.scaled(side, side, mode=smooth))
        square.setDevicePixelRatio(ratio)
        self._square.setPixmap(square)
        seen = f"{reading.as_model.width()} × {reading.as_model.height()} pixels"
        self._square_words.setText(f"As the model sees it: {seen}")

    def _draw(self, _on: bool = False) -> None:
        """The picture, under its heat map if that is wanted; where it is not known yet, ask for it."""
        if self._reading.whole.isNull():
            return
        wanted = self.heat.isVisibleTo(self) and self.heat.isChecked()
        self._heat_words.setVisible(wanted)
        if not wanted or self._heat is None:
            self.view.show_picture(self._reading.whole, self._reading.small)
        else:
            shown = overlaid(self._reading.small, self._heat.heat)
            self.view.show_picture(shown, shown)
        if wanted and self._heat is None and self._desk:
            self._heat_words.setText("Looking where it looked…")
            self._desk.ask(self._reading.path)

    @Slot(object)
    def _show_heat(self, found: HeatMap) -> None:
        if found.file == self._reading.path:
            self._heat = found
            speaks = "Bright where it speaks for" if found.heat.any() else "Nothing here speaks for"
            self._heat_words.setText(f"{speaks} “{safe(found.label)}”")
            self._draw()

    @Slot(object, str)
    def _refuse_heat(self, path: Path, why: str) -> None:
        if path == self._reading.path:
            self._heat_words.setText(why)

    @Slot(object, object)
    def _show_facts(self, path: Path, facts: Facts) -> None:
        if path == self.picture.path:
            self._show_pairs(of_facts(facts))

    def _show_pairs(self, from_file: Pairs) -> None:
        own = of_picture(self.picture)
        self._pairs.show_pairs([*own[:2], *from_file, *self._more(self.picture.path), *own[2:]])

    @Slot(float)
    def _show_zoom(self, zoom: float) -> None:
        self._zoom.setText(f"{100 * zoom:.0f} %")

    def only_show(self) -> None:
        """Nothing can be left out here."""
        self._out.hide()

    def _leave_out(self) -> None:
        if self._out.isHidden():
            return
        self.leave_out_requested.emit([self.picture.path])
        self.step(1)

    def _lay_out(self) -> None:
        self._name = label("", "heading", wrap=True)
        self._name.setMinimumWidth(0)
        self._pairs = PictureFacts()
        self._square = QLabel()
        self._square.setAccessibleName("The picture as the model sees it")
        self._square_words = label("", "hint")
        inside = QWidget()
        column = QVBoxLayout(inside)
        column.setContentsMargins(0, 0, GAP, 0)
        column.setSpacing(GAP)
        self._heat_words = label("", "hint", wrap=True)
        self.heat = QCheckBox("&Where it looked")
        self.heat.setToolTip("A heat map of what speaks for the most probable class (Grad-CAM)")
        self.heat.setVisible(bool(self._desk and self._desk.ready))
        self.heat.toggled.connect(self._draw)
        heat = (self.heat, self._heat_words)
        for widget in (self._name, self._pairs, self._square, self._square_words, *heat):
            column.addWidget(widget)
        column.addStretch()
        beside = scroll_area(inside)
        beside.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        beside.setFixedWidth(_BESIDE)
        above = QHBoxLayout()
        above.setSpacing(GAP + 4)
        above.addWidget(self.view, 1)
        above.addWidget(beside)
        self._place, self._zoom = label("", "hint"), label("", "hint")
        tip = "Left and right arrow keys"
        self._previous = push_button("&Previous", lambda: self.step(-1), tip=tip)
        self._next = push_button("&Next", lambda: self.step(1), tip=tip)
        tip = "Do not use this picture (Delete). The file stays where it is."
        out = self._out = push_button("&Leave out", self._leave_out, "quiet", tip)
        fit = push_button("&Fit", self.view.fit, "quiet", "All of the picture (0)")
        whole = push_button("&1:1", lambda: self.view.set_zoom(1.0), "quiet", "Pixel by pixel (1)")
        close = push_button("&Close", self.accept, "primary")
        below = QHBoxLayout()
        below.setSpacing(GAP)
        below.addWidget(self._previous)
        below.addWidget(self._next)
        below.addWidget(self._place, 1)
        below.addWidget(self._zoom)
        for button in (fit, whole, out, close):
            below.addWidget(button)
        for button in (self._previous, self._next, out, fit, whole, close):
            button.setAutoDefault(False)
        layout = QVBoxLayout(self)
        layout.setContentsMargins(MARGIN - 4, MARGIN - 4, MARGIN - 4, GAP + 4)
        layout.setSpacing(GAP)
        layout.addLayout(above, 1)
        layout.addLayout(below)
