"""The arms are asked the same questions, nobody has seen what judges, and each is what it says it is."""

from collections.abc import Callable, Iterator, Sequence
from contextlib import closing
from dataclasses import replace
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from numpy.typing import NDArray
from PIL import Image
from threadpoolctl import threadpool_limits  # type: ignore[import-untyped]

from desktop_app.engine import arms
from desktop_app.engine.answers import Answers, write_logits
from desktop_app.engine.arm_answers import Trial
from desktop_app.engine.arms import SEEDS, divided, judge_transfer
from desktop_app.engine.base_form import Form, base_name
from desktop_app.engine.catalog import Picture, Split
from desktop_app.engine.colour_histogram import ColourHistogram
from desktop_app.engine.errors import Cancelled, EngineError
from desktop_app.engine.feature_cache import FeatureCache
from desktop_app.engine.features import stored_key
from desktop_app.engine.pictures_file import Line, write_pictures
from desktop_app.engine.pretrained import untrained_digest
from desktop_app.engine.progress import Control, Reporter
from desktop_app.engine.report import judge
from desktop_app.engine.run import Run
from desktop_app.engine.specs import BaseSpec, ExperimentSpec, HeadSpec, TrainingSpec
from desktop_app.engine.tuning_spec import TuningSpec
from desktop_app.engine.verdict import Comparison, Verdict

SPEC = ExperimentSpec(BaseSpec("VGG16"), HeadSpec(()), TrainingSpec(seed=5))
SPLITS: tuple[Split, ...] = ("train", "train", "val", "train", "train")


@pytest.fixture(autouse=True)
def one_thread() -> Iterator[None]:
    """Matrices this small are slower by two threads, many times where the machine is busy."""
    with threadpool_limits(1):
        yield


@pytest.fixture(autouse=True)
def no_network(monkeypatch: pytest.MonkeyPatch) -> None:
    """A random base, without TensorFlow: noise of its seed."""

    def noise(
        _run: Run, lines: Sequence[Line], _cache: object, trials: Sequence[Trial], _reporter: Reporter
    ) -> Iterator[tuple[Trial, NDArray[np.float64]]]:
        for trial in trials:
            yield trial, np.random.default_rng(trial.seed).normal(size=(len(lines), 5))

    monkeypatch.setattr(arms, "_random", noise)


_by_random_bases = arms._random


@pytest.fixture
def files(picture_folder: Callable[..., Path]) -> list[Path]:
    return sorted(picture_folder(count=20).rglob("*.png"))


def run_of(
    folder: Path,
    files: Sequence[Path],
    spec: ExperimentSpec = SPEC,
    given: bool = False,
    right: float = 1.0,
    digests: Sequence[str] = (),
) -> Run:
    """A run as its folder would tell it, whose model is right about that share of the pictures."""
    folder.mkdir()
    splits = [SPLITS[place % len(SPLITS)] for place in range(len(files))]
    pictures = [Picture(file, file.parent.name, split) for file, split in zip(files, splits, strict=True)]
    found = pictures if given else [replace(picture, split=None) for picture in pictures]
    write_pictures(
        folder / "pictures.csv", found, pictures, digests or [f"{n:064x}" for n in range(len(files))]
    )
    labels = np.array([("blue", "red").index(picture.label) for picture in pictures])
    guesses = np.where(np.random.default_rng(0).random(len(files)) < right, labels, 1 - labels)
    write_logits(folder / "logits.npy", np.eye(2, dtype=np.float32)[guesses])
    report = judge("validation pictures", labels, guesses, ("blue", "red"))
    return Run(folder, spec, ("blue", "red"), 1, "imagenet", {}, (), report)


def telling(run: Run) -> Callable[[Reporter], NDArray[np.float64]]:
    """Features that tell the classes apart."""

    def features(_reporter: Reporter) -> NDArray[np.float64]:
        own = run.answers()
        assert own is not None
        return np.random.default_rng(9).normal(size=(len(own), 4)) + 6 * own.labels[:, None]

    return features


def test_all_arms_answer_and_the_colours_of_these_pictures_tell_as_much(
    files: list[Path], tmp_path: Path
) -> None:
    run = run_of(tmp_path / "run", files)
    found = judge_transfer(run, telling(run), tmp_path / "cache", Reporter())
    assert {one.name for one in found.baselines} == {"random", "colours", "majority"}
    assert found.strongest.name == "colours"  # the classes are blue and red
    assert (found.model.accuracy, found.strongest.accuracy) == (1.0, 1.0)
    assert found.finding == "no clear difference"
    by_name = {one.name: one for one in found.baselines}
    assert by_name["majority"].accuracies == (0.5,) * SEEDS
    assert not found.given


def test_seeds_divide_anew_by_groups_unless_a_folder_has(files: list[Path], tmp_path: Path) -> None:
    digests = [f"{n // 2:064x}" for n in range(len(files))]  # each picture is there twice
    run = run_of(tmp_path / "free", files, digests=digests)
    own = run.answers()
    assert own is not None
    trials, given = divided(run, own, 3)
    assert not given
    assert [trial.seed for trial in trials] == [5, 6, 7]
    assert trials[0].judged.tolist() == np.flatnonzero(own.splits == "val").tolist()
    for trial in trials:
        assert not set(own.groups[trial.learned]) & set(own.groups[trial.judged])
        assert len(trial.judged) == 8
    assert len({tuple(trial.judged) for trial in trials}) == 3

    run = run_of(tmp_path / "given", files, given=True)
    trials, given = divided(run, own, 3)
    assert given
    assert len({tuple(trial.judged) for trial in trials}) == 1
    trials, given = divided(run, own, 3, free=True)  # as the window has it
    assert not given
    assert len({tuple(trial.judged) for trial in trials}) == 3


def test_a_tuned_model_answers_for_itself(files: list[Path], tmp_path: Path) -> None:
    """Its base has seen the training pictures: it is not asked about those in another split."""
    run = run_of(tmp_path / "run", files, replace(SPEC, tuning=TuningSpec(1)), right=0.5)

    def never(_reporter: Reporter) -> NDArray[np.float64]:
        raise AssertionError("features were asked for")

    found = judge_transfer(run, never, tmp_path / "cache", Reporter())
    own = run.answers()
    assert own is not None
    val = own.of("val")
    assert found.model.accuracies == ((val.guesses == val.labels).mean(),) * SEEDS
    assert found.given
    assert found.pictures == len(val)


def test_before_a_hidden_head_learns_again_the_first_seeds_verdict_is_told(
    files: list[Path], tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    run = run_of(tmp_path / "run", files, replace(SPEC, head=HeadSpec((4,))), right=0.5)
    told: list[Verdict] = []

    def wrong(_run: Run, _matrix: object, own: Answers, trial: Trial, _reporter: Reporter) -> Any:
        assert len(told) == 1  # it takes long
        return 1 - own.labels[trial.judged]

    monkeypatch.setattr(arms, "_retrained", wrong)
    done: list[float] = []
    reporter = Reporter(lambda fraction, _text: done.append(fraction), on_news=told.append)  # type: ignore[arg-type]
    found = judge_transfer(run, telling(run), tmp_path / "cache", reporter)
    assert done == sorted(done)
    assert done[-1] == 1
    own = run.answers()
    assert own is not None
    val = own.of("val")
    assert told[0].model.accuracies == ((val.guesses == val.labels).mean(),)
    assert found.model.accuracies == (0.0,) * SEEDS
    assert {one.name for one in told[0].baselines} == {one.name for one in found.baselines}
    for late, early in zip(_by_name(found), _by_name(told[0]), strict=True):
        assert late.accuracies[:1] == early.accuracies
    assert told[0].model.name == found.model.name


def test_of_a_plain_head_the_first_seed_is_told_too(files: list[Path], tmp_path: Path) -> None:
    run = run_of(tmp_path / "run", files)
    told: list[Verdict] = []
    reporter = Reporter(on_news=told.append)  # type: ignore[arg-type]
    found = judge_transfer(run, telling(run), tmp_path / "cache", reporter)
    (first,) = told
    for late, early in zip(_by_name(found), _by_name(first), strict=True):
        assert late.accuracies[:1] == early.accuracies
    assert found.model.accuracies[:1] == first.model.accuracies
    judge_transfer(run, telling(run), tmp_path / "cache", reporter, seeds=1)
    assert told == [first]  # which would be the whole


def _by_name(verdict: Verdict) -> list[Comparison]:
    return sorted(verdict.baselines, key=lambda one: one.name)


def test_the_same_network_from_scratch_takes_part(files: list[Path], tmp_path: Path) -> None:
    run = run_of(tmp_path / "run", files)
    twin = run_of(tmp_path / "twin", [*files[1:], files[0]], SPEC.from_scratch(3), right=0.5)
    with pytest.raises(EngineError, match="divided in another way"):
        judge_transfer(run, telling(run), None, Reporter(), twin)
    pretrained = run_of(tmp_path / "pretrained", files, SPEC, right=0.5)
    other = replace(SPEC, base=BaseSpec("ResNet50")).from_scratch(3)
    for stranger in (pretrained, run_of(tmp_path / "other", files, other, right=0.5)):
        with pytest.raises(EngineError, match=f"“{stranger.folder.name}” is not one of VGG16 trained from"):
            judge_transfer(run, telling(run), None, Reporter(), stranger)
    twin = run_of(tmp_path / "second", files, SPEC.from_scratch(3), right=0.5)
    found = judge_transfer(run, telling(run), None, Reporter(), twin)
    own = twin.answers()
    assert own is not None
    val = own.of("val")
    (scratch,) = (one for one in found.baselines if one.name == "scratch")
    assert scratch.accuracy == (val.guesses == val.labels).mean()
    stranger = run_of(tmp_path / "stranger", files[:-1], SPEC.from_scratch(3))
    with pytest.raises(EngineError, match="not of the same pictures"):
        judge_transfer(run, telling(run), None, Reporter(), stranger)


def test_what_is_stored_of_all_arms_needs_neither_network_nor_pictures(
    files: list[Path], tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(arms, "_random", _by_random_bases)
    monkeypatch.setattr(arms, "import_tensorflow", lambda: pytest.fail("TensorFlow was asked for"))
    run = run_of(tmp_path / "run", files)
    digests = [bytes.fromhex(line.digest) for line in run.lines()]
    colours = ColourHistogram().run(np.stack([np.asarray(Image.open(file)) for file in files]))
    slow = Form("float32", folded=True)  # as on a machine that computes nothing faster
    stored = {
        slow.key(base_name(run.spec.base, untrained_digest(5 + seed))): np.random.default_rng(seed).random(
            (len(files), 7), np.float32
        )
        for seed in range(SEEDS)
    } | {ColourHistogram().key: colours}

    def keep(key: str) -> None:
        cache.put(stored_key(key, np.float16, "stretch"), zip(digests, stored[key], strict=True))

    with closing(FeatureCache(tmp_path / "cache")) as cache:
        for key in stored:
            keep(key)
    for file in files:
        file.unlink()
    found = judge_transfer(run, telling(run), tmp_path / "cache", Reporter())
    by_name = {one.name: one for one in found.baselines}
    assert by_name["colours"].accuracy == 1.0
    assert by_name["random"].accuracy < 1.0

    with closing(FeatureCache(tmp_path / "cache")) as cache:
        cache.clear()
        keep(ColourHistogram().key)
    with pytest.raises(pytest.fail.Exception, match="TensorFlow was asked for"):
        judge_transfer(run, telling(run), tmp_path / "cache", Reporter())


def test_what_cannot_be_judged_is_said(files: list[Path], tmp_path: Path) -> None:
    scratch = run_of(tmp_path / "scratch", files, SPEC.from_scratch(3))
    with pytest.raises(EngineError, match="nothing was transferred"):
        judge_transfer(scratch, telling(scratch), None, Reporter())
    run = run_of(tmp_path / "run", files)
    features = telling(run)
    files[0].unlink()
    with pytest.raises(EngineError, match=r"“0\.png” of this run cannot be read any more"):
        judge_transfer(run, features, None, Reporter())
    (run.folder / "logits.npy").unlink()
    with pytest.raises(EngineError, match="of an older version"):
        judge_transfer(run, features, None, Reporter())


def test_it_can_be_cancelled(files: list[Path], tmp_path: Path) -> None:
    run = run_of(tmp_path / "run", files)
    control = Control()
    control.cancel.set()
    with pytest.raises(Cancelled):
        judge_transfer(run, telling(run), None, Reporter(control=control))
