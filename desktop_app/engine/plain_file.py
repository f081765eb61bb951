"""Plain files of bearable size: a stranger's must neither hang the program nor fill the memory."""

import json
import stat
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import Any

LARGEST = 256_000_000  # bytes
MOST_VALUES = 10_000_000  # what 256 MB of brackets would hold takes many times the memory


class TooLargeError(ValueError):
    """A file holds more than this program writes."""


def require_plain(path: Path, largest: int = LARGEST) -> None:
    """See that `path` is a regular file, not a pipe or a device that never ends, of at most `largest` bytes.

    Raises:
        ValueError: it is not.
        TooLargeError: it is larger.
        OSError: it cannot be looked at.
    """
    about = path.stat()
    if not stat.S_ISREG(about.st_mode):
        raise ValueError(f"its {path.name} is not a file")
    if about.st_size > largest:
        raise TooLargeError(
            f"its {path.name} holds {about.st_size / 1e6:,.0f} MB; at most {largest / 1e6:,.0f} are read"
        )


def read_json(path: Path) -> Any:
    """What the JSON in `path` says.

    Raises:
        ValueError: it is not a plain file, or not JSON.
        TooLargeError: it holds too many bytes or values.
        OSError: it cannot be read.
    """
    require_plain(path)
    with path.open("rb") as file:
        data = file.read(LARGEST + 1)  # it may have grown
    return parse_json(data, path.name)


def write_json(path: Path, data: Any) -> None:
    """Write plain values; the file is there whole, or as it was. An OSError says why it cannot be written."""
    with appearing_file(path) as draft:
        draft.write_text(f"{json.dumps(data, indent=1)}\n", "ascii")


@contextmanager
def appearing_file(path: Path) -> Iterator[Path]:
    """Yield a draft beside `path` that takes its name at the end: the file is there whole, or as it was."""
    draft = path.with_name(f"{path.name}.part")
    try:
        yield draft
        draft.replace(path)
    except BaseException:
        with suppress(OSError):
            draft.unlink()
        raise


def parse_json(data: bytes, name: str, largest: int = LARGEST, most_values: int = MOST_VALUES) -> Any:
    """What a JSON text of bearable size says; raises as `read_json` does, calling it `name`."""
    if len(data) > largest or values_in(data) > most_values:
        raise TooLargeError(f"its {name} holds too much")
    try:
        return json.loads(data)
    except (RecursionError, MemoryError) as error:
        raise ValueError(f"its {name} is nested too deeply") from error
    except ValueError as error:
        raise ValueError(f"its {name} is no JSON ({str(error)[:200]})") from error


def values_in(data: bytes) -> int:
    """At most how many values a JSON text holds."""
    return sum(data.count(sign) for sign in (b",", b"[", b"{"))
