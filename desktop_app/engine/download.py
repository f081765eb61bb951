"""One file from the network: resumed where it broke off, and cancelled at any moment."""

import re
import time
from collections.abc import Callable, Generator, Iterator
from contextlib import closing, suppress
from pathlib import Path
from queue import Empty, Queue
from threading import Event, Thread
from typing import Any
from urllib.parse import urlsplit

import requests

from desktop_app.engine.errors import EngineError
from desktop_app.engine.file_sum import has_sum, kind
from desktop_app.engine.progress import Reporter, duration

CHUNK = 1 << 16  # bytes; a break loses less than one
PAUSES = (0.5, 1.0, 2.0)  # seconds before each further try that follows one without a byte of progress
SILENCE = (10.0, 20.0)  # seconds that a server may take to connect, and between two pieces
_TICK = 0.1  # seconds between two looks at the cancel flag
_PASSING = {408, 425, 429, 500, 502, 503, 504}  # statuses that are worth another try
Piece = tuple[int, int | None, bytes]


class DownloadFailed(Exception):  # noqa: N818  its text completes a sentence: “… could not be downloaded: …”
    """The file could not be had; the text says why."""


def download(url: str, target: Path, expected: str, what: str, reporter: Reporter) -> None:
    """Fetch `url` to `target`, which appears only when it is whole and its sum is right.

    What has arrived is kept in `<target>.part` when the transfer breaks off or is cancelled, and the next
    call goes on from there. Proxies are those of the environment.

    Args:
        url: an http or https address.
        target: the file to make; its folder exists.
        expected: the sum that the file must have, in hexadecimal: MD5, or SHA-256 by its length; "" where
            none is known, and then the file is fetched in one go, as nothing could tell what a part was of.
        what: what is being fetched, for the progress line.
        reporter: told the fraction, the megabytes, their rate and the time left.

    Raises:
        DownloadFailed: the server, the network or the hash says no.
        EngineError: the folder cannot be written, or is full.
        Cancelled: within a fifth of a second, even where the server is silent.
    """
    part = target.with_name(target.name + ".part")
    transfer = _Transfer(url, part, what, reporter)
    try:
        if not expected:
            part.unlink(missing_ok=True)
        resumed = part.exists() and part.stat().st_size > 0
        transfer.finish()
        if resumed and not has_sum(part, expected, reporter):
            part.unlink()  # it began with another file: once more, from nothing
            transfer.finish()
        if not has_sum(part, expected, reporter):
            part.unlink()
            raise DownloadFailed(
                f"what {transfer.host} sent is not the file that Keras lists (other {kind(expected)} sum)"
            )
        part.replace(target)
    except OSError as error:  # only of the disk: those of the network are in a `DownloadFailed` by now
        raise EngineError(
            f"The folder “{target.parent}” cannot be written: {error.strerror or error}.",
            "Make room there, or see that you may write to it, and try again.",
        ) from error


class _Transfer:
    """Fills one `.part` file from one address, over as many connections as it takes."""

    def __init__(self, url: str, part: Path, what: str, reporter: Reporter) -> None:
        self.host = urlsplit(url).hostname or url
        self._url, self._part, self._what, self._reporter = url, part, what, reporter
        self._fraction = 0.0

    def finish(self) -> None:
        """Fill the file to its end, taking up the thread after each break."""
        tries = 0
        while True:
            before = self._part.stat().st_size if self._part.exists() else 0
            try:
                return self._receive(before)
            except requests.RequestException as error:
                if self._part.stat().st_size > before:
                    tries = 0
                status = error.response.status_code if error.response is not None else None
                reason = _reason(error, self.host)
                if tries == len(PAUSES) or (status is not None and status not in _PASSING):
                    raise DownloadFailed(reason) from error
                self._reporter.report(self._fraction, f"{self._what}: {reason}; trying again")
                _wait(PAUSES[tries], self._reporter)
                tries += 1

    def _receive(self, have: int) -> None:
        """One connection; appends to the `have` bytes that are there where the server agrees to that."""
        began, first = time.monotonic(), None
        pieces = _heard(lambda calls: _pieces(self._url, have, calls), self._reporter.checkpoint)
        with self._part.open("ab") as file, closing(pieces):
            for offset, total, data in pieces:
                if first is None:
                    first = offset
                    if first < have:  # a server without ranges starts again from nothing
                        file.truncate(first)
                file.write(data)
                done = offset + len(data)
                rate = (done - first) / max(time.monotonic() - began, 1e-3)
                text = f"{self._what}: {done / 1e6:.1f}"
                if total:
                    self._fraction = done / total
                    text += f" of {total / 1e6:.1f} MB · {rate / 1e6:.1f} MB/s"
                    text += f" · {duration((total - done) / rate)} left" if rate else ""
                else:
                    text += f" MB · {rate / 1e6:.1f} MB/s"
                self._reporter.report(self._fraction, text)


def _pieces(url: str, have: int, calls: list[Any]) -> Iterator[Piece]:
    """The body from byte `have` on, as (offset, total size if known, bytes); waits as long as the server."""
    headers = {"Accept-Encoding": "identity"}  # the bytes of the file, not of a compressed copy
    if have:
        headers["Range"] = f"bytes={have}-"
    with requests.get(url, headers=headers, stream=True, timeout=SILENCE) as response:
        calls.append(response.raw)
        if have and response.status_code == requests.codes.requested_range_not_satisfiable:
            return  # nothing lies beyond what we have; the hash will tell whether it is good
        response.raise_for_status()
        span = re.match(r"bytes (\d+)-\d+/(\d+|\*)", response.headers.get("Content-Range", ""))
        offset, total = 0, response.headers.get("Content-Length")
        if response.status_code == requests.codes.partial_content:
            if not span or int(span[1]) != have:
                raise requests.exceptions.ContentDecodingError("a range that nobody asked for")
            offset, total = have, span[2] if span[2] != "*" else None
        size = int(total) if total and total.isdecimal() else None
        yield offset, size, b""
        for data in response.iter_content(CHUNK):
            yield offset, size, data
            offset += len(data)


def _heard(
    source: Callable[[list[Any]], Iterator[Piece]], checkpoint: Callable[[], None]
) -> Generator[Piece, None, None]:
    """Run `source` in a thread of its own, and look at the cancel flag while it keeps us waiting.

    `source` is given a list to leave its urllib3 response in: shutting that down ends a read that hangs. The
    thread is a daemon, as a hanging look-up of a name cannot be ended; it touches nothing but its queue.
    """
    mail: Queue[Piece | Exception | None] = Queue(maxsize=64)
    gone = Event()
    calls: list[Any] = []

    def listen() -> None:
        try:
            for piece in source(calls):
                mail.put(piece)
                if gone.is_set():
                    return
            mail.put(None)
        except Exception as error:  # handed over, and raised on the other side
            mail.put(error)

    thread = Thread(target=listen, name="download", daemon=True)
    thread.start()
    try:
        while True:
            checkpoint()
            try:
                piece = mail.get(timeout=_TICK)
            except Empty:
                continue
            if piece is None:
                return
            if isinstance(piece, OSError) and not isinstance(piece, requests.RequestException):
                raise requests.ConnectionError(piece) from piece
            if isinstance(piece, Exception):
                raise piece
            yield piece
    finally:
        gone.set()
        for call in calls:
            with suppress(Exception):  # it may have ended by itself
                call.shutdown()
        with suppress(Empty):  # make room for a put that waits
            while True:
                mail.get_nowait()
        thread.join(2 * _TICK)


def _wait(seconds: float, reporter: Reporter) -> None:
    """Sleep, but wake for a cancel."""
    end = time.monotonic() + seconds
    while (left := end - time.monotonic()) > 0:
        reporter.checkpoint()
        time.sleep(min(left, _TICK))


def _reason(error: requests.RequestException, host: str) -> str:
    """Why a transfer failed, in plain words."""
    if error.response is not None:
        return f"{host} answered {error.response.status_code} {error.response.reason}".rstrip()
    words = (
        (requests.exceptions.ProxyError, "the proxy let nothing through"),
        (requests.exceptions.SSLError, f"the certificate of {host} was not accepted"),
        (requests.exceptions.ConnectTimeout, f"{host} could not be reached"),
        (requests.exceptions.Timeout, f"{host} fell silent"),
        (requests.exceptions.ChunkedEncodingError, f"the connection to {host} broke off"),
        (requests.exceptions.ConnectionError, f"{host} could not be reached"),
    )
    return next((text for kind, text in words if isinstance(error, kind)), f"{host} could not be understood")
