"""The split: which pictures the head learns from, and which it is checked on."""

import random
from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass, replace

from desktop_app.engine.catalog import Catalog, Picture


# The field's rule of thumb: below this, one picture moves a class' accuracy by more than ten points.
FEW = 10


@dataclass(frozen=True)
class SplitSpec:
    """How pictures without a given split are divided.

    Attributes:
        validation: the share of each class to validate on, in (0, 1).
        test: the share of each class to keep for the last judgement, in [0, 1); 0 for none.
        seed: another seed draws another split of the same pictures.
        group_by: what else must stay together: "" nothing, "folder" the pictures of one folder, or a regular
            expression over the file's name whose first group names the patient, the day or the like.
    """

    validation: float = 0.2
    test: float = 0.0
    seed: int = 0
    group_by: str = ""


@dataclass(frozen=True)
class SplitRow:
    """How many pictures of one class are in each split; `warning` is "" or a sentence."""

    label: str
    train: int
    val: int
    test: int
    warning: str = ""


def split_table(catalog: Catalog) -> tuple[SplitRow, ...]:
    """What each split holds, a row a class in the order of `Catalog.class_names`, for a divided catalog."""
    rows = []
    for label in catalog.class_names:
        train, val, test = (catalog.counts[label, split] for split in ("train", "val", "test"))
        rows.append(SplitRow(label, train, val, test, _warning(train, val)))
    return tuple(rows)


def _warning(train: int, val: int) -> str:
    if not train:
        return "No pictures to learn from."
    if not val:
        return "No pictures to validate on."
    if val < FEW:
        have = "1 picture validates" if val == 1 else f"{val} pictures validate"
        return f"Only {have} this class: its accuracy is a rough guess. {FEW} or more would say more."
    return ""


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
