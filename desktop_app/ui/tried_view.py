"""All that is known of one picture that was tried."""

from functools import partial

from PySide6.QtCore import Qt, Signal, Slot
from PySide6.QtGui import QImage
from PySide6.QtWidgets import QCheckBox, QHBoxLayout, QVBoxLayout, QWidget

from desktop_app.engine import images
from desktop_app.engine.conformal import Conformal
from desktop_app.engine.heat_map import HeatMap
from desktop_app.engine.trial import Trial, Tried
from desktop_app.ui.card import Card, label
from desktop_app.ui.elided_label import ElidedLabel
from desktop_app.ui.heat_overlay import overlaid
from desktop_app.ui.neighbour_strip import NeighbourStrip
from desktop_app.ui.picture_reader import PictureReader, Reading
from desktop_app.ui.prediction_view import ProbabilityBars
from desktop_app.ui.safe_text import safe
from desktop_app.ui.theme import GAP, set_role
from desktop_app.ui.thumbnails import Thumbnails
from desktop_app.ui.tried_table import set_words
from desktop_app.ui.wording import percent
from desktop_app.ui.zoom_view import ZoomView

_BEST = 3
_MOST = (1200, 1200)  # pixels of the picture that are kept
_AS_MODEL = partial(images.square, size=32, quick=True)  # which nobody sees here


class TriedView(Card):
    """Shows one picture, and asks for its heat map where that is wanted."""

    heat_wanted = Signal(object)  # Tried

    def __init__(self, thumbnails: Thumbnails, parent: QWidget | None = None) -> None:
        super().__init__("", parent)
        self.setAccessibleName("The picture that is chosen")
        self._tried: Tried | None = None
        self._picture = QImage()
        self._heat: HeatMap | None = None
        self._reader = PictureReader(_AS_MODEL, self)
        self._reader.read.connect(self._show_reading)
        self.view = ZoomView()
        self.view.setMinimumHeight(120)
        self.name = ElidedLabel("", "hint")
        self.heat = QCheckBox("&Where it looked")
        self.heat.setToolTip("A heat map of what speaks for the label (Grad-CAM)")
        self.heat.toggled.connect(lambda _on: self.ask_for_heat())
        self.answer = label(role="heading", wrap=True)
        self.set = label(wrap=True)
        self.promise = label(role="hint", wrap=True)
        self.flag = label(wrap=True)
        self.bars = ProbabilityBars()
        self.nearest = label("Nearest in training", "hint")
        self.strip = NeighbourStrip(thumbnails)
        under = QHBoxLayout()
        under.addWidget(self.name, 1)
        under.addWidget(self.heat)
        words = QVBoxLayout()
        words.setSpacing(2)
        for part in (self.answer, self.set, self.promise, self.flag):
            words.addWidget(part)
        self.body.setSpacing(GAP // 2)
        self.body.addWidget(self.view, 1)
        self.body.addLayout(under)
        self.body.addLayout(words)
        self.body.addWidget(self.bars)
        self.body.addWidget(self.nearest)
        self.body.addWidget(self.strip, 0, Qt.AlignmentFlag.AlignLeft)
        self.show_tried(None, None, 0.9, "")

    def show_tried(self, tried: Tried | None, trial: Trial | None, coverage: float, trouble: str) -> None:
        """Show a picture, with sets of `coverage`; `trouble` says why it is not compared with others."""
        fresh = tried is None or self._tried is None or tried.file != self._tried.file
        self._tried = tried
        for part in (self.heat, self.bars, self.nearest, self.strip, self.flag, self.set, self.promise):
            part.setVisible(tried is not None)
        if tried is None or trial is None:
            self.name.setText("")
            self.answer.setText("")
            self.view.show_text("Choose a picture in the table.")
            return
        self.name.setText(safe(tried.file.name), more=safe(tried.file))
        self.answer.setText(f"{safe(tried.label)}: {percent(tried.probability)}")
        ranked = sorted(
            zip(map(safe, trial.class_names), tried.probabilities, strict=True), key=lambda pair: -pair[1]
        )
        self.bars.show_values(ranked[:_BEST])
        self._show_set(tried, trial, coverage)
        self._show_flag(tried, trial, trouble)
        self.strip.show_neighbours(tried.neighbours)
        for part in (self.nearest, self.strip):
            part.setVisible(bool(tried.neighbours))
        if fresh:
            self._picture, self._heat = QImage(), None
            self.view.show_text("Reading the picture…")
            self._reader.ask(tried.file, _MOST, with_facts=False)

    def ask_for_heat(self) -> None:
        """Ask for it if it is wanted and not there; show it, or not."""
        if self.heat.isChecked() and self._heat is None and self._tried and not self._picture.isNull():
            self.heat_wanted.emit(self._tried)
        self._draw()

    def show_heat(self, found: HeatMap) -> None:
        """What was asked for has come."""
        if self._tried and found.file == self._tried.file:
            self._heat = found
            self._draw()

    def _show_set(self, tried: Tried, trial: Trial, coverage: float) -> None:
        sets, share = trial.sets[coverage], f"{100 * coverage:g} %"
        if isinstance(sets, Conformal):
            low, high = (f"{100 * edge:.0f}" for edge in sets.spread)
            self.set.setText(f"{share} set: {set_words(trial.members(tried, coverage))}")
            self.promise.setText(
                f"Such sets hold the right class {percent(sets.coverage)} of the time: between {low} and "
                f"{high} % for nine in ten choices of {sets.pictures:,} {trial.source}."
            )
        else:
            self.set.setText(f"{share} set: not known")
            self.promise.setText(sets)

    def _show_flag(self, tried: Tried, trial: Trial, trouble: str) -> None:
        gallery = trial.gallery
        set_role(self.flag, "hint")
        if tried.distance is None or gallery is None:
            self.flag.setText(f"Not compared with the training pictures. {trouble}".strip())
        elif not gallery.held:
            self.flag.setText("Nothing was held out to tell what is unknown.")
        else:
            within = f"{percent(gallery.accepted, 0)} of known pictures are within {gallery.threshold:.2f}."
            far = f"Distance {tried.distance:.2f}; {within}"
            self.flag.setText(f"Unlike anything seen in training. {far}" if tried.unknown else far)
            if tried.unknown:
                set_role(self.flag, "warning")

    @Slot(object)
    def _show_reading(self, reading: Reading) -> None:
        if self._tried is None or reading.path != self._tried.file:
            return
        if reading.problem:
            self.view.show_text(f"This picture cannot be shown because {reading.problem}.", broken=True)
            return
        self._picture = reading.small
        self.ask_for_heat()

    def _draw(self) -> None:
        if self._picture.isNull():
            return
        shown = self._picture
        if self.heat.isChecked() and self._heat is not None:
            shown = overlaid(self._picture, self._heat.heat)
        self.view.show_picture(shown, shown)
