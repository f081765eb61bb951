"""Pictures that are dragged: file addresses for other programs, and our own list for the class list."""

import json
import os
from collections.abc import Iterable
from pathlib import Path

from PySide6.QtCore import QMimeData, QUrl

PICTURES = "application/x-graftwork-pictures"  # JSON: the paths' bytes in hex, for they need not be UTF-8


def pictures_to_mime(paths: Iterable[Path]) -> QMimeData:
    """What a drag of the pictures at `paths` carries."""
    files = list(paths)
    data = QMimeData()
    data.setUrls([QUrl.fromEncoded(path.as_uri().encode()) for path in files])
    data.setData(PICTURES, json.dumps([os.fsencode(path).hex() for path in files]).encode())
    return data


def has_pictures(data: QMimeData) -> bool:
    """Whether `data` is a drag out of this program's own grid."""
    return data.hasFormat(PICTURES)


def pictures_in(data: QMimeData) -> list[Path]:
    """The paths of the pictures in `data`; none where it is another drag, or another's idea of this one."""
    try:
        listed = json.loads(bytes(data.data(PICTURES).data()))
        return [Path(os.fsdecode(bytes.fromhex(entry))) for entry in listed]
    except (ValueError, TypeError):
        return []
