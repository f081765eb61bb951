"""One HTML file that tells all of a run: no script, nothing fetched, fit to print and to send."""

import base64
import html
import io
from collections.abc import Callable, Iterable, Sequence
from functools import partial
from pathlib import Path
from typing import TypeVar

import numpy as np
from PIL import Image, ImageOps

from desktop_app.engine import figures, images
from desktop_app.engine.errors import EngineError
from desktop_app.engine.history import History
from desktop_app.engine.judgement import Judgement, Measured, Mistake
from desktop_app.engine.kept import CURVE, VERDICT, Kept
from desktop_app.engine.plain_file import appearing_file, read_json
from desktop_app.engine.progress import Reporter
from desktop_app.engine.question_figures import draw_learning, draw_verdict
from desktop_app.engine.report import Report
from desktop_app.engine.run import Run
from desktop_app.engine.run_figures import draw_runs

_V = TypeVar("_V")
_MISTAKES, _SIDE = 24, 112  # how many are shown; of a thumbnail, pixels
_STYLE = """
body { font: 15px/1.5 system-ui, sans-serif; color: #1c2430; max-width: 60rem; margin: 2rem auto;
  padding: 0 1rem }
h1 { font-size: 1.6rem; margin-bottom: 0 } h2 { font-size: 1.15rem; margin-top: 2.2rem }
.muted { color: #5b6675 } .figure { font-size: 2.4rem; font-weight: 600 }
table { border-collapse: collapse; width: 100%; font-size: 0.9rem }
th, td { text-align: right; padding: 0.25rem 0.6rem; border-bottom: 1px solid #dfe3e8 }
th:first-child, td:first-child, .pairs td { text-align: left } th { color: #5b6675; font-weight: 600 }
td { overflow-wrap: anywhere } img { max-width: 100% }
.pictures { display: flex; flex-wrap: wrap; gap: 0.8rem } figure { margin: 0; width: 7.5rem }
figcaption { font-size: 0.75rem; overflow-wrap: anywhere } .none { width: 112px; height: 112px;
  background: #eceff2; display: flex; align-items: center; text-align: center; font-size: 0.75rem }
h2, h3 { break-after: avoid } img, figure, tr { break-inside: avoid }
@media print { body { margin: 0; max-width: none; font-size: 11pt } }
"""
_HEAD = """<!DOCTYPE html>
<html lang="en"><head><meta charset="utf-8">
<meta http-equiv="Content-Security-Policy"
  content="default-src 'none'; img-src data:; style-src 'unsafe-inline'">
<meta name="viewport" content="width=device-width, initial-scale=1">
<title>{title}</title><style>{style}</style></head><body>
"""


def write_report(run: Run, measured: Measured, judgement: Judgement, path: Path, reporter: Reporter) -> None:
    """Write what is known of `run`, judged as `judgement` says, to `path`.

    Raises:
        EngineError: the file cannot be written.
    """
    parts = list(_parts(run, measured, judgement, reporter))
    try:
        with appearing_file(path) as draft:
            draft.write_text("\n".join(parts), "utf-8")
    except OSError as error:
        raise EngineError(
            f"The report cannot be written to “{path}”: {error.strerror or error}.", "Choose another place."
        ) from error
    reporter.report(1, "Done")


def _parts(run: Run, measured: Measured, judgement: Judgement, reporter: Reporter) -> Iterable[str]:
    report, names = judgement.report, run.class_names
    reporter.report(0, "Writing the report")
    yield _HEAD.format(title=_text(f"{run.folder.name}: report"), style=_STYLE)
    yield f"<h1>{_text(run.folder.name)}</h1>"
    origin = f"{run.spec.base.backbone}, {run.weights_origin}."
    yield f'<p class="muted">{_text(f"{origin} Judged on {report.images:,} {report.source}.")}</p>'
    if run.untrained:
        yield "<p><strong>The base has random weights: expect little of it.</strong></p>"
    yield _summary(report)
    yield "<h2>Confusion matrix</h2><p>Rows: what the pictures show. Columns: what the classifier says.</p>"
    side = min(11.0, 1.8 + 0.36 * len(names))
    matrix = partial(figures.draw_confusion, confusion=report.confusion, names=names)
    yield _figure(matrix, (side, side), "Confusion matrix")
    yield "<h2>Classes</h2>"
    yield _classes(report)
    reporter.report(0.3, "Drawing the curves")
    yield from _training(run)
    yield "<h2>Curves</h2><p>Each class against all others.</p>"
    curves = partial(figures.draw_curves, curves=judgement.curves, names=names)
    yield _figure(curves, (9, 3.8), "ROC and precision-recall curves")
    yield f"<h2>Calibration</h2><p>{_text(judgement.calibration)}</p>"
    reliability = partial(figures.draw_reliability, before=judgement.before, after=judgement.after)
    yield _figure(reliability, (9, 3.8), "Reliability diagram")
    yield "<h2>Pictures with the highest loss</h2>"
    yield "<p>What each shows → what was said, and how surely.</p>"
    yield '<div class="pictures">'
    worst = judgement.mistakes(_MISTAKES)
    for place, one in enumerate(worst):
        reporter.report(0.5 + 0.4 * place / len(worst), "Adding pictures")
        yield _mistake(one)
    yield "</div>"
    yield from _answer("Did transfer help?", VERDICT, run, lambda one: one.sentence, draw_verdict)
    yield from _answer("Would more pictures help?", CURVE, run, lambda one: one.words, draw_learning)
    yield "<h2>Pictures</h2>"
    yield _counts(measured, names)
    yield "<h2>Every choice</h2>"
    yield _table(("", ""), _flat(run.spec.to_json()))
    yield "<h2>Made with</h2>"
    yield _table(("", ""), _record(run))
    yield "</body></html>"


def _training(run: Run) -> Iterable[str]:
    """The curves of the training; nothing of a model that was imported."""
    if run.history:
        yield "<h2>Training</h2><p>Validation in full, training faint and dashed.</p>"
        draw = partial(draw_runs, runs=[("validation", History(run.history, run.best_epoch))])
        yield _figure(draw, (9, 3.8), "Accuracy and loss by epoch")


def _answer(
    question: str, kept: Kept[_V], run: Run, words: Callable[[_V], str], draw: Callable[..., None]
) -> Iterable[str]:
    """What was found out about a question, if somebody has asked it."""
    try:
        answer = kept.of(run.folder)
    except EngineError as error:
        yield f"<h2>{_text(question)}</h2><p>{_text(error.message)}</p>"
        return
    if answer is not None:
        yield f"<h2>{_text(question)}</h2><p>{_text(words(answer))}</p>"
        yield _figure(lambda figure, ink: draw(figure, ink, answer), (9, 3.8), question)


def _summary(report: Report) -> str:
    low, high = report.interval
    rows = [("Accuracy", _percent(report.accuracy), _interval(report.interval, report.interval_method))]
    rows.append(
        (
            "Balanced accuracy",
            _percent(report.balanced_accuracy),
            _interval(report.balanced_interval, report.balanced_interval_method),
        )
    )
    if report.k:
        rows.append((f"Among the {report.k} most probable", _percent(report.top_k), ""))
    rows += [
        ("Mean area below the ROC curves", _number(report.roc_auc), ""),
        ("Mean average precision", _number(report.average_precision), ""),
        ("Cross-entropy", _number(report.log_loss), ""),
        ("Expected calibration error", _percent(report.calibration_error), ""),
    ]
    words = f"right, between {100 * low:.0f} and {100 * high:.0f} % with 95 % confidence"
    figure = f'<p><span class="figure">{_percent(report.accuracy)}</span> {words}</p>'
    return figure + _table(("", "", "95 % interval"), rows)


def _interval(edges: tuple[float, float] | None, method: str) -> str:
    if edges is None:
        return ""
    how = "Wilson" if method == "wilson" else "bootstrap by groups of copies"
    return f"{100 * edges[0]:.1f} to {100 * edges[1]:.1f} % ({how})"


def _classes(report: Report) -> str:
    head = ("Class", "Pictures", "Precision", "Recall", "F1", "ROC AUC", "Average precision")
    rows = [
        (
            score.label,
            f"{score.support:,}",
            *map(_percent, (score.precision, score.recall, score.f1)),
            *map(_number, (score.roc_auc, score.average_precision)),
        )
        for score in report.per_class
    ]
    return _table(head, rows)


def _mistake(one: Mistake) -> str:
    what = one.label if one.right else f"{one.label} → {one.said}"
    caption = f"{what} {100 * one.probability:.0f} %"
    try:
        picture = ImageOps.fit(images.rgb(images.read_file(one.file), _SIDE), (_SIDE, _SIDE))
        data = io.BytesIO()
        picture.save(data, "JPEG", quality=80)
        shown = _image(data.getvalue(), "image/jpeg", one.file.name)
    except (images.UnreadableError, OSError, ValueError, Image.DecompressionBombError):
        shown = '<div class="none">not there any more</div>'
    return f"<figure>{shown}<figcaption>{_text(caption)}<br>{_text(one.file.name)}</figcaption></figure>"


def _counts(measured: Measured, names: Sequence[str]) -> str:
    answers = measured.answers
    splits = [("train", "Training"), ("val", "Validation"), ("test", "Test")]
    columns = [
        np.bincount(answers.labels[answers.splits == split], minlength=len(names)) for split, _ in splits
    ]
    rows = [
        (name, *(f"{column[place]:,}" for column in columns), f"{sum(column[place] for column in columns):,}")
        for place, name in enumerate(names)
    ]
    total = [f"{column.sum():,}" for column in columns]
    rows.append(("All", *total, f"{len(answers):,}"))
    return _table(("Class", *(word for _, word in splits), "All"), rows)


def _record(run: Run) -> list[tuple[str, str]]:
    """What experiment.json says of when and with what."""
    record = read_json(run.folder / "experiment.json")
    known = {"created": record.get("created"), "data fingerprint": run.data_fingerprint}
    known |= record.get("versions") or {}
    return [(str(name), str(value)) for name, value in known.items() if value]


def _flat(value: object, name: str = "") -> Iterable[tuple[str, str]]:
    """Nested choices as lines of a table."""
    if isinstance(value, dict):
        for key, each in value.items():
            yield from _flat(each, f"{name} · {key}" if name else str(key))
    else:
        text = ", ".join(map(str, value)) if isinstance(value, list | tuple) else value
        yield name.replace("_", " "), "–" if text in {None, ""} else str(text)


def _table(head: Sequence[str], rows: Iterable[Sequence[str]]) -> str:
    lines = ["<table>" if any(head) else '<table class="pairs">']
    if any(head):
        lines.append("<tr>" + "".join(f"<th>{_text(word)}</th>" for word in head) + "</tr>")
    lines += ["<tr>" + "".join(f"<td>{_text(word)}</td>" for word in row) + "</tr>" for row in rows]
    return "\n".join([*lines, "</table>"])


def _figure(draw: figures.Draw, size: tuple[float, float], name: str) -> str:
    return f"<p>{_image(figures.svg(draw, size).encode(), 'image/svg+xml', name)}</p>"


def _image(data: bytes, kind: str, name: str) -> str:
    return f'<img alt="{_text(name)}" src="data:{kind};base64,{base64.b64encode(data).decode()}">'


def _percent(share: float | None) -> str:
    return "–" if share is None or np.isnan(share) else f"{100 * share:.1f} %"


def _number(value: float | None) -> str:
    return "–" if value is None else f"{value:.3f}"


def _text(words: object) -> str:
    """Fit for HTML, whatever is in a name: no mark-up, no lone surrogate, no control sign."""
    plain = str(words).encode("utf-8", "backslashreplace").decode()
    return html.escape("".join(sign if sign.isprintable() else "\N{REPLACEMENT CHARACTER}" for sign in plain))
