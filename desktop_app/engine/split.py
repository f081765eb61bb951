"""The split: which pictures the head learns from, and which it is checked on."""

import random
from collections import defaultdict
from collections.abc import Sequence
from dataclasses import replace

from desktop_app.engine.catalog import Catalog, Picture


def split_catalog(catalog: Catalog, share: float, seed: int) -> Catalog:
    """Give every picture a split.

    What the folders say stays. The rest is training, less a stratified `share` for validation where no
    folder gave validation pictures; each class keeps at least one picture on either side.

    Args:
        catalog: with at least two trainable pictures a class (`Catalog.require_trainable`).
        share: of each class, in (0, 1).
        seed: the same seed on the same pictures draws the same split.
    """
    if catalog.in_split("val"):
        return replace(catalog, pictures=tuple(_settle(p) for p in catalog.pictures))
    free = [index for index, picture in enumerate(catalog.pictures) if picture.split in {None, "train"}]
    drawn = stratified([catalog.pictures[index].label for index in free], share, seed)
    held = {free[place] for place in drawn}
    return replace(
        catalog,
        pictures=tuple(
            replace(picture, split="val") if index in held else _settle(picture)
            for index, picture in enumerate(catalog.pictures)
        ),
    )


def stratified(labels: Sequence[str], share: float, seed: int) -> list[int]:
    """Indices of a sample with `share` of each label, rounded, at least one and never all of it."""
    places = defaultdict(list)
    for index, label in enumerate(labels):
        places[label].append(index)
    dice = random.Random(seed)
    drawn: list[int] = []
    for label in sorted(places):
        own = places[label]
        wanted = min(max(round(len(own) * share), 1), len(own) - 1)
        drawn += dice.sample(own, wanted)
    return sorted(drawn)


def _settle(picture: Picture) -> Picture:
    return picture if picture.split else replace(picture, split="train")
