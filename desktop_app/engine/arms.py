"""The arms of the verdict: the model's recipe, and what has nothing to transfer, on the same pictures."""

from collections.abc import Callable, Iterator, Sequence
from contextlib import closing
from dataclasses import replace
from pathlib import Path
from typing import Any, cast

import numpy as np
from numpy.typing import NDArray

from desktop_app.engine.answers import Answers
from desktop_app.engine.arm_answers import ArmAnswers, Features, Trial
from desktop_app.engine.base_form import possible_keys
from desktop_app.engine.catalog import Catalog, Picture
from desktop_app.engine.colour_histogram import ColourHistogram
from desktop_app.engine.errors import EngineError
from desktop_app.engine.feature_cache import FeatureCache
from desktop_app.engine.feature_scale import single
from desktop_app.engine.features import extract
from desktop_app.engine.logistic import choosing
from desktop_app.engine.pictures_file import Line
from desktop_app.engine.pretrained import UNTRAINED_BASE, loader, untrained_digest
from desktop_app.engine.progress import Reporter
from desktop_app.engine.recall import stored_features
from desktop_app.engine.run import Run
from desktop_app.engine.specs import UNTRAINED, BaseSpec
from desktop_app.engine.split import divide
from desktop_app.engine.verdict import Verdict, decide
from desktop_app.engine.warm_up import import_tensorflow
from desktop_app.engine.weights import WeightsStore

SEEDS = 3
_TITLES = {
    "model": "This model",
    "random": "Random-weight base, logistic head",
    "colours": "Colour histogram, logistic head",
    "majority": "Always the most frequent class",
    "scratch": "The same network from scratch",
}


def judge_transfer(
    run: Run,
    features: Callable[[Reporter], Features],
    cache: Path | None,
    reporter: Reporter,
    twin: Run | None = None,
    seeds: int = SEEDS,
    free: bool = False,
) -> Verdict:
    """Say whether transfer has helped `run`.

    Where nobody has said which pictures validate, each seed divides the pictures anew, by groups, and the
    model's head learns again. A base that was tuned has seen its training pictures: then, as with a `twin`,
    the model's own answers count, on its own pictures.

    Args:
        run: whose base is pretrained.
        features: gives what its base makes of its pictures, (n, width), in the order of its answers.
        cache: folder of stored features; None to store nothing.
        reporter: hears who is asked, and the verdict of the first seed as soon as there is one. A head with
            hidden layers has learned again for none by then: in that verdict, the run's own answers count.
        twin: the same network, trained from scratch on the same pictures in the same splits.
        seeds: how many, at least 1.
        free: nobody has said which pictures judge, though the run's record has it so: a window divides the
            pictures before the training.

    Raises:
        EngineError: nothing was transferred, or pictures or answers are gone.
    """
    if run.spec.start == "scratch":
        raise EngineError(
            "This model was trained from scratch: nothing was transferred.",
            "Ask about a run with a pretrained backbone.",
        )
    run.require_pictures()
    lines = tuple(run.lines())
    own = answers_of(run, lines)
    scratch = _of_twin(twin, run, own) if twin else None  # before the long part, in which it has no share
    fixed = bool(run.spec.tuning or run.spec.views or twin)
    hidden = bool(run.head.units) and not fixed
    trials, given = divided(run, own, seeds, fixed, free, lines)
    with closing(ArmAnswers(own, reporter)) as said:
        matrix = None if fixed else single(features(reporter.part(0, 0.15).about("This model")))
        colours = single(_colours(lines, cache, reporter.part(0.15, 0.2).about("Colour histogram")))
        for trial, blind in _random(run, lines, cache, trials, reporter.part(0.2, 0.75)):
            if matrix is None:
                said.note("model", own.guesses[trial.judged], trial)
            elif not hidden:
                said.learn("model", matrix, trial)
            said.learn("random", blind, trial)
            said.learn("colours", colours, trial)
            counts = np.bincount(own.labels[trial.learned], minlength=len(own.class_names))
            said.note("majority", np.full(len(trial.judged), counts.argmax()), trial)
            if scratch is not None:
                said.note("scratch", scratch[trial.judged], trial)
        if seeds > 1:
            reporter.tell(_first_look(own, said, trials[0], given, hidden, reporter.part(0.75, 0.8)))
        if matrix is not None and hidden:
            stage = reporter.part(0.8, 0.9).about("This model")
            for place, trial in enumerate(trials):
                stage.report(place / seeds, f"seed {place + 1} of {seeds}")
                said.note("model", _retrained(run, matrix, own, trial, reporter), trial)
        (model, *baselines), asked = said.collect(_TITLES, trials, reporter.part(0.9, 1))
    reporter.report(1.0, "Done")
    return decide(model, baselines, asked, given)


def divided(
    run: Run,
    own: Answers,
    seeds: int,
    fixed: bool = False,
    free: bool = False,
    lines: Sequence[Line] | None = None,
) -> tuple[list[Trial], bool]:
    """The pictures divided for each seed, and whether they are divided in the same way for all.

    The first seed is the run's own. Test pictures judge where there are some, else validation pictures; all
    others are learned from. They are `fixed` also where folders or the user have said which pictures judge,
    unless they are `free` as in `judge_transfer`. `lines` are the run's, where they have been read already.
    """
    judging = "test" if (own.splits == "test").any() else "val"
    given = [None if free else line.given for line in lines or run.lines()]
    fixed = fixed or judging in given
    names, copies = own.class_names, dict(zip(own.files, map(str, own.groups), strict=True))
    undivided = Catalog(
        tuple(
            Picture(file, names[label], split)
            for file, label, split in zip(own.files, own.labels, given, strict=True)
        )
    )
    trials = []
    for place in range(seeds):
        seed, splits = run.spec.training.seed + place, own.splits
        if place and not fixed:
            again = divide(undivided, replace(run.spec.training.split, seed=seed), {}, copies)
            splits = np.array([picture.split for picture in again.pictures])
        judged = np.flatnonzero(splits == judging)
        rest = np.setdiff1d(np.arange(len(splits)), judged)
        trials.append(Trial(seed, rest[~np.isin(own.groups[rest], own.groups[judged])], judged))
    return trials, fixed


def answers_of(run: Run, lines: Sequence[Line] | None = None) -> Answers:
    """What it said of its pictures; an `EngineError` where it has not kept that, or was imported.

    `lines` are its own, where they have been read already.
    """
    run.require_pictures()
    own = run.answers(lines)
    if own is None:
        raise EngineError(
            "This run is of an older version, which did not keep its answers.",
            "Train it again: “Repeat with changes”.",
        )
    return own


def _first_look(
    own: Answers, said: ArmAnswers, trial: Trial, given: bool, hidden: bool, reporter: Reporter
) -> Verdict:
    """The verdict by the first seed alone; of a head with hidden layers, by what the run has answered."""
    name = "model"
    if hidden:
        name = "as it is"
        said.note(name, own.guesses[trial.judged], trial)
    others = {other: title for other, title in _TITLES.items() if other != "model"}
    (model, *baselines), asked = said.collect({name: _TITLES["model"], **others}, [trial], reporter)
    return decide(replace(model, name="model"), baselines, asked, given)


def _retrained(
    run: Run, matrix: Features, own: Answers, trial: Trial, reporter: Reporter
) -> NDArray[np.int64]:
    """What the run's head, which has hidden layers, says once it has learned from a trial's pictures."""
    import_tensorflow()
    from desktop_app.engine.training import Examples, answer, train_head

    choose = choosing(own.labels[trial.learned], own.groups[trial.learned], trial.seed)
    learn, check = (
        Examples(matrix[rows], own.labels[rows]) for rows in (trial.learned[~choose], trial.learned[choose])
    )
    training = replace(run.spec.training, seed=trial.seed)
    trained = train_head(run.head, training, learn, check, len(own.class_names), reporter.silent())
    guesses: NDArray[np.int64] = answer(trained.head, matrix[trial.judged]).argmax(axis=1)
    return guesses


def _random(
    run: Run, lines: Sequence[Line], cache: Path | None, trials: list[Trial], reporter: Reporter
) -> Iterator[tuple[Trial, Features]]:
    """What bases with random weights of each seed make of the pictures."""
    spec = replace(run.spec.base, weights=UNTRAINED)
    digests = [line.digest for line in lines]
    for place, trial in enumerate(trials):
        start, end = place / len(trials), (place + 1) / len(trials)
        stage = reporter.part(start, end).about(f"{UNTRAINED_BASE.capitalize()} {place + 1} of {len(trials)}")
        stage.report(0, "looking for its features")
        keys = possible_keys(spec, untrained_digest(trial.seed))
        found = stored_features(digests, keys, cache, spec.dtype, spec.resize)
        yield trial, _by_random_base(run, spec, lines, cache, trial, stage) if found is None else found


def _by_random_base(
    run: Run, spec: BaseSpec, lines: Sequence[Line], cache: Path | None, trial: Trial, reporter: Reporter
) -> Features:
    reporter.report(0, f"building {spec.backbone}")
    import_tensorflow()
    from desktop_app.engine import frozen

    load, _ = loader(spec, trial.seed, WeightsStore(run.folder), reporter)  # which looks for no file
    base = frozen.build(spec, trial.seed, load)
    return _extracted(lines, base, cache, reporter, run)


def _colours(lines: Sequence[Line], cache: Path | None, reporter: Reporter) -> Features:
    base = ColourHistogram()
    found = stored_features([line.digest for line in lines], [base.key], cache, np.float16, "stretch")
    return _extracted(lines, cast(Any, base), cache, reporter) if found is None else found


def _extracted(
    lines: Sequence[Line], base: Any, cache: Path | None, reporter: Reporter, run: Run | None = None
) -> Features:
    """The features of all pictures; an `EngineError` where one cannot be read any more."""
    files = [line.file for line in lines]
    kept = FeatureCache(cache) if cache else None
    try:
        if run:
            from desktop_app.engine import fidelity

            base, _ = fidelity.settle(base, files, kept, reporter.part(0, 0.01))
        dtype = run.spec.base.dtype if run else np.float16
        found = extract(files, base, kept, reporter, dtype, run.spec.base.resize if run else "stretch")
    finally:
        if kept:
            kept.close()
    for row, why in found.unreadable.items():
        raise EngineError(
            f"The picture “{files[row].name}” of this run cannot be read any more: {why}.",
            "Bring it back, or train again on the pictures that there are.",
        )
    return found.matrix


def _of_twin(twin: Run, run: Run, own: Answers) -> NDArray[np.int64]:
    """What the twin says of each picture, in the model's order."""
    backbone = run.spec.base.backbone
    if twin.spec.start != "scratch" or twin.spec.base.backbone != backbone:
        raise EngineError(
            f"The run in “{twin.folder.name}” is not one of {backbone} trained from scratch.",
            "Train that network from scratch on the same pictures.",
        )
    other = twin.answers()
    if other is None or other.class_names != own.class_names or set(other.files) != set(own.files):
        raise EngineError(
            f"The run in “{twin.folder.name}” is not of the same pictures.",
            "Train from scratch on the same pictures.",
        )
    place = {file: row for row, file in enumerate(other.files)}
    rows = [place[file] for file in own.files]
    if not np.array_equal(other.splits[rows], own.splits):
        raise EngineError(
            f"In the run in “{twin.folder.name}” the pictures were divided in another way.",
            "Train from scratch with the same split and seed.",
        )
    guesses: NDArray[np.int64] = other.guesses[rows]
    return guesses
