"""Thumbnails: small pictures decoded in the background, the newest wish first."""

from collections import OrderedDict, deque
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from functools import partial
from pathlib import Path
from threading import Event

from PIL import Image, ImageOps
from PySide6.QtCore import QObject, Qt, Signal, Slot
from PySide6.QtGui import QImage, QPixmap

from desktop_app.engine import images

_Key = tuple[Path, int]


class Thumbnails(QObject):
    """Gives thumbnails at once if it has them, and says later when one has come.

    Ask while painting: what is scrolled away before its turn is forgotten, and asked for again when it is
    seen again.

    Args:
        parent: the owner.
        kept: how many are remembered.
        waiting: how many may wait to be decoded.
        decode: makes the picture; another one for tests.
    """

    ready = Signal(object)  # the Path
    _decoded = Signal(object, object)  # the key; a QImage, or None where there is no picture to be had

    def __init__(
        self,
        parent: QObject | None = None,
        *,
        kept: int = 600,
        waiting: int = 60,
        decode: "Callable[[Path, int], QImage | None] | None" = None,
    ) -> None:
        super().__init__(parent)
        self._decode = decode or decode_square
        self._kept = kept
        self._cache: OrderedDict[_Key, QPixmap] = OrderedDict()
        self._asked: set[_Key] = set()
        self._wishes: deque[_Key] = deque()
        self._most_wishes = waiting
        self._executor = ThreadPoolExecutor(max_workers=2, thread_name_prefix="thumbnails")
        self._closed = Event()
        # Not a method of its own, which could no longer be called then.
        self.destroyed.connect(partial(_end, self._executor, self._wishes, self._closed))
        self._decoded.connect(self._keep, Qt.ConnectionType.QueuedConnection)

    def get(self, path: Path, side: int) -> QPixmap | None:
        """The picture cut to a square of `side` device pixels; None while it is on its way.

        A null pixmap stands for a file that cannot be read.
        """
        key = path, side
        if key in self._cache:
            self._cache.move_to_end(key)
            return self._cache[key]
        if not self._closed.is_set() and key not in self._asked:
            self._asked.add(key)
            self._wishes.append(key)
            if len(self._wishes) > self._most_wishes:
                self._asked.discard(self._wishes.popleft())
            self._executor.submit(self._work)
        return None

    def forget_wishes(self) -> None:
        """Drop what waits, because other pictures are shown now."""
        self._wishes.clear()
        self._asked.clear()

    def close(self) -> None:
        """Stop; waits for the at most two pictures in hand."""
        _end(self._executor, self._wishes, self._closed)

    def _work(self) -> None:
        """In a worker thread: the newest wish first, for that is what is being looked at."""
        try:
            key = self._wishes.pop()
        except IndexError:
            return  # forgotten meanwhile
        try:
            image = self._decode(*key)
        except Exception:  # a thumbnail is never worth an error
            image = None
        if not self._closed.is_set():
            self._decoded.emit(key, image)

    @Slot(object, object)
    def _keep(self, key: _Key, image: QImage | None) -> None:
        self._asked.discard(key)
        self._cache[key] = QPixmap.fromImage(image) if image else QPixmap()
        while len(self._cache) > self._kept:
            self._cache.popitem(last=False)
        self.ready.emit(key[0])


def _end(executor: ThreadPoolExecutor, wishes: "deque[_Key]", closed: Event) -> None:
    closed.set()
    wishes.clear()
    executor.shutdown(wait=True, cancel_futures=True)


def decode_square(path: Path, side: int) -> QImage | None:
    """The middle of the picture at `path`, upright, as a square."""
    try:
        small = _draft(path, side) or images.rgb(images.read_file(path))
    except images.UnreadableError:
        return None
    fitted = ImageOps.fit(small, (side, side), Image.Resampling.BILINEAR)
    data = fitted.tobytes()
    return QImage(data, side, side, 3 * side, QImage.Format.Format_RGB888).copy()


def _draft(path: Path, side: int) -> Image.Image | None:
    """A JPEG decoded at a fraction of its size, which is many times faster; None for all else."""
    with Image.open(path) as image:
        if image.format != "JPEG" or image.mode == "CMYK":
            return None
        image.draft("RGB", (side, side))
        return ImageOps.exif_transpose(image).convert("RGB")
