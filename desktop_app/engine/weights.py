"""The store of pretrained weights files on this machine."""

import hashlib
import os
from collections.abc import Callable
from contextlib import suppress
from dataclasses import asdict, dataclass
from datetime import date
from pathlib import Path
from urllib.parse import urlsplit

from desktop_app.engine.backbones import BACKBONES, Backbone
from desktop_app.engine.errors import EngineError, WeightsUnavailableError
from desktop_app.engine.file_sum import file_digest, has_sum
from desktop_app.engine.plain_file import read_json, write_json
from desktop_app.engine.progress import Reporter

# Where Keras itself keeps what it downloads. Unlike `Path.expanduser`, this one never raises.
KERAS_CACHE = Path(os.environ.get("KERAS_HOME") or os.path.expanduser("~/.keras"), "models")  # noqa: PTH111
_CHUNK = 1 << 22  # bytes


@dataclass(frozen=True)
class WeightsRecord:
    """A weights file of the store.

    Attributes:
        name: the backbone's.
        path: where the file lies.
        size: in bytes.
        origin: where it came from and when, in words.
        sha256: of the whole file, in hexadecimal.
    """

    name: str
    path: Path
    size: int
    origin: str
    sha256: str


class WeightsStore:
    """At most one file for each backbone: what "imagenet" stands for on this machine.

    A file is downloaded, or imported by the user in place of a download; the later of the two counts.
    `NAME.json` beside it says which, and is written last, so that an interruption leaves the earlier file in
    force.

    Args:
        folder: where the files lie; made when first needed.
        cache: a folder of Keras' own downloads, which are used where they lie; None looks nowhere else.
    """

    def __init__(self, folder: Path, cache: Path | None = KERAS_CACHE) -> None:
        self._folder = folder
        self._cache = cache
        self._seen: dict[tuple[Path, int, int], WeightsRecord | None] = {}

    def find(self, backbone: Backbone) -> Path | None:
        """The file to load for `backbone`, or None where it has yet to be downloaded."""
        record = self.record(backbone)
        return record.path if record else None

    def records(self) -> list[WeightsRecord]:
        """What is there, in the order of the table of backbones."""
        rows = [one for row in BACKBONES.values() for one in (row, row.with_top())]
        return [record for row in rows if (record := self.record(row))]

    def record(self, backbone: Backbone) -> WeightsRecord | None:
        """What is known of the file that `find` returns."""
        with suppress(OSError, ValueError, TypeError, KeyError):  # none, or damaged: as good as none
            fields = read_json(self._card(backbone))
            record = WeightsRecord(**{**fields, "path": self._folder / fields["path"]})
            if record.path.stat().st_size == record.size:
                return record
        return self._in_cache(backbone)

    def download(self, backbone: Backbone, reporter: Reporter) -> Path:
        """Fetch Keras' own ImageNet weights for `backbone`.

        Raises:
            WeightsUnavailableError: no network, a server that refuses, or a file that is not Keras'; its hint
                names the ways on.
            EngineError: the store's folder cannot be written, or is full.
            Cancelled: what has arrived is kept for the next time.
        """
        from desktop_app.engine.download import DownloadFailed, download  # only here: it brings requests

        address = urlsplit(backbone.weights_url)
        path = self._open() / address.path.rpartition("/")[2]
        try:
            what = f"Downloading {backbone.name} weights"
            download(backbone.weights_url, path, backbone.weights_sum, what, reporter)
        except DownloadFailed as error:
            raise WeightsUnavailableError(
                f"The ImageNet weights of {backbone.name} could not be downloaded: {error}.",
                "Try again; or choose a weights file on this machine (“Choose file…”, or `graftwork weights "
                f"import {backbone.name} FILE`, or `--weights FILE`); or train on an untrained base "
                "(`--weights none`).",
            ) from error
        origin = f"downloaded from {address.hostname} on {date.today().isoformat()}{_unproved(backbone)}"
        return self._adopt(backbone, path, origin, file_digest(path))

    def import_file(
        self, backbone: Backbone, path: Path, reporter: Reporter, validate: Callable[[Path], None]
    ) -> Path:
        """Keep a copy of the user's own weights file; from now on it stands for "imagenet" here.

        Args:
            backbone: whose weights they are.
            path: the user's file, which is left as it is.
            reporter: told the fraction copied.
            validate: raises an `EngineError` where the file does not fit.

        Returns:
            The copy.
        """
        validate(path)
        part = self._open() / f"{backbone.name}.import.part"
        digest, done = hashlib.sha256(), 0
        try:
            size = path.stat().st_size
            with path.open("rb") as source, part.open("wb") as copy:
                while data := source.read(_CHUNK):
                    copy.write(data)
                    digest.update(data)
                    done += len(data)
                    reporter.report(done / max(size, 1), f"Keeping a copy of {path.name}")
            kept = self._folder / f"{backbone.name}-{digest.hexdigest()[:16]}.h5"
            part.replace(kept)
        except OSError as error:
            raise EngineError(
                f"“{path.name}” could not be copied to “{self._folder}”: {error.strerror or error}.",
                "Make room there, or use the file where it lies with `--weights FILE`.",
            ) from error
        finally:
            with suppress(OSError):
                part.unlink(missing_ok=True)
        origin = f"imported from {path.name} on {date.today().isoformat()}"
        return self._adopt(backbone, kept, origin, digest.hexdigest())

    def _adopt(self, backbone: Backbone, path: Path, origin: str, sha256: str) -> Path:
        """Put a file of the store in force, and remove the one before it."""
        before, card = self.record(backbone), self._card(backbone)
        record = WeightsRecord(backbone.name, path, path.stat().st_size, origin, sha256)
        try:
            write_json(card, {**asdict(record), "path": path.name})
        except OSError as error:
            raise self._unwritable(error) from error
        if before and before.path != path and before.path.parent == self._folder:
            with suppress(OSError):  # on Windows another run may still have it open
                before.path.unlink()
        return path

    def _in_cache(self, backbone: Backbone) -> WeightsRecord | None:
        """Keras' own download, if it is whole; hashed once for each state of the file."""
        if self._cache is None:
            return None
        path = self._cache / (backbone.cached_name or backbone.weights_url.rpartition("/")[2])
        try:
            stat = path.stat()
            key = (path, stat.st_size, stat.st_mtime_ns)
            if key not in self._seen:
                good = has_sum(path, backbone.weights_sum, Reporter())
                digest = file_digest(path) if good else ""
                origin = f"downloaded by Keras{_unproved(backbone)}"
                record = WeightsRecord(backbone.name, path, stat.st_size, origin, digest)
                self._seen[key] = record if good else None
            return self._seen[key]
        except (OSError, EngineError):
            return None

    def _card(self, backbone: Backbone) -> Path:
        return self._folder / f"{backbone.name}.json"

    def _open(self) -> Path:
        """The folder, made if need be."""
        try:
            self._folder.mkdir(parents=True, exist_ok=True)
        except OSError as error:
            raise self._unwritable(error) from error
        return self._folder

    def _unwritable(self, error: OSError) -> EngineError:
        return EngineError(
            f"The weights folder “{self._folder}” cannot be written: {error.strerror or error}.",
            "Make room there, or see that you may write to it, and try again.",
        )


def _unproved(backbone: Backbone) -> str:
    """What to add to the origin of a file that nothing but loading it proves to be whole."""
    return "" if backbone.weights_sum else " (Keras lists no checksum for it)"
