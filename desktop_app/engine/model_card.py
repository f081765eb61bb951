"""The model card: what an export is, on what it was trained, how good it is and where it ends, in Markdown.

Its sections are those of Mitchell et al., "Model Cards for Model Reporting" (2019), as far as a program can
fill them.
"""

from collections import Counter
from collections.abc import Iterable, Sequence
from typing import Any

from desktop_app.engine.backbones import backbone
from desktop_app.engine.errors import EngineError
from desktop_app.engine.export_samples import notes, usage
from desktop_app.engine.export_table import QUANTIZATIONS, ExportFormat
from desktop_app.engine.exported import Exported
from desktop_app.engine.kept import VERDICT
from desktop_app.engine.run import Run

_SPLITS = {"train": "training", "val": "validation", "test": "test"}


def model_card(
    run: Run, row: ExportFormat, paper: dict[str, Any], exported: Exported, data: Iterable[tuple[str, str]]
) -> str:
    """The whole text.

    Args:
        run: what was exported.
        row: in which format.
        paper: the passport of the export.
        exported: how it was checked.
        data: class and split of every picture of the run.
    """
    sections = {
        "": _head(run, row, paper),
        "Data": _data(run, data),
        "Method": _method(run, paper),
        "Results": _results(run),
        "This file, checked": _checked(row, exported),
        "Limits": _limits(run),
        "Licence": _licence(run),
        "Use": f"```\n{usage(row)}\n```\n\n{row.reads}\n\n{notes(row).strip()}",
    }
    return "\n\n".join(f"## {title}\n\n{text}" if title else text for title, text in sections.items()) + "\n"


def _head(run: Run, row: ExportFormat, paper: dict[str, Any]) -> str:
    names = ", ".join(map(_plain, run.class_names))
    warning = (
        "\n\n**Untrained base: below its head this network has random weights.**" if run.untrained else ""
    )
    return (
        f"# A classifier of {len(run.class_names)} classes ({row.title})\n\n"
        f"It tells pictures of these classes apart: {names}. For: {row.purpose} Made with Graftwork "
        f"{paper['version']}.{warning}"
    )


def _data(run: Run, data: Iterable[tuple[str, str]]) -> str:
    fingerprint = f"Fingerprint of the data: `{run.data_fingerprint or 'not known'}`"
    if run.imported:
        return (
            f"This was imported from “{_plain(run.imported)}”. Its pictures have stayed with its maker, "
            f"whose figures are below.\n\n{fingerprint}"
        )
    counts = Counter(data)
    splits = [split for split in _SPLITS if any((name, split) in counts for name in run.class_names)]
    rows = [[name, *(counts[name, split] for split in splits)] for name in run.class_names]
    table = _table(["class", *(f"{_SPLITS[split]} pictures" for split in splits)], rows)
    return f"{table}\n\n{fingerprint}"


def _method(run: Run, paper: dict[str, Any]) -> str:
    base = run.spec.base
    tuned = ", its last blocks tuned with it" if run.tuning and run.tuning.best_epoch else ""
    how = "learned from scratch with its head" if run.spec.start == "scratch" else f"kept as it was{tuned}"
    size = paper["input"].get("pictures", paper["input"])["size"]
    start = "trained from scratch" if run.spec.start == "scratch" else f"weights: {run.weights_origin}"
    return "\n".join(
        [
            f"- backbone: {base.backbone} ({start}), {how}",
            f"- pictures of {size} pixels a side, resized by “{base.resize}”; pooling: {base.pooling}",
            *_head_learned(run),
            f"- seed {run.spec.training.seed}",
        ]
    )


def _head_learned(run: Run) -> list[str]:
    head, training = run.head, run.spec.training
    if not head.units and run.spec.start != "scratch":
        weight = f"is {head.l2:g}" if head.l2 else "was chosen on the validation pictures"
        return ["- head: no hidden layers", f"- solved by L-BFGS; the weight of its L2 penalty {weight}"]
    hidden = f"hidden layers of {', '.join(map(str, head.units))} units" if head.units else "no hidden layers"
    kept = f" (epoch {run.best_epoch})" if run.best_epoch else ""  # which an import does not know
    return [
        f"- head: {hidden}, dropout {head.dropout:g}",
        f"- at most {training.epochs} epochs of {training.optimizer}, the best kept{kept}",
    ]


def _results(run: Run) -> str:
    report = run.report
    low, high = report.interval
    scores = [
        [one.label, one.support, f"{one.precision:.1%}", f"{one.recall:.1%}", f"{one.f1:.1%}"]
        for one in report.per_class
    ]
    return (
        f"Accuracy on {report.images} {_plain(report.source)}: **{report.accuracy:.1%}** (95 % interval: "
        f"{low:.1%} to {high:.1%}); mean recall of the classes {report.balanced_accuracy:.1%}.\n\n"
        + _table(["class", "pictures", "precision", "recall", "F1"], scores)
        + _transfer(run)
    )


def _transfer(run: Run) -> str:
    """Whether transfer has helped, if somebody has asked; a damaged answer is none to pass on."""
    try:
        verdict = VERDICT.of(run.folder)
    except EngineError:
        return ""
    return f"\n\n{verdict.sentence}" if verdict else ""


def _checked(row: ExportFormat, exported: Exported) -> str:
    quantization = QUANTIZATIONS[exported.quantize]
    return (
        f"{row.title}, {quantization.title}. {quantization.purpose} Another program read it and was "
        f"asked about pictures of the data above: {exported.verdict} The greatest difference of a "
        f"probability is {exported.difference:.1e}. A picture takes it "
        f"{exported.milliseconds:.1f} ms on the computer that made it."
    )


def _limits(run: Run) -> str:
    source = run.report.source
    chosen = (
        "- The validation pictures also chose what to keep of the training: their accuracy is a little too "
        "good.\n"
        if source.startswith("validation")
        else ""
    )
    views = run.spec.views
    once = "- It sees a picture once, where the report's answers are the mean of several views.\n"
    return (
        "- It knows these classes and no others: a picture of anything else gets one of them, too.\n"
        "- The figures hold for pictures like those it was trained and judged on: taken the same way, of the "
        f"same kinds of things.\n{chosen}{once if views and views.average else ''}"
        "- A probability is what the network gives, not how often it is right."
    )


def _licence(run: Run) -> str:
    if run.spec.start == "scratch" or run.untrained:
        return "No weights of others are in it."
    licence = backbone(run.spec.base.backbone).licence
    stated = f"{licence}, as Keras states it" if licence else "Keras states none"
    return (
        f"Weights of the backbone: {run.weights_origin}. Licence of Keras' own ImageNet weights for "
        f"{run.spec.base.backbone}: {stated}. What was learned on top belongs to whoever trained it; the "
        "licences of the training pictures are for them to know."
    )


def _table(head: Sequence[object], rows: Iterable[Sequence[object]]) -> str:
    lines = [head, ["---"] * len(head), *rows]
    return "\n".join(f"| {' | '.join(_plain(str(cell)) for cell in line)} |" for line in lines)


def _plain(text: str) -> str:
    """Text that means nothing to Markdown and stays on its line."""
    return "".join(f"\\{letter}" if letter in "\\|*_`<>[]#" else letter for letter in " ".join(text.split()))
