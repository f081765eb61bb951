"""The verbs that train, and what training needs: backbones and their weights."""

import argparse
import time
from dataclasses import asdict
from pathlib import Path

from desktop_app.cli.answer import Answer
from desktop_app.engine import catalog as catalogs
from desktop_app.engine import pipeline, specs
from desktop_app.engine.backbones import BACKBONES, backbone
from desktop_app.engine.continuing import continued
from desktop_app.engine.errors import EngineError
from desktop_app.engine.progress import Reporter
from desktop_app.engine.ranking import RankingSpec, Standing
from desktop_app.engine.run import open_run
from desktop_app.engine.tuning_spec import TuningSpec
from desktop_app.engine.views_spec import CHANGES, ViewsSpec
from desktop_app.engine.weights import WeightsStore
from desktop_app.session import paths


def train(arguments: argparse.Namespace, reporter: Reporter) -> Answer:
    """Train on a folder of class folders."""
    usual = specs.SCRATCH_RATE if arguments.from_scratch else specs.TrainingSpec.learning_rate
    training = specs.TrainingSpec(
        arguments.epochs,
        arguments.batch,
        usual if arguments.lr is None else arguments.lr,
        arguments.split,
        arguments.seed,
        arguments.test,
        arguments.group_by,
        arguments.optimizer,
        arguments.schedule,
        arguments.patience,
        arguments.imbalance,
        arguments.label_smoothing,
        arguments.mixup,
    )
    if arguments.before and arguments.tune_blocks:
        raise EngineError(
            "With --from the base stays as it is, with --tune-blocks not.", "Leave out one of them."
        )
    before = arguments.before and open_run(arguments.before)
    spec = continued(before, training) if before else _spec(arguments, training)
    began = time.monotonic()
    # With pictures set aside for validation, the folder is for training alone.
    found = [catalogs.scan([arguments.folder], reporter.part(0, 0.02))]
    if arguments.val:
        found.append(catalogs.scan([arguments.val], reporter.part(0.02, 0.03), split="val"))
        if not found[-1].pictures:
            raise EngineError(
                f"There are no readable pictures in “{arguments.val}” to validate on.",
                "Name another folder, or leave out --val: then a share of the pictures is set aside.",
            )
    merged, seconds = catalogs.merge(found), time.monotonic() - began
    return pipeline.train(merged, spec, _places(arguments), reporter.part(0.03, 1), seconds).summary


def _spec(arguments: argparse.Namespace, training: specs.TrainingSpec) -> specs.ExperimentSpec:
    """All choices of a training that begins anew."""
    fresh = arguments.from_scratch
    return specs.ExperimentSpec(
        specs.BaseSpec(
            backbone(arguments.backbone).name,
            specs.UNTRAINED if fresh and arguments.weights == specs.IMAGENET else arguments.weights,
            arguments.pooling,
            arguments.precision,
            arguments.resize,
        ),
        specs.HeadSpec(
            arguments.head,
            arguments.dropout,
            arguments.l2,
            arguments.activation,
            arguments.batch_norm,
            arguments.auto_head,
        ),
        training,
        _tuning(arguments),
        _views(arguments),
        "scratch" if fresh else "pretrained",
    )


def import_model(arguments: argparse.Namespace, reporter: Reporter) -> Answer:
    """Make a run of somebody's export."""
    return pipeline.import_model(arguments.path, arguments.out, reporter).summary


def repeat(arguments: argparse.Namespace, reporter: Reporter) -> Answer:
    """Train again as a run was."""
    run = open_run(arguments.run)
    again = pipeline.repeat(run, _places(arguments), reporter)
    return {**again.summary, "repeats": str(run.folder), "same_history": again.history == run.history}


def _places(arguments: argparse.Namespace) -> pipeline.Places:
    return pipeline.Places(arguments.out, weights_store(), cache_folder(arguments))


def cache_folder(arguments: argparse.Namespace) -> Path | None:
    """Where features are kept; None for nowhere."""
    return None if arguments.no_cache else arguments.cache or paths.cache_folder()


def _tuning(arguments: argparse.Namespace) -> TuningSpec | None:
    if not arguments.tune_blocks:
        return None
    return TuningSpec(
        arguments.tune_blocks,
        arguments.tune_epochs,
        arguments.batch,
        arguments.tune_lr,
        seed=arguments.seed,
    )


def _views(arguments: argparse.Namespace) -> ViewsSpec | None:
    if arguments.views == 1:
        return None
    strange = [name for name in arguments.augment if name not in CHANGES]
    if strange:
        raise EngineError(
            f"Pictures cannot be augmented by “{strange[0]}”.", f"Name some of {', '.join(CHANGES)}."
        )
    ticks = {name: name in arguments.augment for name in CHANGES}
    return ViewsSpec(arguments.views, **ticks, average=arguments.average_views)


def list_backbones(_arguments: argparse.Namespace, _reporter: Reporter) -> Answer:
    """List the backbones."""
    store = weights_store()
    return {
        "backbones": [
            {**asdict(row), "weights_here": store.find(row) is not None} for row in BACKBONES.values()
        ]
    }


def rank(arguments: argparse.Namespace, reporter: Reporter) -> Answer:
    """Find the backbone whose features suit the pictures best."""
    names = list(dict.fromkeys(backbone(name).name for name in arguments.backbones))
    base = specs.BaseSpec(
        weights=arguments.weights,
        pooling=arguments.pooling,
        precision=arguments.precision,
        resize=arguments.resize,
    )
    if arguments.weights not in {specs.IMAGENET, specs.UNTRAINED}:
        raise EngineError("A weights file fits one backbone only.", "Import it: “graftwork weights import”.")
    specs.ExperimentSpec(base)  # which refuses what cannot work
    spec = RankingSpec(seed=arguments.seed, group_by=arguments.group_by)
    catalog = catalogs.scan([arguments.folder], reporter.part(0, 0.02))
    catalog.require_trainable()
    cache = cache_folder(arguments)
    reporter = reporter.part(0.02, 1)
    pipeline.start_tensorflow(reporter)
    from desktop_app.engine.candidates import rank_backbones

    ranked = rank_backbones(
        names, catalog, base, spec, weights_store(), cache, reporter, download=not arguments.no_download
    )
    if all(one.problem for one in ranked):
        raise EngineError(f"No backbone could be asked. {ranked[0].backbone}: {ranked[0].problem}")
    return {"ranking": [_standing(one) for one in ranked], "weights": arguments.weights}


def _standing(one: Standing) -> Answer:
    """What is not known is null: JSON has no other word for it."""
    if one.problem:
        return {**dict.fromkeys(asdict(one)), "backbone": one.backbone, "problem": one.problem}
    return asdict(one)


def direct(arguments: argparse.Namespace, reporter: Reporter) -> Answer:
    """Ask ImageNet's own model, or score it."""
    if arguments.score and len(arguments.pictures) > 1:
        raise EngineError("Several folders cannot be scored at once.", "Name the folder of class folders.")
    looking = reporter.part(0, 0.05)
    if arguments.score:
        catalog = catalogs.scan(arguments.pictures, looking)
    else:
        files = [file for path in arguments.pictures for file in catalogs.files_of(path)]
    pipeline.start_tensorflow(looking)
    from desktop_app.engine.direct import open_direct

    direct = open_direct(arguments.backbone, arguments.weights, weights_store(), reporter.part(0.05, 0.3))
    asking = reporter.part(0.3, 1)
    about = {"backbone": direct.base.row.name, "weights": arguments.weights}
    if arguments.score:
        return {**direct.score(catalog, None, asking).to_json(), **about}
    answers, problems = direct.predict(files, None, asking)
    if not answers:
        raise EngineError("There are no readable pictures here.", "Name at least one picture.")
    return {
        "predictions": [
            {"file": str(one.file), "label": one.guesses[0][0], "probability": one.guesses[0][1],
             "top5": dict(one.guesses)}
            for one in answers
        ],
        "skipped": [{"file": str(p.path), "reason": p.reason} for p in problems],
        **about,
    }  # fmt: skip


def weights_list(_arguments: argparse.Namespace, _reporter: Reporter) -> Answer:
    """List the weights files."""
    return {
        "weights": [{**asdict(record), "path": str(record.path)} for record in weights_store().records()],
    }


def weights_import(arguments: argparse.Namespace, reporter: Reporter) -> Answer:
    """Keep a weights file for the next time."""
    row = backbone(arguments.name)
    path = pipeline.import_weights(weights_store(), row, arguments.file, reporter, top=arguments.top)
    return {"name": backbone(arguments.name).name, "path": str(path)}


def weights_store() -> WeightsStore:
    """The weights on this machine."""
    return WeightsStore(paths.weights_folder())
