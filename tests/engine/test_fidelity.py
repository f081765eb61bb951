from collections.abc import Callable
from pathlib import Path

import numpy as np
import pytest

from desktop_app.engine import fidelity, frozen
from desktop_app.engine.base_form import PLAIN, Form
from desktop_app.engine.feature_cache import FeatureCache
from desktop_app.engine.folding import FoldingError
from desktop_app.engine.precision import cpu_flags
from desktop_app.engine.progress import Reporter
from desktop_app.engine.specs import BaseSpec, Precision

pytestmark = pytest.mark.usefixtures("small_backbones")


@pytest.fixture
def files(picture_folder: Callable[..., Path]) -> list[Path]:
    return sorted(picture_folder().rglob("*.png"))


@pytest.fixture
def build(monkeypatch: pytest.MonkeyPatch) -> Callable[..., frozen.FrozenBase]:
    """A base on a machine that computes fastest in `fastest`."""

    def make(precision: Precision = "auto", fastest: str = "bfloat16") -> frozen.FrozenBase:
        monkeypatch.setattr(frozen, "fastest", lambda: fastest)
        return frozen.build(BaseSpec("VGG16", "none", precision=precision), 0, lambda _: "x")

    return make


Build = Callable[..., frozen.FrozenBase]


@pytest.mark.parametrize(
    ("fastest", "word"), [("bfloat16", "lowest cosine 0.99"), ("float32", "relative error")]
)
def test_a_faithful_form_is_kept(build: Build, files: list[Path], fastest: str, word: str) -> None:
    base, words = fidelity.settle(build(fastest=fastest), files, None, Reporter())
    assert base.form == Form(fastest, folded=True), words
    assert word in words
    assert "given up" not in words


def test_an_unfaithful_form_is_given_up_and_said_so(
    build: Build, files: list[Path], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(fidelity, "MOST_TURN", -1.0)
    base, words = fidelity.settle(build(), files, None, Reporter())
    assert base.form == Form("float32", folded=True)
    assert words.startswith("bfloat16: lowest cosine")
    assert words.count("given up") == 1

    monkeypatch.setattr(fidelity, "MOST_ERROR", -1.0)
    base, words = fidelity.settle(build(), files, None, Reporter())
    assert base.form == PLAIN
    assert words.count("given up") == 2
    pixels = np.zeros((1, 32, 32, 3), np.uint8)
    exact = base.exactly(pixels)
    assert np.allclose(base.run(pixels), exact, rtol=0, atol=1e-5 * exact.max())


@pytest.mark.parametrize("wrong", [np.nan, np.inf, 0.0, -1.0])
def test_wrong_numbers_are_seen(
    build: Build, files: list[Path], monkeypatch: pytest.MonkeyPatch, wrong: float
) -> None:
    base = build()

    def broken(pictures: np.ndarray[tuple[int, ...], np.dtype[np.uint8]]) -> object:
        features = base.exactly(pictures)
        features[-1] = wrong * (1 + np.arange(features.shape[1])) if np.isfinite(wrong) else wrong
        return features

    monkeypatch.setitem(base.__dict__, "run", broken)
    settled, words = fidelity.settle(base, files, None, Reporter())
    assert settled.precision == "float32"
    assert "given up" in words


def test_what_keras_cannot_make_again_is_computed_as_it_is(
    build: Build, files: list[Path], monkeypatch: pytest.MonkeyPatch
) -> None:
    def refuse(*_: object, **__: object) -> None:
        raise FoldingError

    monkeypatch.setattr(frozen, "fold", refuse)
    base, words = fidelity.settle(build(), files, None, Reporter())
    assert base.form == PLAIN
    assert words == "bfloat16: cannot be computed, given up; folded float32: cannot be computed, given up"


@pytest.mark.parametrize(("precision", "choices"), [("bfloat16", 0), ("float16", 0), ("float32", 1)])
def test_what_the_user_asks_for_is_done(
    build: Build, files: list[Path], precision: Precision, choices: int
) -> None:
    base = build(precision)
    assert len(base.rest) == choices  # float32 may still be computed unfolded
    settled, _ = fidelity.settle(base, files, None, Reporter())
    assert settled.precision == precision


def test_a_measurement_is_remembered(
    build: Build, files: list[Path], tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    cache = FeatureCache(tmp_path / "cache")
    first = fidelity.settle(build(), files, cache, Reporter())
    monkeypatch.setattr(frozen.FrozenBase, "exactly", None)  # calling it would be an error
    again = fidelity.settle(build(), files[::-1], cache, Reporter())
    assert again[1] == first[1]
    assert again[0].key == first[0].key
    with pytest.raises(TypeError):
        fidelity.settle(build(), files[:3], cache, Reporter())
    cache.close()


def test_without_a_picture_to_compare_nothing_is_risked(build: Build, tmp_path: Path) -> None:
    broken = tmp_path / "broken.png"
    broken.write_bytes(b"no picture")
    base, words = fidelity.settle(build(), [broken, tmp_path / "gone.png"], None, Reporter())
    assert base.form == PLAIN
    assert "no picture" in words


def test_a_processor_tells_what_it_can(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("platform.system", lambda: "Linux")
    info = tmp_path / "cpuinfo"
    info.write_text("processor : 0\nflags\t\t: fpu amx_bf16 avx512f\nbugs : none\n")
    assert {"fpu", "amx_bf16"} <= cpu_flags(info)
    info.write_text("Features : asimd bf16\n")
    assert cpu_flags(info) == cpu_flags(tmp_path / "none") == frozenset()
