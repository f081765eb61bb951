"""Reads a whole picture in the background: large, as the model sees it, and what there is to know."""

from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, field
from functools import partial
from pathlib import Path
from threading import Lock

import numpy as np
from numpy.typing import NDArray
from PIL import Image, ImageOps
from PySide6.QtCore import QObject, Signal
from PySide6.QtGui import QImage

from desktop_app.engine import images
from desktop_app.engine.facts import Facts, facts_of

_MOST_PIXELS = 40_000_000  # that are kept; a larger picture is reduced to half its size, or a third …

AsModel = Callable[[bytes], NDArray[np.uint8]]


@dataclass(frozen=True)
class Reading:
    """One picture; `problem` says why there is none, as the end of “it cannot be shown because …”."""

    path: Path
    whole: QImage = field(default_factory=QImage)
    small: QImage = field(default_factory=QImage)  # no larger than the screen
    as_model: QImage = field(default_factory=QImage)
    problem: str = ""


class PictureReader(QObject):
    """One at a time; who asks again meanwhile gets only the last."""

    read = Signal(object)  # a Reading
    known = Signal(object, object)  # the Path, its Facts

    def __init__(self, as_model: AsModel, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._work = _Work(as_model, self.read.emit, self.known.emit)
        self.destroyed.connect(partial(_Work.close, self._work))

    def ask(self, path: Path, screen: tuple[int, int], with_facts: bool) -> None:
        """Read `path`; `read` comes, then `known` if wanted. `screen` is in device pixels."""
        self._work.ask(path, screen, with_facts)

    def close(self) -> None:
        """Stop without waiting: what is being read is dropped."""
        self._work.close()


class _Work:
    def __init__(
        self,
        as_model: AsModel,
        tell_reading: Callable[[Reading], object],
        tell_facts: Callable[[Path, Facts], object],
    ) -> None:
        self._as_model, self._tell_reading, self._tell_facts = as_model, tell_reading, tell_facts
        self._lock = Lock()
        self._asked = 0
        self._executor = ThreadPoolExecutor(1, thread_name_prefix="viewer")

    def ask(self, path: Path, screen: tuple[int, int], with_facts: bool) -> None:
        self._asked += 1
        self._executor.submit(self._run, self._asked, path, screen, with_facts)

    def close(self) -> None:
        with self._lock:
            self._asked = -1
        self._executor.shutdown(wait=False, cancel_futures=True)

    def _run(self, number: int, path: Path, screen: tuple[int, int], with_facts: bool) -> None:
        if number != self._asked:
            return
        try:
            data = images.read_file(path)
            reading = read_picture(path, data, screen, self._as_model)
        except images.UnreadableError as error:
            self._tell(number, partial(self._tell_reading, Reading(path, problem=str(error))))
            return
        except Exception as error:  # the memory, say: the window must hear of it in any case
            self._tell(number, partial(self._tell_reading, Reading(path, problem=f"of an error ({error})")))
            return
        self._tell(number, partial(self._tell_reading, reading))
        if with_facts and number == self._asked:
            facts = facts_of(data)
            self._tell(number, partial(self._tell_facts, path, facts))

    def _tell(self, number: int, tell: Callable[[], object]) -> None:
        with self._lock:  # so that nobody is told who is being deleted
            if number == self._asked:
                tell()


def read_picture(path: Path, data: bytes, screen: tuple[int, int], as_model: AsModel) -> Reading:
    """Decode a picture for the screen and as the model sees it."""
    picture = images.rgb(data)
    shrink = 1
    while picture.width * picture.height > _MOST_PIXELS * shrink**2:
        shrink += 1
    if shrink > 1:
        picture = picture.reduce(shrink)
    whole = small = _image(picture)
    if picture.width > screen[0] or picture.height > screen[1]:
        small = _image(ImageOps.contain(picture, screen, Image.Resampling.BICUBIC))
    return Reading(path, whole, small, _image(Image.fromarray(as_model(data))))


def _image(picture: Image.Image) -> QImage:
    width, height = picture.size
    return QImage(picture.tobytes(), width, height, 3 * width, QImage.Format.Format_RGB888).copy()
