"""The checks: what may be wrong with the pictures before anything is learned from them.

Written here rather than taken from cleanvision, which has those for single pictures but none for classes and
splits, and brings pandas, fsspec, tabulate and imagehash with PyWavelets for a few lines of NumPy.
"""

from collections.abc import Callable, Iterable, Mapping
from pathlib import Path

from desktop_app.engine import class_checks, duplicates, picture_checks, shortcuts
from desktop_app.engine.catalog import Catalog
from desktop_app.engine.evidence import Alike, Evidence, find_alike
from desktop_app.engine.facts import Facts
from desktop_app.engine.findings import Finding, Remedy
from desktop_app.engine.linked import components
from desktop_app.engine.progress import Reporter

__all__ = ["CHECKS", "Alike", "Finding", "Remedy", "check", "duplicate_groups", "find_alike"]

# A row a check; a new one is a new row. Their findings are shown in this order, the severe ones first.
CHECKS: tuple[Callable[[Evidence], Iterable[Finding]], ...] = (
    picture_checks.unreadable,
    duplicates.exact_conflicts,
    duplicates.near_conflicts,
    duplicates.exact_leaks,
    duplicates.near_leaks,
    shortcuts.shortcuts,
    class_checks.too_small,
    class_checks.uneven,
    duplicates.exact_duplicates,
    duplicates.near_duplicates,
    picture_checks.blank,
    picture_checks.tiny,
    picture_checks.long,
    picture_checks.blurred,
    picture_checks.moving,
)
_SEVERITIES = ("problem", "warning", "note")
_COMPARING = 0.9  # of the time


def check(
    catalog: Catalog, facts: Mapping[Path, Facts], reporter: Reporter, alike: Alike | None = None
) -> tuple[Finding, ...]:
    """All that the checks find, the severe first.

    Args:
        catalog: the pictures with the classes and splits that they have now.
        facts: what `facts.look` tells of them; a picture without is left unjudged.
        reporter: hears how far it is.
        alike: what `find_alike` found for these facts before; found anew if None, which takes the longest.
    """
    if alike is None:
        alike = find_alike(facts, reporter.part(0, _COMPARING))
    evidence = Evidence(catalog, facts, alike)
    findings: list[Finding] = []
    rest = reporter.part(_COMPARING, 1)
    for place, row in enumerate(CHECKS):
        rest.report(place / len(CHECKS), "Checking the pictures")
        findings += row(evidence)
    rest.report(1, "Checked the pictures")
    return tuple(sorted(findings, key=lambda finding: _SEVERITIES.index(finding.severity)))


def duplicate_groups(
    catalog: Catalog, facts: Mapping[Path, Facts], alike: Alike | None = None
) -> dict[Path, str]:
    """Name of its group for each picture that has a duplicate, exact or near, whatever their classes.

    The name is the smallest digest in the group, so that pictures added elsewhere do not change it.

    Args:
        catalog: the pictures.
        facts: as for `check`.
        alike: as for `check`.
    """
    evidence = Evidence(catalog, facts, find_alike(facts, Reporter()) if alike is None else alike)
    present = evidence.by_digest
    links = [pair for pair in evidence.alike.pairs if pair[0] in present and pair[1] in present]
    names = {digest: min(group) for group in components(links) for digest in group}
    names |= {digest: digest for digest, same in present.items() if len(same) > 1 and digest not in names}
    return {path.path: name for digest, name in names.items() for path in present[digest]}
