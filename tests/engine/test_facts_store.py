from pathlib import Path

import pytest

from desktop_app.engine.facts import Facts
from desktop_app.engine.facts_store import FILE, FactsStore

FULL = Facts(
    digest="ab", size=3, width=4, height=5, format="PNG", mode="L", camera="Acme One", frames=2,
    phash=(1 << 64) - 3, brightness=1.25, contrast=2.5, sharpness=0.1, grey=bytes(range(256)), problem="",
)  # fmt: skip


@pytest.mark.parametrize("facts", [FULL, Facts(problem="it is empty"), Facts(phash=1 << 63), Facts(phash=5)])
def test_what_is_put_comes_back(tmp_path: Path, facts: Facts) -> None:
    file = tmp_path / "ein \udcff Bild\n🐝.png"
    store = FactsStore(tmp_path)
    store.put([(file, "now", facts)])
    store.close()
    store = FactsStore(tmp_path)
    assert store.get(file, "now") == facts
    assert store.get(file, "later") is None
    assert store.get(tmp_path / "other.png", "now") is None
    store.close()


def test_a_file_without_a_stamp_is_not_kept(tmp_path: Path) -> None:
    store = FactsStore(tmp_path)
    store.put([(tmp_path / "new.png", "", FULL)])
    assert store.get(tmp_path / "new.png", "") is None
    store.close()


def test_clear(tmp_path: Path) -> None:
    store = FactsStore(tmp_path)
    store.put([(tmp_path / f"{number}.png", "now", FULL) for number in range(1000)])
    full = store.size
    store.clear()
    assert store.get(tmp_path / "0.png", "now") is None
    assert store.size < full / 2
    store.close()


def test_a_damaged_file_is_set_aside(tmp_path: Path) -> None:
    (tmp_path / FILE).write_bytes(b"no database " * 1000)
    store = FactsStore(tmp_path)
    store.put([(tmp_path / "a.png", "now", FULL)])
    assert store.get(tmp_path / "a.png", "now") == FULL
    assert not store.trouble
    store.close()
