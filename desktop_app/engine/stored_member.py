"""A member of a ZIP archive, to be read here and there.

`zipfile` reads a member through from its start at every step back, and HDF5 takes hundreds of them: looking
through the weights of a ResNet50 took seconds. What is stored as it is can be read in place.
"""

import io
import struct
import zipfile
from pathlib import Path
from typing import IO

_LOCAL = struct.Struct("<4s22xHH")  # a signature; the lengths of the name and of what follows it


def open_member(path: Path, archive: zipfile.ZipFile, name: str) -> IO[bytes]:
    """Open `name` in `archive`, the file at `path`; in place, unless it is compressed.

    Raises:
        KeyError: there is no such member.
        BadZipFile: it is not where the archive says.
        OSError: the file cannot be read.
    """
    member = archive.open(name)  # also sees to it that the archive agrees with itself
    about = archive.getinfo(name)
    if about.compress_type != zipfile.ZIP_STORED or about.compress_size != about.file_size:
        return member
    member.close()
    file = path.open("rb", buffering=0)
    try:
        file.seek(about.header_offset)
        signature, letters, more = _LOCAL.unpack(file.read(_LOCAL.size))
        if signature != zipfile.stringFileHeader:  # type: ignore[attr-defined]
            raise zipfile.BadZipFile(f"“{name}” does not begin where the archive says")
        start = about.header_offset + _LOCAL.size + letters + more
        return io.BufferedReader(_Part(file, start, about.file_size))
    except BaseException:
        file.close()
        raise


class _Part(io.RawIOBase):
    """`size` bytes of `file` from `start` on."""

    def __init__(self, file: io.FileIO, start: int, size: int) -> None:
        self._file, self._start, self._size, self._at = file, start, size, 0

    def readable(self) -> bool:
        return True

    def seekable(self) -> bool:
        return True

    def seek(self, offset: int, whence: int = io.SEEK_SET, /) -> int:
        base = {io.SEEK_SET: 0, io.SEEK_CUR: self._at, io.SEEK_END: self._size}[whence]
        self._at = max(base + offset, 0)
        return self._at

    def readinto(self, buffer: memoryview, /) -> int:  # type: ignore[override]
        room = memoryview(buffer)[: max(self._size - self._at, 0)]
        self._file.seek(self._start + self._at)
        read = self._file.readinto(room) or 0
        self._at += read
        return read

    def close(self) -> None:
        self._file.close()
        super().close()
