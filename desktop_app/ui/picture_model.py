"""The list of pictures that a grid shows: all of a catalog's, or those that match a filter."""

from collections.abc import Callable, Collection, Iterable, Mapping, Sequence
from itertools import islice
from pathlib import Path
from typing import Any

from PySide6.QtCore import QAbstractListModel, QModelIndex, QObject, QPersistentModelIndex, Qt

from desktop_app.engine.catalog import Picture
from desktop_app.ui.picture_filter import PictureFilter, fold, folded
from desktop_app.ui.safe_text import plain_tip, safe

_Index = QModelIndex | QPersistentModelIndex
_ROOT = QModelIndex()
_FLAGS = (
    Qt.ItemFlag.ItemIsEnabled
    | Qt.ItemFlag.ItemIsSelectable
    | Qt.ItemFlag.ItemIsDragEnabled
    | Qt.ItemFlag.ItemNeverHasChildren
)
_SPLITS = {"train": "to train with", "val": "to validate with", "test": "to test with"}


class PictureModel(QAbstractListModel):
    """Answers from what it is given, without a copy; a change resets it."""

    def __init__(self, reason: Callable[[Path], str], parent: QObject | None = None) -> None:
        """`reason` says why a picture cannot be shown, "" where it can."""
        super().__init__(parent)
        self._reason = reason
        self._all: Sequence[Picture] = ()
        self._names: list[str] | None = None  # of all, as they are searched; made when first needed
        self.filter = PictureFilter()
        self.shown: Sequence[Picture] = ()
        self.badges: Mapping[Path, str] = {}  # what a check found
        self.left_out: Collection[Path] = ()
        self.classes: dict[str, int] = {}  # the position of each in alphabetical order

    @property
    def total(self) -> int:
        """How many pictures there are, shown or not."""
        return len(self._all)

    def show_pictures(
        self, pictures: Sequence[Picture], badges: Mapping[Path, str], left_out: Collection[Path]
    ) -> None:
        """Hold other pictures; the filter stays."""
        if pictures is not self._all:
            self._names = None
        self._all, self.badges, self.left_out = pictures, badges, left_out
        self._refilter()

    def set_filter(self, wanted: PictureFilter) -> None:
        """Show only what is `wanted`."""
        self.filter = wanted
        self._refilter()

    def set_classes(self, names: Iterable[str]) -> None:
        """The classes there are, in alphabetical order, which gives them their colours."""
        self.classes = {name: position for position, name in enumerate(names)}

    def rows_of(self, paths: Collection[Path]) -> list[int]:
        """Where these are shown."""
        return [row for row, picture in enumerate(self.shown) if picture.path in paths] if paths else []

    def row_of(self, path: Path) -> int:
        """Where this one is shown, or -1."""
        for row, picture in enumerate(self.shown):
            if picture.path is path:  # the same object, as after a filter, is found ten times as fast
                return row
        return next(iter(self.rows_of({path})), -1)

    def match(
        self,
        start: _Index,
        _role: int,
        value: object,
        _hits: int = 1,
        _flags: Qt.MatchFlag = Qt.MatchFlag.MatchStartsWith,
    ) -> list[QModelIndex]:
        """What is typed into the grid: the next name that begins so, around the end."""
        begin, row, count = fold(str(value)), max(0, start.row()), len(self.shown)
        rows = (place % count for place in range(row, row + count))
        found = (place for place in rows if fold(self.shown[place].path.name).startswith(begin))
        return [self.index(place, 0) for place in islice(found, 1)]

    def rowCount(self, parent: _Index = _ROOT) -> int:
        """How many are shown."""
        return 0 if parent.isValid() else len(self.shown)

    def flags(self, _index: _Index) -> Qt.ItemFlag:
        """Any can be selected and dragged."""
        return _FLAGS

    def data(self, index: _Index, role: int = Qt.ItemDataRole.DisplayRole) -> Any:
        """A picture in words; the grid draws it from `shown`."""
        if not index.isValid() or index.row() >= len(self.shown):
            return None
        picture = self.shown[index.row()]
        match role:
            case Qt.ItemDataRole.DisplayRole:
                return safe(picture.path.name)
            case Qt.ItemDataRole.ToolTipRole:
                return "<br>".join(map(plain_tip, (str(picture.path), *self.words(picture))))
            case Qt.ItemDataRole.AccessibleTextRole:
                return safe(", ".join((picture.path.name, *self.words(picture))))
        return None

    def words(self, picture: Picture) -> list[str]:
        """All that is known of it beside its name."""
        reason = self._reason(picture.path)
        known = (
            picture.label or "no class",
            _SPLITS.get(picture.split or "", ""),
            "left out" if picture.path in self.left_out else "",
            self.badges.get(picture.path, ""),
            f"not shown because {reason}" if reason else "",
        )
        return [word for word in known if word]

    def _refilter(self) -> None:
        if fold(self.filter.text) and self._names is None:
            self._names = folded(self._all)
        shown = self.filter.of(self._all, self._names)
        self.beginResetModel()
        self.shown = shown
        self.endResetModel()
