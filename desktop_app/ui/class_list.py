"""The list of classes: a card each, one of which is the tab stop."""

from collections import Counter, defaultdict
from collections.abc import Sequence
from pathlib import Path

from PySide6.QtCore import Qt, Signal, Slot
from PySide6.QtGui import QKeyEvent
from PySide6.QtWidgets import QFrame, QScrollArea, QVBoxLayout, QWidget

from desktop_app.engine.catalog import Catalog
from desktop_app.ui.class_card import MOST_THUMBNAILS, ClassCard
from desktop_app.ui.theme import GAP, MARGIN
from desktop_app.ui.thumbnails import Thumbnails

_STEPS = {Qt.Key.Key_Up: -1, Qt.Key.Key_Down: 1, Qt.Key.Key_PageUp: -4, Qt.Key.Key_PageDown: 4}
_ENDS = {Qt.Key.Key_Home: 0, Qt.Key.Key_End: -1}


class ClassList(QScrollArea):
    """Arrow keys go from card to card, Delete takes a class out; only what is seen is decoded."""

    removed = Signal(object)  # the label

    def __init__(self, thumbnails: Thumbnails, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._thumbnails = thumbnails
        self.comes_after: QWidget | None = None  # in the order of the Tab key
        self._cards: dict[str, ClassCard] = {}
        self._homes: dict[Path, ClassCard] = {}  # which card shows a picture
        thumbnails.ready.connect(self._repaint)
        self.setFrameShape(QFrame.Shape.NoFrame)
        self.setWidgetResizable(True)
        self.setFocusPolicy(Qt.FocusPolicy.NoFocus)
        self.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        inside = QWidget()
        self._column = QVBoxLayout(inside)
        self._column.setContentsMargins(MARGIN, 0, MARGIN, GAP)
        self._column.setSpacing(GAP - 2)
        self._column.addStretch()
        self.setWidget(inside)
        self.verticalScrollBar().rangeChanged.connect(self._make_room)

    @property
    def cards(self) -> list[ClassCard]:
        """The cards from top to bottom."""
        return list(self._cards.values())

    def show_catalog(self, catalog: Catalog) -> None:
        """A card for each class; those that were here already stay."""
        by_class: dict[str, list[Path]] = defaultdict(list)
        for picture in catalog.pictures:
            by_class[picture.label].append(picture.path)
        largest = max(map(len, by_class.values()), default=1)
        focused = next((i for i, card in enumerate(self.cards) if card.hasFocus()), None)
        old, self._cards = self._cards, {}
        self._homes = {}
        self._thumbnails.forget_wishes()
        for index, label in enumerate(catalog.class_names):
            card = old.pop(label, None) or self._make(label)
            self._cards[label] = card
            if self._column.indexOf(card) != index:
                self._column.insertWidget(index, card)
            samples = spread(by_class[label], MOST_THUMBNAILS)
            self._homes.update(dict.fromkeys(samples, card))
            card.show_class(len(by_class[label]), largest, _splits(catalog, label), samples)
        for card in old.values():
            card.hide()
            card.setParent(None)
            card.deleteLater()
        self._move_stop(focused or 0, take_focus=focused is not None)

    def keyPressEvent(self, event: QKeyEvent) -> None:
        """From card to card; a key that a card does not want comes here."""
        key = Qt.Key(event.key())
        cards = self.cards
        current = next((index for index, card in enumerate(cards) if card.hasFocus()), None)
        if current is None or key not in _STEPS.keys() | _ENDS.keys():
            super().keyPressEvent(event)
            return
        target = _ENDS[key] % len(cards) if key in _ENDS else current + _STEPS[key]
        self._move_stop(target, take_focus=True)

    def _make(self, label: str) -> ClassCard:
        card = ClassCard(label, self._thumbnails)
        card.removed.connect(self.removed)
        return card

    def _move_stop(self, index: int, take_focus: bool) -> None:
        """Make one card the tab stop, so that Tab need not pass through two hundred."""
        cards = self.cards
        for card in cards:
            card.setFocusPolicy(Qt.FocusPolicy.ClickFocus)
        if not cards:
            return
        card = cards[min(max(index, 0), len(cards) - 1)]
        card.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
        if self.comes_after:
            QWidget.setTabOrder(self.comes_after, card)  # else a new widget comes last in the window
        if take_focus:
            card.setFocus(Qt.FocusReason.TabFocusReason)
            self.ensureWidgetVisible(card, 0, GAP)

    @Slot(int, int)
    def _make_room(self, _lowest: int, highest: int) -> None:
        """The scroll bar lies in the margin, so that the cards keep in line with what is above them."""
        bar = self.verticalScrollBar().sizeHint().width() if highest else 0
        self._column.setContentsMargins(MARGIN, 0, MARGIN - bar, GAP)

    @Slot(object)
    def _repaint(self, path: Path) -> None:
        if card := self._homes.get(path):
            card.update()


def spread(paths: Sequence[Path], most: int) -> list[Path]:
    """At most `most` of `paths`, evenly spread, and in an order whose every beginning is spread as well."""
    count = min(len(paths), most)
    even = [paths[index * len(paths) // count] for index in range(count)]
    return even[::3] + even[1::3] + even[2::3]


def _splits(catalog: Catalog, label: str) -> Counter[str]:
    """How many pictures of `label` each split has, if the folders name more than one."""
    names = {split for _, split in catalog.counts}
    if len(names) < 2:
        return Counter()
    order = [split for split in ("train", "val", "test") if split in names]
    counted = Counter({str(split): catalog.counts[label, split] for split in order})
    if loose := catalog.counts[label, None]:
        counted["to split"] = loose
    counted += Counter()  # drops the zeros
    return counted if set(counted) != {"to split"} else Counter()
