"""Damage: a file as a failing disk or an attacker might leave it, always in the same way."""

import random
from collections.abc import Iterator

_SPITE = (
    b"[",
    b"{",
    b'"',
    b"null",
    b"-1e400",
    b"9" * 30,
    b"\\ud800",
    b"../",
    b"\\u0000",
    b"\x00",
    b"\xff",
    b"\n,",
)


def mutations(whole: bytes, count: int = 200, seed: int = 4) -> Iterator[bytes]:
    """`count` ways in which `whole` is damaged: bytes changed, cut out, put in or repeated."""
    dice = random.Random(seed)
    for _ in range(count):
        mutated = bytearray(whole)
        for _ in range(dice.randint(1, 8)):
            start = dice.randrange(max(1, len(mutated)))
            match dice.randrange(4):
                case 0:
                    mutated[start : start + 1] = bytes([dice.randrange(256)])
                case 1:
                    del mutated[start : start + dice.randrange(40)]
                case 2:
                    mutated[start:start] = dice.choice(_SPITE)
                case _:
                    mutated = mutated[: max(1, start)] + mutated[start // 2 : start]
        yield bytes(mutated)
