"""The checks of single pictures: unreadable, blank, blurred, tiny, long and moving ones."""

from collections.abc import Callable, Iterator
from pathlib import Path
from statistics import median

from desktop_app.engine.evidence import BLANK, Evidence
from desktop_app.engine.facts import Facts
from desktop_app.engine.findings import Finding, Remedy, counted

TINY = 64  # pixels of the shorter side; a backbone takes 224 or more
LONG = 3.0  # times as long as wide, or as wide as long
# Of `measures.sharpness`. Of 407 photographs none had less than 0.03; blurred by a Gaussian of 1.5 of 256
# pixels, 88 % have less than 0.02, and by one of 2 pixels 98 %.
BLURRED = 0.02
_BLURRED_HERE = 1 / 4  # of the median: X-rays are soft by nature


def unreadable(evidence: Evidence) -> Iterator[Finding]:
    """Files that look like pictures and cannot be read to the end."""
    reasons: dict[str, list[Path]] = {}
    for picture in evidence.catalog.pictures:
        facts = evidence.facts.get(picture.path)
        if facts and facts.problem:
            reasons.setdefault(facts.problem, []).append(picture.path)
    files = tuple(path for group in reasons.values() for path in group)
    if files:
        first = next(iter(reasons))
        yield Finding(
            "unreadable",
            f"{counted(len(files))} cannot be read.",
            f"For “{files[0].name}”, {first}. Leave them out, or replace them by undamaged copies.",
            "problem",
            tuple(tuple(group) for group in reasons.values()),
            (_leave_out(files),),
        )


def blank(evidence: Evidence) -> Iterator[Finding]:
    """Pictures of a single colour."""
    files = _those(evidence, lambda facts: facts.contrast < BLANK)
    if files:
        yield Finding(
            "blank",
            f"{counted(len(files), 'picture is', 'pictures are')} blank.",
            "A picture of a single colour shows nothing that could be learned.",
            "warning",
            (files,),
            (_leave_out(files),),
        )


def blurred(evidence: Evidence) -> Iterator[Finding]:
    """Pictures that are far less sharp than the others, at the size that a backbone sees."""
    sharp = [facts.sharpness for _, facts in evidence.read if facts.contrast >= BLANK]
    if not sharp:
        return
    least = min(BLURRED, _BLURRED_HERE * median(sharp))
    files = _those(evidence, lambda facts: facts.contrast >= BLANK and facts.sharpness < least)
    if files:
        yield Finding(
            "blurred",
            f"{counted(len(files), 'picture is', 'pictures are')} blurred.",
            "Out of focus, shaken or enlarged: far less sharp than all others. Best left out, unless what is "
            "to be recognised later is as blurred.",
            "note",
            (files,),
            (_leave_out(files),),
        )


def tiny(evidence: Evidence) -> Iterator[Finding]:
    """Pictures with few pixels."""
    files = _those(evidence, lambda facts: min(facts.width, facts.height) < TINY)
    yield from _usual_or_not(
        evidence,
        files,
        "tiny",
        f"tiny: less than {TINY} pixels high or wide.",
        "Enlarged to what a backbone takes, so few pixels show little. Best left out, unless what is to be "
        "recognised later is as small.",
    )


def long(evidence: Evidence) -> Iterator[Finding]:
    """Pictures of an odd shape, which is lost when they become a square."""
    files = _those(
        evidence, lambda facts: max(facts.width, facts.height) > LONG * min(facts.width, facts.height)
    )
    yield from _usual_or_not(
        evidence,
        files,
        "odd shape",
        f"more than {LONG:g} times as long as wide.",
        "Such a shape is distorted, cut or mostly border once it is square. Leave it out, or crop it to what "
        "counts.",
    )


def moving(evidence: Evidence) -> Iterator[Finding]:
    """Files of several pictures."""
    files = _those(evidence, lambda facts: facts.frames > 1)
    if files:
        yield Finding(
            "several frames",
            f"{counted(len(files), 'file holds', 'files hold')} more than one picture.",
            "Of an animation or a stack of pages, the first picture is used.",
            "note",
            (files,),
            (_leave_out(files),),
        )


def _usual_or_not(
    evidence: Evidence, files: tuple[Path, ...], check: str, what: str, detail: str
) -> Iterator[Finding]:
    """What most pictures are is no fault of single ones: it is said, and nothing left out."""
    if not files:
        return
    usual = 2 * len(files) > len(evidence.read)
    yield Finding(
        check,
        f"{counted(len(files), 'picture is', 'pictures are')} {what}",
        "Most of the pictures are, so that it may be their nature." if usual else detail,
        "note" if usual else "warning",
        (files,),
        () if usual else (_leave_out(files),),
    )


def _those(evidence: Evidence, judge: Callable[[Facts], bool]) -> tuple[Path, ...]:
    return tuple(picture.path for picture, facts in evidence.read if judge(facts))


def _leave_out(files: tuple[Path, ...]) -> Remedy:
    return Remedy(f"Leave out the {counted(len(files))}" if len(files) > 1 else "Leave it out", files)
