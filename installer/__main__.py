"""`python3 installer run` starts the program, `python3 installer test` tests it; both set it up first."""

import sys

OLDEST, NEWEST = (3, 11), (3, 13)  # TensorFlow has wheels for these


def misfit(version: "tuple[int, ...]") -> str:
    """Say in one sentence why this Python will not do; nothing when it will.

    This file alone must be readable by a Python that is too old.
    """
    if OLDEST <= version[:2] <= NEWEST:
        return ""
    sentence = "Graftwork needs Python {0}.{1} to {2}.{3}; this is {4}.{5}: {6}"
    return sentence.format(*(OLDEST + NEWEST + version[:2]), sys.executable)


if __name__ == "__main__":
    SENTENCE = misfit(tuple(sys.version_info[:2]))
    if SENTENCE:
        sys.stderr.write(SENTENCE + "\n")
        sys.exit(2)

    from pathlib import Path

    sys.path[0] = str(Path(__file__).resolve().parent.parent)  # so that our modules are installer.*
    from installer.orders import carry_out

    sys.exit(carry_out(sys.argv[1:]))
