import io
import os
import socket
from pathlib import Path

import pytest

from desktop_app.engine import picture_file
from desktop_app.engine.images import header_problem
from desktop_app.engine.picture_file import UnreadableError, open_file, read_file


def reason(path: Path) -> str:
    """Why it cannot be read, by both ways that open files."""
    with pytest.raises(UnreadableError) as caught:
        read_file(path)
    assert header_problem(path) == str(caught.value)
    return str(caught.value)


def test_a_file_is_read(tmp_path: Path) -> None:
    (tmp_path / "1").write_bytes(b"\r\n\x1a\0all")
    assert read_file(tmp_path / "1") == b"\r\n\x1a\0all"


def test_what_is_no_file_is_never_opened(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def opened(*_: object) -> int:
        raise AssertionError("opened")

    monkeypatch.chdir(tmp_path)  # the name of a socket must be short
    os.mkfifo("pipe")
    (tmp_path / "empty.jpg").touch()
    monkeypatch.setattr("os.open", opened)
    (tmp_path / "link").symlink_to("pipe")
    with socket.socket(socket.AF_UNIX) as server:
        server.bind("socket")
        assert reason(tmp_path / "socket") == "it is a socket, not a file"
    assert reason(tmp_path / "pipe") == reason(tmp_path / "link") == "it is a pipe, not a file"
    assert reason(Path("/dev/zero")) == "it is a device, not a file"
    assert reason(tmp_path) == "it is a folder, not a file"
    assert reason(tmp_path / "gone.png") == "it is no longer there"
    assert reason(tmp_path / "empty.jpg") == "it is empty"


def test_a_file_that_becomes_a_pipe_meanwhile_cannot_hang(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    file = tmp_path / "1.png"
    file.write_bytes(b"x")
    before = file.stat()
    file.unlink()
    os.mkfifo(file)
    descriptors = len(list(Path("/proc/self/fd").iterdir()))
    with monkeypatch.context() as context:
        context.setattr(Path, "stat", lambda _self: before)
        assert reason(file) == "it is a pipe, not a file"
    assert len(list(Path("/proc/self/fd").iterdir())) == descriptors


def test_links_that_go_round_end(tmp_path: Path) -> None:
    (tmp_path / "a").symlink_to("b")
    (tmp_path / "b").symlink_to("a")
    (tmp_path / "itself").symlink_to("itself")
    (tmp_path / "nowhere").symlink_to("gone")
    loops = "it may not be read (Too many levels of symbolic links)"
    assert reason(tmp_path / "a") == reason(tmp_path / "itself") == loops
    assert reason(tmp_path / "nowhere") == "it is no longer there"


@pytest.mark.parametrize(
    "name",
    [
        b"new\nline",
        b"tab\t",
        "\N{ANT}\N{HONEYBEE}".encode(),
        "\u202eשלום".encode(),
        b"not utf-8 \xff\xfe",
        b"-rf *",
    ],
)
def test_any_name_will_do(tmp_path: Path, name: bytes) -> None:
    file = Path(os.fsdecode(os.fsencode(tmp_path) + b"/" + name))
    file.write_bytes(b"x")
    assert read_file(file) == b"x"
    with pytest.raises(UnreadableError, match="it may not be read"):
        read_file(Path("nul\0"))


def test_a_locked_file_says_so(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def locked(*_: object) -> int:
        raise PermissionError(13, "Permission denied")

    (tmp_path / "1.png").write_bytes(b"x")
    monkeypatch.setattr("os.open", locked)
    assert reason(tmp_path / "1.png") == "it may not be read (Permission denied)"


def test_a_disk_that_fails_while_reading_says_so(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    class Broken(io.BytesIO):
        def read(self, size: int | None = -1, /) -> bytes:
            raise OSError(5, "Input/output error")

    monkeypatch.setattr(picture_file, "open_file", lambda _path: Broken())
    with pytest.raises(UnreadableError, match=r"it may not be read \(Input/output error\)"):
        read_file(tmp_path / "1.png")


def test_a_huge_file_is_not_read_whole(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(picture_file, "MAX_BYTES", 100)
    (tmp_path / "video.avi").write_bytes(bytes(101))
    with pytest.raises(UnreadableError, match="larger than any photograph"):
        read_file(tmp_path / "video.avi")
    (tmp_path / "video.avi").write_bytes(bytes(100))
    assert len(read_file(tmp_path / "video.avi")) == 100


def test_the_file_is_closed_when_it_is_left(tmp_path: Path) -> None:
    (tmp_path / "1").write_bytes(b"x")
    with open_file(tmp_path / "1") as file:
        assert not file.closed
    assert file.closed
