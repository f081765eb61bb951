"""Import: an export that somebody has made with this program becomes a run.

Nothing of a stranger's is run. Of a `.keras` file, what `model_file` lets pass is opened; of a SavedModel,
the numbers are read and put into a network that this program builds itself: its graph, which could read and
write files, is never looked at.
"""

import zipfile
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from desktop_app.engine.assembly import load_classifier, parts
from desktop_app.engine.backbones import backbone
from desktop_app.engine.errors import EngineError
from desktop_app.engine.folders import appearing
from desktop_app.engine.foreign_export import WHAT, require_export
from desktop_app.engine.history import write_csv
from desktop_app.engine.keras_bridge import keras
from desktop_app.engine.model_file import LARGEST
from desktop_app.engine.passport_reading import LARGEST as LARGEST_PASSPORT
from desktop_app.engine.passport_reading import Passport, read_passport
from desktop_app.engine.pictures_file import write_pictures
from desktop_app.engine.pipeline import versions
from desktop_app.engine.plain_file import require_plain, write_json
from desktop_app.engine.progress import Reporter
from desktop_app.engine.rebuilding import rebuild
from desktop_app.engine.run import FORMAT, Run, open_run
from desktop_app.engine.specs import MODEL
from desktop_app.engine.tensor_bundle import Bundle

_CHUNK = 1 << 24  # bytes
_MEMBER = "graftwork.json"  # the passport inside a .keras file


def import_model(path: Path, out: Path, reporter: Reporter) -> Run:
    """Make a run folder of an export.

    Args:
        path: a `.keras` file, or the folder of an export as SavedModel or `.keras`; it stays as it is.
        out: the run folder to make.
        reporter: hears of the stages.

    Raises:
        EngineError: it is no such export, it is damaged, or not to be trusted; or `out` cannot be written.
            Nothing is left behind then.
    """
    kind, place = require_export(path)
    with appearing(out) as draft:
        try:
            passport = _TAKERS[kind](place, draft / MODEL, reporter)
        except EngineError as error:  # which may name the draft
            told = error.message.replace(str(draft / MODEL), str(place))
            raise EngineError(told, WHAT) from error
        reporter.report(0.95, "Writing the run")
        name = place.name if kind == "savedmodel" else path.name  # its saved_model.pb may have been named
        _write(draft, passport, name, out)
    reporter.report(1.0, "Done")
    return open_run(out)


def _take_keras(file: Path, copy: Path, reporter: Reporter) -> Passport:
    """Copy a `.keras` file, and see that its model is what its passport says."""
    try:
        require_plain(file, LARGEST)
        size = file.stat().st_size
        source = file.open("rb")
    except (OSError, ValueError) as error:
        raise _refused(file, str(error)) from error
    with source, copy.open("wb") as target:
        done = 0
        while data := source.read(_CHUNK):
            target.write(data)
            done += len(data)
            reporter.report(0.1 + 0.2 * done / max(size, 1), f"Copying {file.name}")
    reporter.report(0.3, "Opening the model")
    model = load_classifier(copy)
    with zipfile.ZipFile(copy) as archive:
        if _MEMBER not in archive.namelist():
            raise _refused(file, "it carries no passport of Graftwork, so that its class names are not known")
        with archive.open(_MEMBER) as member:
            data = member.read(LARGEST_PASSPORT + 1)
    passport = _passport(file, data)
    _require_match(file, model, passport)
    return passport


def _take_savedmodel(folder: Path, target: Path, reporter: Reporter) -> Passport:
    """Read the numbers of a SavedModel, and put them into a network that is built as its passport says."""
    reporter.report(0.1, "Reading the numbers")
    paper = folder / "metadata.json"
    try:
        require_plain(paper, LARGEST_PASSPORT)
        passport = _passport(folder, paper.read_bytes())
        bundle = Bundle(folder / "variables")
        reporter.report(0.3, f"Building {passport.spec.base.backbone}")
        model = rebuild(passport.spec, len(passport.class_names), bundle, reporter.part(0.3, 0.8))
    except (OSError, ValueError) as error:
        raise _refused(folder, str(error)) from error
    reporter.report(0.8, "Keeping the model")
    model.save(target)
    return passport


_TAKERS = {"keras": _take_keras, "savedmodel": _take_savedmodel}


def _passport(place: Path, data: bytes) -> Passport:
    try:
        return read_passport(data)
    except ValueError as error:
        raise _refused(place, str(error)) from error


def _require_match(file: Path, model: Any, passport: Passport) -> None:
    """See that a model is built as its passport says."""
    parts(model)
    row, spec = backbone(passport.spec.base.backbone), passport.spec
    wanted = ((None, row.size, row.size, 3), (None, len(passport.class_names)))
    layers = [layer for layer in model.layers if layer.name == "head"]
    units = [
        inner.units for inner in getattr(layers[0], "layers", ()) if isinstance(inner, keras.layers.Dense)
    ]
    if (model.input_shape, model.output_shape) != wanted or units != [*spec.head.units, wanted[1][1]]:
        raise _refused(file, "its model is another than its passport says")


def _write(folder: Path, passport: Passport, name: str, out: Path) -> None:
    """Write all of a run but its model."""
    write_csv(folder / "history.csv", ())
    write_pictures(folder / "pictures.csv", ())
    write_json(
        folder / "experiment.json",
        {
            "format": FORMAT,
            "created": datetime.now(UTC).isoformat(timespec="seconds"),
            "imported": name,
            "spec": passport.spec.to_json(),
            "class_names": passport.class_names,
            "weights_origin": passport.weights_origin,
            "best_epoch": 0,
            "data_fingerprint": passport.data_fingerprint,
            "versions": versions(),
        },
    )
    summary = {
        "run": str(out),
        "imported": name,
        "format": passport.format,
        "backbone": passport.spec.base.backbone,
        "classes": list(passport.class_names),
        "accuracy": passport.report.accuracy,
        "accuracy_on": f"{passport.report.source} of its maker",
        "weights": passport.weights_origin,
    }
    write_json(folder / "report.json", {"summary": summary, "report": passport.report.to_json()})


def _refused(place: Path, why: str) -> EngineError:
    return EngineError(f"“{place}” cannot be imported: {why.rstrip('.')}.", WHAT)
