"""Linked things: the groups that pairs make."""

from collections import defaultdict
from collections.abc import Hashable, Iterable
from typing import TypeVar

Thing = TypeVar("Thing", bound=Hashable)


def components(pairs: Iterable[tuple[Thing, Thing]]) -> list[list[Thing]]:
    """Groups of all that is linked, directly or by others; what comes first in `pairs` comes first."""
    group: dict[Thing, list[Thing]] = {}
    for first, second in pairs:
        one, other = group.setdefault(first, [first]), group.setdefault(second, [second])
        if one is not other:
            if len(one) < len(other):
                one, other = other, one
            one += other
            group |= dict.fromkeys(other, one)
    return list({id(found): found for found in group.values()}.values())


def stars(pairs: Iterable[tuple[Thing, Thing]], order: dict[Thing, int]) -> list[list[Thing]]:
    """Groups of a thing and what is linked to it directly, least in `order` first; nothing is in two.

    So each of a group is like its first, where a long chain of likenesses may lead from day to night.
    """
    near: dict[Thing, list[Thing]] = defaultdict(list)
    for first, second in pairs:
        near[first].append(second)
        near[second].append(first)
    taken: set[Thing] = set()
    found = []
    for centre in sorted(near, key=order.__getitem__):
        if centre in taken:
            continue
        free = {thing for thing in near[centre] if thing not in taken}
        taken |= {centre, *free}
        if free:
            found.append([centre, *sorted(free, key=order.__getitem__)])
    return found
