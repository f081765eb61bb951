"""The arrangement: what the project makes of the pictures that were found."""

from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from functools import cached_property
from pathlib import Path

from desktop_app.engine.catalog import Catalog, Picture, Problem, merge
from desktop_app.engine.errors import EngineError
from desktop_app.engine.facts import Facts
from desktop_app.engine.progress import Reporter
from desktop_app.engine.project import Project, Trace
from desktop_app.engine.sources import Source
from desktop_app.engine.split import SplitRow, divide, split_table


@dataclass(frozen=True)
class Arrangement:
    """What is trained on, and what is shown of it.

    Attributes:
        project: with what was learned on the way: labels found, what each picture is known by, its split.
        edited: the catalog as the user wants it, with the splits that folders and the user give.
        catalog: the same with a split for every picture that has a class, where `rows` are not empty.
        rows: what each split holds; empty while that is not known.
        given: whether folders say which pictures validate, so that none are drawn.
        trouble: why the pictures cannot be divided, or "".
        left_out: pictures that the user or a remedy has left out, to be shown and taken back.
        excluded: how many pictures each excluded class has.
    """

    project: Project
    edited: Catalog
    catalog: Catalog
    rows: tuple[SplitRow, ...] = ()
    given: bool = False
    trouble: str = ""
    left_out: tuple[Picture, ...] = ()
    excluded: Mapping[str, int] = field(default_factory=dict)

    @cached_property
    def shown(self) -> tuple[Picture, ...]:
        """All pictures in the catalog's order, also those left out, so that these keep their places."""
        if not self.left_out:
            return self.catalog.pictures
        both = (*self.catalog.pictures, *self.left_out)
        return tuple(sorted(both, key=lambda picture: (picture.label, str(picture.path))))


def arrange(
    project: Project,
    scans: Mapping[Source, Catalog],
    facts: Mapping[Path, Facts],
    duplicates: Mapping[Path, str],
    reporter: Reporter,
) -> Arrangement:
    """Apply the project's decisions, and divide the pictures if all have been looked at.

    Args:
        project: sources and decisions.
        scans: what each source of the project holds.
        facts: what is known of the pictures' files; those that cannot be read are left out.
        duplicates: picture → name of its group of duplicates (`checks.duplicate_groups`).
        reporter: asked whether to stop.
    """
    reporter.report(0, "Arranging the pictures")
    scanned = _readable(merge(scans[source] for source in project.sources if source in scans), facts)
    reporter.checkpoint()
    known = {picture.path: facts[picture.path] for picture in scanned.pictures if picture.path in facts}
    traces = {path: Trace(one.size, one.digest) for path, one in known.items()}
    project = project.remember(scanned, traces)
    edited = project.apply(scanned)
    reporter.checkpoint()
    labels = {picture: project.label_of(picture) for picture in scanned.pictures}
    left_out = tuple(
        replace(picture, label=label)
        for picture, label in labels.items()
        if picture.path in project.left_out and label not in project.excluded
    )
    excluded = Counter(label for label in labels.values() if label in project.excluded)
    given = any(picture.split == "val" and picture.path not in project.splits for picture in edited.pictures)
    plain = Arrangement(project, edited, edited, given=given, left_out=left_out, excluded=excluded)
    if not edited.pictures or any(picture.path not in known for picture in edited.pictures):
        return plain
    digests = {path: one.digest for path, one in known.items()}
    by_hand = {path: split for path, split in project.splits.items() if path in known}
    try:
        divided = divide(edited, project.split, digests, duplicates, project.assigned, by_hand)
    except EngineError as error:
        return replace(plain, trouble=str(error))
    reporter.checkpoint()
    return replace(
        plain, project=project.assign(divided, digests), catalog=divided, rows=split_table(divided)
    )


def _readable(catalog: Catalog, facts: Mapping[Path, Facts]) -> Catalog:
    """The catalog less the files that turned out to be damaged."""
    pictures, problems = [], list(catalog.problems)
    for picture in catalog.pictures:
        problem = facts[picture.path].problem if picture.path in facts else ""
        if problem:
            problems.append(Problem(picture.path, problem))
        else:
            pictures.append(picture)
    return Catalog(tuple(pictures), tuple(problems))
