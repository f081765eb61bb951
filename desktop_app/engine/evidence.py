"""The evidence: what every check goes by."""

from collections import defaultdict
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path

import numpy as np

from desktop_app.engine.catalog import Catalog, Picture, Split
from desktop_app.engine.facts import Facts
from desktop_app.engine.near_duplicates import near_pairs
from desktop_app.engine.progress import Reporter

BLANK = 2.0  # of 255: less contrast is one colour, with a little noise

Place = tuple[str, str, Split]  # digest, class, side


@dataclass(frozen=True)
class Alike:
    """Digests of pictures that look alike without being the same, in pairs."""

    pairs: tuple[tuple[str, str], ...] = ()


@dataclass(frozen=True)
class Evidence:
    """What every check goes by; only pictures that can be read count."""

    catalog: Catalog
    facts: Mapping[Path, Facts]
    alike: Alike

    @cached_property
    def read(self) -> tuple[tuple[Picture, Facts], ...]:
        """The pictures that can be read, with their facts."""
        return tuple(
            (picture, facts)
            for picture in self.catalog.pictures
            if (facts := self.facts.get(picture.path)) and not facts.problem
        )

    @cached_property
    def labelled(self) -> tuple[tuple[Picture, Facts], ...]:
        """Those of them that are in a class."""
        return tuple(row for row in self.read if row[0].label)

    @cached_property
    def by_digest(self) -> dict[str, list[Picture]]:
        """The pictures that can be read, by content; the same content may be in several files."""
        found: dict[str, list[Picture]] = defaultdict(list)
        for picture, facts in self.read:
            found[facts.digest].append(picture)
        return dict(found)

    @cached_property
    def by_place(self) -> dict[Place, list[Picture]]:
        """The same, told apart by class and side as well."""
        found: dict[Place, list[Picture]] = defaultdict(list)
        for digest, pictures in self.by_digest.items():
            for picture in pictures:
                found[digest, picture.label, side(picture)].append(picture)
        return dict(found)

    @cached_property
    def alike_places(self) -> tuple[tuple[Place, Place], ...]:
        """The pairs of places whose contents look alike."""
        near = {digest for pair in self.alike.pairs for digest in pair}
        places: dict[str, list[Place]] = defaultdict(list)
        for place in self.by_place:
            if place[0] in near:
                places[place[0]].append(place)
        return tuple(
            (one, other)
            for first, second in self.alike.pairs
            for one in places.get(first, ())
            for other in places.get(second, ())
        )


def side(picture: Picture) -> Split:
    """The side of the split that a picture is on; it is for training unless a folder says otherwise."""
    return picture.split or "train"


def find_alike(facts: Mapping[Path, Facts], reporter: Reporter) -> Alike:
    """Compare all pictures; it depends on nothing but them, whatever class or split they are in."""
    # Blank pictures all look alike, and are a finding of their own.
    distinct = {one.digest: one for one in facts.values() if not one.problem and one.contrast >= BLANK}
    digests = sorted(distinct)
    if not digests:
        return Alike()
    hashes = np.array([distinct[digest].phash for digest in digests], np.uint64)
    greys = np.frombuffer(b"".join(distinct[digest].grey for digest in digests), np.uint8)
    pairs = near_pairs(hashes, greys.reshape(len(digests), -1), reporter)
    return Alike(tuple((digests[first], digests[second]) for first, second in pairs.tolist()))
