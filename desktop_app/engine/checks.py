"""The checks: what may be wrong with the pictures before anything is learned from them."""

from collections.abc import Mapping
from pathlib import Path

from desktop_app.engine.catalog import Catalog
from desktop_app.engine.facts import Facts
from desktop_app.engine.findings import Finding, Remedy, counted
from desktop_app.engine.progress import Reporter

__all__ = ["Finding", "Remedy", "check", "duplicate_groups"]


def check(catalog: Catalog, facts: Mapping[Path, Facts], reporter: Reporter) -> tuple[Finding, ...]:
    """All that the checks find, the worst first."""
    reporter.report(0, "Checking the pictures")
    groups: dict[tuple[str, str], list[Path]] = {}
    for picture in catalog.pictures:
        digest = facts[picture.path].digest if picture.path in facts else ""
        if digest:
            groups.setdefault((digest, picture.label), []).append(picture.path)
    same = tuple(tuple(group) for group in groups.values() if len(group) > 1)
    copies = tuple(path for group in same for path in group[1:])
    reporter.report(1, "Checked the pictures")
    if not same:
        return ()
    return (
        Finding(
            "duplicates",
            f"{counted(len(copies), 'picture is an exact copy', 'pictures are exact copies')} of another.",
            "A copy counts twice.",
            "warning",
            same,
            (Remedy(f"Leave out {counted(len(copies), 'copy', 'copies')}", copies),),
        ),
    )


def duplicate_groups(catalog: Catalog, facts: Mapping[Path, Facts]) -> dict[Path, str]:
    """Name of its group for each picture that has a duplicate, exact or near.

    The name is the smallest digest in the group.
    """
    groups: dict[str, list[Path]] = {}
    for picture in catalog.pictures:
        digest = facts[picture.path].digest if picture.path in facts else ""
        if digest:
            groups.setdefault(digest, []).append(picture.path)
    return {path: name for name, group in groups.items() if len(group) > 1 for path in group}
