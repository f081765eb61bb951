"""The checks of the classes' sizes."""

from collections import defaultdict
from collections.abc import Iterator
from pathlib import Path

from desktop_app.engine.evidence import Evidence
from desktop_app.engine.findings import Finding, Remedy, counted, listed

FEW = 20  # pictures to learn from: a fifth of fewer leaves three or less to check with
# How many times as many pictures the largest class has. Buda et al. (2018) see accuracy suffer from about 10.
UNEVEN, VERY_UNEVEN = 3, 10


def too_small(evidence: Evidence) -> Iterator[Finding]:
    """Classes with few pictures to learn from."""
    small = {label: files for label, files in _learnable(evidence).items() if len(files) < FEW}
    if small:
        what = "class has" if len(small) == 1 else "classes have"
        yield Finding(
            "small classes",
            f"{len(small)} {what} fewer than {FEW} pictures to learn from: {listed(small)}.",
            "Add pictures: so few teach little, and the results on them say little. Or leave the class out.",
            "warning",
            tuple(small.values()),
            tuple(
                Remedy(f"Leave “{label}” out", tuple(p.path for p in evidence.catalog.of_class(label)))
                for label in small
            ),
        )


def uneven(evidence: Evidence) -> Iterator[Finding]:
    """Classes with many times the pictures of others."""
    classes = _learnable(evidence)
    counts = {label: len(files) for label, files in classes.items() if files}
    if len(counts) < 2:
        return
    least = min(counts, key=counts.__getitem__)
    most = max(counts, key=counts.__getitem__)
    bound = UNEVEN * counts[least]
    if counts[most] <= bound:
        return
    # By content: what is left out is as good as drawn by lot, and the same each time.
    surplus = tuple(
        path
        for files in classes.values()
        for path in sorted(files, key=lambda path: evidence.facts[path].digest)[bound:]
    )
    yield Finding(
        "uneven classes",
        f"“{most}” has {counts[most] / counts[least]:.0f} times as many pictures as “{least}”: "
        f"{counts[most]:,} and {counts[least]:,}.",
        "A model prefers what it sees often. Add pictures to the small classes, which is better than to "
        "leave any out; and go by the balanced accuracy, which counts all classes alike.",
        "warning" if counts[most] > VERY_UNEVEN * counts[least] else "note",
        (),
        (
            Remedy(
                f"Leave out {counted(len(surplus))}, so that no class has more than {UNEVEN} times as many",
                surplus,
            ),
        ),
    )


def _learnable(evidence: Evidence) -> dict[str, tuple[Path, ...]]:
    """Each class' pictures that no folder has set aside for validation or test."""
    found: dict[str, list[Path]] = defaultdict(list)
    for picture, _ in evidence.labelled:
        own = found[picture.label]
        if picture.split in {None, "train"}:
            own.append(picture.path)
    return {label: tuple(files) for label, files in found.items()}
