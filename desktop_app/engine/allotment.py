"""The allotment: bundles of pictures dealt out to parts so that each class has its share in each."""

from collections import Counter, defaultdict
from collections.abc import Collection, Hashable, Mapping, Sequence
from dataclasses import dataclass
from math import fsum
from typing import Generic, TypeVar

P = TypeVar("P", bound=Hashable)


@dataclass(slots=True)
class Bundle(Generic[P]):
    """Pictures that go to one part as a whole.

    Attributes:
        members: their indices.
        sizes: label -> how many of them.
        part: where they are; None until they are dealt out.
        pinned: whether they must stay there.
        settled: whether they were there before, and should stay.
    """

    members: tuple[int, ...]
    sizes: Counter[str]
    part: P | None = None
    pinned: bool = False
    settled: bool = False


class Allotment(Generic[P]):
    """Deals bundles out to parts.

    Args:
        bundles: those with a part count there; the others are dealt out in this order.
        shares: part -> its share of each class; they sum to 1.
    """

    def __init__(self, bundles: Sequence[Bundle[P]], shares: Mapping[P, float]) -> None:
        self._bundles = bundles
        self._shares = shares
        self._total: Counter[str] = Counter()
        self._held: dict[P, Counter[str]] = {part: Counter() for part in shares}
        for bundle in bundles:
            self._total.update(bundle.sizes)
            if bundle.part is not None:
                self._held[bundle.part].update(bundle.sizes)
        self.of_class: dict[str, list[Bundle[P]]] = defaultdict(list)
        for bundle in bundles:
            for label in bundle.sizes:
                self.of_class[label].append(bundle)

    def deal(self) -> None:
        """Give each bundle without a part to the one that lacks most of its classes.

        A class of single pictures then has its share in each part to within one, other classes to within
        their largest bundle.
        """
        filled = {part: held.total() for part, held in self._held.items()}
        for bundle in self._bundles:
            if bundle.part is None:
                # Where two lack as much, the emptier one takes it, so that folds are of one size.
                bundle.part = min(
                    self._shares,
                    key=lambda part: (-self._lack(part, bundle.sizes), filled[part]),
                )
                self._held[bundle.part].update(bundle.sizes)
                filled[bundle.part] += len(bundle.members)

    def feed(self, part: P, label: str, unsettle: bool = True, from_last: Collection[P] = ()) -> bool:
        """See that `part` has something of `label`; False where no bundle can be moved there.

        A move takes no other part's last of a class, but for the parts in `from_last`. A bundle that was
        dealt out just now goes before one that was there before (which goes only if `unsettle`), a small one
        before a large one.
        """
        if self._held[part][label]:
            return True
        movable = [
            bundle
            for bundle in self.of_class[label]
            if not bundle.pinned
            and (unsettle or not bundle.settled)
            and bundle.part is not None
            and (
                bundle.part in from_last
                or all(self._held[bundle.part][other] > size for other, size in bundle.sizes.items())
            )
        ]
        if not movable:
            return False
        chosen = min(
            movable,
            key=lambda b: (b.settled, b.sizes[label], 0.0 if b.part is None else self._lack(b.part, b.sizes)),
        )
        if chosen.part is not None:
            self._held[chosen.part].subtract(chosen.sizes)
        self._held[part].update(chosen.sizes)
        chosen.part = part
        return True

    def _lack(self, part: P, sizes: Counter[str]) -> float:
        """How much of its share of the classes in `sizes` a part still misses, in shares of each."""
        held, share = self._held[part], self._shares[part]
        return fsum(size * (share - held[label] / self._total[label]) for label, size in sizes.items())
