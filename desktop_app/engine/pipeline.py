"""The pipeline: from a catalog to a run folder, each stage in its turn."""

import hashlib
import platform
import time
from collections.abc import Sequence
from dataclasses import asdict, dataclass, replace
from datetime import UTC, datetime
from pathlib import Path
from typing import TYPE_CHECKING

import numpy as np
from numpy.typing import NDArray

import desktop_app
from desktop_app.engine import continuing, pretrained
from desktop_app.engine.activation_store import ActivationStore
from desktop_app.engine.answers import Answers, copies, write_logits
from desktop_app.engine.backbones import Backbone
from desktop_app.engine.catalog import Catalog, Split
from desktop_app.engine.errors import EngineError
from desktop_app.engine.exported import Exported
from desktop_app.engine.foreign_export import require_export
from desktop_app.engine.history import write_csv
from desktop_app.engine.judgement import judge_answers
from desktop_app.engine.pictures_file import write_pictures
from desktop_app.engine.plain_file import write_json
from desktop_app.engine.progress import Reporter
from desktop_app.engine.report import Report
from desktop_app.engine.run import FORMAT, LOGITS, Run, open_run
from desktop_app.engine.specs import MODEL, ExperimentSpec
from desktop_app.engine.split import divide
from desktop_app.engine.unfinished import Unfinished, under_way
from desktop_app.engine.warm_up import import_tensorflow
from desktop_app.engine.weights import WeightsStore

if TYPE_CHECKING:
    from desktop_app.engine.classifier import Classifier
    from desktop_app.engine.frozen import FrozenBase
    from desktop_app.engine.learning import Pictures

FROM_SCRATCH = "trained from scratch"


@dataclass(frozen=True)
class Places:
    """Where a training finds weights and keeps things; `cache` is None where no features are to be kept."""

    out: Path
    weights: WeightsStore
    cache: Path | None


def train(
    catalog: Catalog,
    spec: ExperimentSpec,
    places: Places,
    reporter: Reporter,
    scan_seconds: float = 0.0,
    data_fingerprint: str = "",
) -> Run:
    """Train a head on `catalog`, tune the base where that is asked for, and write a run folder.

    Args:
        catalog: what to learn from; pictures without a class take no part.
        spec: every choice.
        places: what to read and write.
        reporter: hears of all stages, and of every epoch.
        scan_seconds: how long the catalog took, for the record.
        data_fingerprint: refuse pictures of any other.

    What learns is saved beside the run as it goes (`unfinished`): after a pause, an error, a crash or
    `kill -9`, the same call goes on from there and ends as if nothing had happened, bit for bit on the same
    machine.

    Raises:
        EngineError: the data, the weights or a folder is not as it must be. If nothing had been learned yet,
            nothing is left behind.
        Cancelled: the user stopped it. Nothing is left behind but the features computed so far.
        Paused: the user wants to go on later.
    """
    watch = Stopwatch(scan_seconds)
    catalog.require_trainable()
    with under_way(places.out, spec, catalog) as going:
        unlabelled, catalog = len(catalog.unlabelled), catalog.labelled
        divide(catalog, spec.training.split, {})  # says now what it would say once the contents are known
        start_tensorflow(reporter)
        from desktop_app.engine import assembly, gathering, learning, scratch, training

        fresh = spec.start == "scratch"
        computed = 0.15 if fresh else 0.4 if spec.tuning else 0.8  # of the bar, once there are features
        network, origin = _network(spec, places.weights, reporter)
        # From scratch, no features are needed: the pictures are only looked at.
        base = scratch.glance(network) if fresh else network
        seen = gathering.gather(catalog, spec, places.cache, base, reporter.part(0.11, computed))
        base, pictures, names = seen.base, seen.pictures, seen.catalog.class_names
        base = network.plain() if fresh else base
        fingerprint = _fingerprint(seen.catalog, pictures.digests)
        going.settle(fingerprint, base.key, data_fingerprint)
        watch.lap("features")

        store = ActivationStore(activations_folder(places.cache or going.state), seen.room)
        stage = reporter.part(computed, 0.95).relabelling(going.note)
        begun = continuing.beginning(spec, names) if spec.start == "continued" else ()
        learned = learning.learn(
            spec, base, pictures, len(names), store, stage, watch.lap, going.state, begun
        )
        reporter.report(0.95, "Writing the run")
        report = _judge(pictures, learned.logits, names)
        assembly.assemble(base.model, learned.head).save(going.folder / MODEL)
        write_csv(going.folder / "history.csv", learned.history)
        training.write_events(going.folder / "events", learned.history)
        write_pictures(going.folder / "pictures.csv", seen.given, seen.catalog.pictures, pictures.digests)
        write_logits(going.folder / LOGITS, learned.logits)
        write_json(
            going.folder / "experiment.json",
            {
                "format": FORMAT,
                "created": datetime.now(UTC).isoformat(timespec="seconds"),
                "spec": spec.to_json(),
                "class_names": names,
                "weights_origin": origin,
                "base_key": base.key,
                "fidelity": seen.fidelity,
                "features_not_stored": seen.trouble,
                "best_epoch": learned.best_epoch,
                "l2": learned.l2,
                "head_choice": asdict(learned.head_choice) if learned.head_choice else None,
                "tuning": asdict(learned.tuning) if learned.tuning else None,
                "data_fingerprint": fingerprint,
                "unlabelled": unlabelled,
                "skipped": [{"file": str(p.path), "reason": p.reason} for p in seen.catalog.problems],
                "versions": versions(),
            },
        )
        summary = {
            "run": str(places.out),
            "backbone": spec.base.backbone,
            "classes": list(names),
            "images": len(pictures.files),
            "skipped": len(seen.catalog.problems),
            "train_accuracy": _accuracy(pictures, learned.logits, "train"),
            "val_accuracy": _accuracy(pictures, learned.logits, "val"),
            "epochs": len(learned.history),
            "seconds": watch.seconds(),
            "features_cached": seen.cached,
            "precision": base.precision,
            "weights": origin,
            **learned.figures(),
        }
        if spec.views:
            summary |= {"views": spec.views.count, "views_cached": seen.views_cached}
        write_json(
            going.folder / "report.json",
            {"summary": summary, "report": report.to_json()},
        )
        reporter.report(1.0, "Done")
    return open_run(places.out)


def resume(unfinished: Unfinished, places: Places, reporter: Reporter) -> Run:
    """Go on with a run that was stopped, on the pictures it was begun with; `places.out` does not matter."""
    return train(unfinished.catalog(), unfinished.spec, replace(places, out=unfinished.out), reporter)


def repeat(run: Run, places: Places, reporter: Reporter) -> Run:
    """Train again as `run` was, from its record alone.

    On the same machine, the history is the same, bit for bit.

    Raises:
        EngineError: its pictures are not what they were.
    """
    return train(run.catalog(), run.spec, places, reporter, data_fingerprint=run.data_fingerprint)


def activations_folder(cache: Path) -> Path:
    """Where a cache's folder holds what crosses the freeze boundary; features and these share one limit."""
    return cache / "activations"


def start_tensorflow(reporter: Reporter) -> None:
    """Import TensorFlow if nobody has yet."""
    reporter.report(0.0, "Starting TensorFlow")
    import_tensorflow()


def open_classifier(run: Run, reporter: Reporter) -> "Classifier":
    """The model of `run`, ready to answer."""
    start_tensorflow(reporter)
    from desktop_app.engine.classifier import Classifier

    reporter.report(0.5, "Opening the model")
    return Classifier(run)


def export(
    classifier: "Classifier",
    target: Path,
    reporter: Reporter,
    name: str = "savedmodel",
    quantize: str = "none",
) -> Exported:
    """Write a classifier in the format `name`, checked on the pictures of its run."""
    from desktop_app.engine.export import export_as

    return export_as(classifier, name, quantize, target, reporter)


def import_weights(
    store: WeightsStore, row: Backbone, file: Path, reporter: Reporter, top: bool = False
) -> Path:
    """Check that `file` holds weights of `row` by loading it, then keep a copy in `store`.

    With `top`, they are those of the whole network, for its direct use.
    """

    def validate(path: Path) -> None:
        start_tensorflow(reporter)
        from desktop_app.engine.direct import full_model, load_full
        from desktop_app.engine.frozen import bare_model
        from desktop_app.engine.weights_file import load_weights

        if top:
            load_full(full_model(row), row, path)
        else:
            load_weights(bare_model(row), row, path)

    return store.import_file(row.with_top() if top else row, file, reporter, validate)


def import_model(path: Path, out: Path, reporter: Reporter) -> Run:
    """Make a run folder of somebody's export; raises as `importing.import_model` does."""
    require_export(path)  # before TensorFlow takes its time
    start_tensorflow(reporter)
    from desktop_app.engine import importing

    return importing.import_model(path, out, reporter)


class Stopwatch:
    """Measures stages, in seconds."""

    def __init__(self, scan: float) -> None:
        self._began = self._last = time.monotonic()
        self._scan = scan
        self._laps: dict[str, float] = {}

    def lap(self, stage: str) -> None:
        """End a stage."""
        now = time.monotonic()
        self._laps[stage] = now - self._last
        self._last = now

    def seconds(self) -> dict[str, float]:
        """All stages and the total, to the millisecond."""
        total = self._scan + time.monotonic() - self._began
        return {
            name: round(value, 3)
            for name, value in {"scan": self._scan, **self._laps, "total": total}.items()
        }


def _network(spec: ExperimentSpec, store: WeightsStore, reporter: Reporter) -> tuple["FrozenBase", str]:
    """The base as it starts, and where its weights come from, in words."""
    from desktop_app.engine import frozen

    load, origin = pretrained.loader(spec.base, spec.training.seed, store, reporter.part(0.0, 0.1))
    reporter.report(0.1, f"Building {spec.base.backbone}")
    network = frozen.build(spec.base, spec.training.seed, load)
    return network, FROM_SCRATCH if spec.start == "scratch" else origin


def _judge(pictures: "Pictures", logits: NDArray[np.float32], names: tuple[str, ...]) -> Report:
    """On the test pictures if there are some, else on those that validate.

    Raises:
        EngineError: there are answers that are no numbers, which no run may hold.
    """
    if not np.isfinite(logits).all():
        raise EngineError(
            "The training has diverged: some of its answers are no numbers.",
            "Train again with a smaller learning rate or, if that does not help, with other weights.",
        )
    views = 0 if pictures.views is None else pictures.views.shape[1]
    by = f", by the mean of {views} views" if pictures.averaged else ""
    split: Split = "test" if (pictures.splits == "test").any() else "val"
    whole = Answers(
        "all its pictures",
        names,
        tuple(pictures.files),
        pictures.labels,
        logits,
        pictures.splits,
        copies(pictures.digests),
    )
    part = whole.of(split)
    return judge_answers(replace(part, source=f"{part.source}{by}"))


def _accuracy(pictures: "Pictures", logits: NDArray[np.float32], split: Split) -> float:
    chosen = pictures.splits == split
    return float((logits[chosen].argmax(axis=1) == pictures.labels[chosen]).mean())


def _fingerprint(catalog: Catalog, digests: Sequence[str]) -> str:
    """SHA-256 over what the pictures hold and how they are labelled and split, whatever they are called."""
    lines = sorted(
        f"{digest} {p.label} {p.split}" for digest, p in zip(digests, catalog.pictures, strict=True)
    )
    return hashlib.sha256("\n".join(lines).encode("utf-8", "surrogateescape")).hexdigest()


def versions() -> dict[str, str]:
    """What computes here, for a run's record."""
    from desktop_app.engine.keras_bridge import keras, tf

    return {
        "graftwork": desktop_app.__version__,
        "python": platform.python_version(),
        "tensorflow": tf.__version__,
        "keras": keras.__version__,
        "numpy": np.__version__,
    }
