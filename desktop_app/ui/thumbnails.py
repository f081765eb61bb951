"""Thumbnails: small pictures decoded in the background, what is seen first."""

from collections import OrderedDict, deque
from collections.abc import Callable, Sequence
from concurrent.futures import ThreadPoolExecutor
from functools import partial
from pathlib import Path
from threading import Lock

from PIL import Image, ImageOps
from PySide6.QtCore import QObject, Qt, QTimer, Signal, Slot
from PySide6.QtGui import QImage, QPixmap

from desktop_app.engine import images

_Key = tuple[Path, int]
_Outcome = QImage | str  # the picture, or why there is none
_FRAME = 16  # milliseconds: what comes within one frame of the screen is told together
_WORKERS = 2
_DAMAGED = "it cannot be shown"


class Thumbnails(QObject):
    """Gives thumbnails at once if it has them, and says later when one has come.

    Either `get` them while painting, the newest wish first, where what is scrolled away before its turn is
    forgotten; or `want` a list in order and `peek` at what has come.

    Args:
        parent: the owner.
        budget: how many bytes of pictures are remembered.
        waiting: how many of `get` may wait to be decoded.
        decode: makes the picture, or raises; another one for tests.
    """

    ready = Signal(object)  # the Path
    _decoded = Signal()

    def __init__(
        self,
        parent: QObject | None = None,
        *,
        budget: int = 192 << 20,
        waiting: int = 60,
        decode: "Callable[[Path, int], QImage] | None" = None,
    ) -> None:
        super().__init__(parent)
        self._budget, self._held = budget, 0
        self._cache: OrderedDict[_Key, QImage | QPixmap] = OrderedDict()
        self._sides: set[int] = set()  # that were ever made
        self._reasons: dict[Path, str] = {}
        self._desk = _Desk(decode or decode_square, waiting, self._decoded.emit)
        # Not a method of its own, which could no longer be called then.
        self.destroyed.connect(partial(_Desk.close, self._desk))
        self._pause = QTimer(self, singleShot=True, interval=_FRAME)
        self._pause.timeout.connect(self._take_in)
        self._decoded.connect(self._soon, Qt.ConnectionType.QueuedConnection)

    def get(self, path: Path, side: int) -> QPixmap | None:
        """The picture cut to a square of `side` device pixels; None while it is on its way.

        A null pixmap stands for a file that cannot be read.
        """
        picture = self.peek(path, side)
        if picture is None:
            self._desk.wish((path, side))
        return picture

    def peek(self, path: Path, side: int) -> QPixmap | None:
        """The same without asking for it where it is not here yet."""
        if path in self._reasons:
            return QPixmap()
        held = self._cache.get((path, side))
        if held is None:
            return None
        self._cache.move_to_end((path, side))
        if isinstance(held, QImage):
            # Not before it is seen: a pixmap belongs to the screen.
            held = self._cache[path, side] = QPixmap.fromImage(held)
        return held

    def rough(self, path: Path) -> QPixmap | None:
        """The picture in whatever size there is, until the right one comes."""
        found = (side for side in self._sides if (path, side) in self._cache)
        return next((self.peek(path, side) for side in found), None)

    def want(self, paths: Sequence[Path], side: int) -> None:
        """Decode these next, in this order, instead of those wanted earlier that have not come yet."""
        self._desk.want([(p, side) for p in paths if (p, side) not in self._cache and p not in self._reasons])

    def reason(self, path: Path) -> str:
        """Why the file at `path` cannot be shown; "" where it can, or nobody has looked."""
        return self._reasons.get(path, "")

    def forget_wishes(self) -> None:
        """Drop what `get` asked for, because other pictures are shown now."""
        self._desk.forget_wishes()

    def forget(self) -> None:
        """Drop all there is, because files may have changed."""
        self._cache.clear()
        self._reasons.clear()
        self._held = 0

    def close(self) -> None:
        """Stop; waits for the at most two pictures in hand."""
        self._desk.close()

    @Slot()
    def _soon(self) -> None:
        if not self._pause.isActive():
            self._pause.start()

    @Slot()
    def _take_in(self) -> None:
        come = self._desk.take()
        for (path, side), outcome in come:
            if isinstance(outcome, str):
                self._reasons[path] = outcome
            else:
                self._held += _size(outcome)
                self._cache[path, side] = outcome
                self._sides.add(side)
        while self._held > self._budget and len(self._cache) > 1:
            self._held -= _size(self._cache.popitem(last=False)[1])
        for (path, _), _outcome in come:
            self.ready.emit(path)


class _Desk:
    """The wishes, the threads that fulfil them, and what they have made; no Qt object, which it outlives."""

    def __init__(
        self, decode: Callable[[Path, int], QImage], waiting: int, tell: Callable[[], object]
    ) -> None:
        self._decode, self._tell = decode, tell
        self._lock = Lock()
        self._wanted: deque[_Key] = deque()  # from the left
        self._wishes: deque[_Key] = deque(maxlen=waiting)  # from the right
        self._at_work: set[_Key] = set()  # and those made but not taken yet
        self._made: list[tuple[_Key, _Outcome]] = []
        self._workers = 0
        self._closed = False
        self.executor = ThreadPoolExecutor(max_workers=_WORKERS, thread_name_prefix="thumbnails")

    def wish(self, key: _Key) -> None:
        with self._lock:
            if key not in self._at_work and key not in self._wishes:
                self._wishes.append(key)
                self._call_workers()

    def want(self, keys: Sequence[_Key]) -> None:
        with self._lock:
            self._wanted = deque(key for key in keys if key not in self._at_work)
            self._call_workers()

    def forget_wishes(self) -> None:
        with self._lock:
            self._wishes.clear()

    def take(self) -> list[tuple[_Key, _Outcome]]:
        """What has been made since the last time."""
        with self._lock:
            made, self._made = self._made, []
            self._at_work -= {key for key, _ in made}
        return made

    def close(self) -> None:
        with self._lock:
            self._closed = True
        self.executor.shutdown(wait=True, cancel_futures=True)

    def _call_workers(self) -> None:
        waiting = len(self._wanted) + len(self._wishes)
        for _ in range(0 if self._closed else min(waiting, _WORKERS - self._workers)):
            self._workers += 1
            self.executor.submit(self._work)

    def _work(self) -> None:
        """In a worker thread, until nothing is left to do."""
        while (key := self._next()) is not None:
            try:
                outcome: _Outcome = self._decode(*key)
            except images.UnreadableError as error:
                outcome = str(error)
            except Exception:  # a thumbnail is never worth an error
                outcome = _DAMAGED
            with self._lock:
                self._made.append((key, outcome))
                if len(self._made) == 1 and not self._closed:
                    self._tell()  # within the lock, so that nobody is told who is being deleted

    def _next(self) -> _Key | None:
        with self._lock:
            if self._closed or not (self._wanted or self._wishes):
                self._workers -= 1
                return None
            key = self._wanted.popleft() if self._wanted else self._wishes.pop()
            self._at_work.add(key)
            return key


def _size(held: QImage | QPixmap) -> int:
    return held.width() * held.height() * 4


def decode_square(path: Path, side: int) -> QImage:
    """The middle of the picture at `path`, upright, as a square; `UnreadableError` says why there is none."""
    picture = images.rgb(images.read_file(path), side)
    fitted = ImageOps.fit(picture, (side, side), Image.Resampling.BILINEAR)
    data = fitted.convert("RGBA").tobytes("raw", "BGRA")  # as on the screen: nothing is left to convert
    return QImage(data, side, side, 4 * side, QImage.Format.Format_RGB32).copy()
