"""The choices of augmentation: how many views of each picture, and what may differ in them."""

from dataclasses import dataclass

from desktop_app.engine.errors import EngineError

CHANGES = ("flip", "turn", "crop", "rotate", "colour")
MOST = 64


@dataclass(frozen=True)
class ViewsSpec:
    """Views of each training picture; the first is the picture as it is.

    Attributes:
        count: how many views there are of a picture, K; 1 changes nothing.
        flip: mirror half of them, left to right.
        turn: by 0, 90, 180 or 270 degrees, for pictures that have no up.
        crop: to a part of half the area or more, of a slightly other shape.
        rotate: by up to 15 degrees, and cut so that no corner is empty.
        colour: brightness, contrast and saturation by up to a fifth.
        average: judge and predict by the mean logits of all views, too; what is exported sees one picture.
        seed: of the views alone, so that another training seed finds the same ones stored.
    """

    count: int = 5
    flip: bool = True
    turn: bool = False
    crop: bool = True
    rotate: bool = False
    colour: bool = False
    average: bool = False
    seed: int = 0

    def __post_init__(self) -> None:
        """Refuse what cannot work, each with a sentence that names the value."""
        rules = (
            (1 <= self.count <= MOST, f"{self.count} views of a picture", f"1 to {MOST} views"),
            (
                self.count == 1 or bool(self.changes),
                f"{self.count} views of a picture that differ in nothing",
                f"at least one of {', '.join(CHANGES)}",
            ),
            (0 <= self.seed < 2**32, f"views of the seed {self.seed}", "a whole number from 0 to 4294967295"),
        )
        for holds, what, allowed in rules:
            if not holds:
                raise EngineError(f"There cannot be {what}.", f"It must be {allowed}.")

    @property
    def changes(self) -> tuple[str, ...]:
        """What is ticked, in the order of `CHANGES`."""
        return tuple(name for name in CHANGES if getattr(self, name))

    @property
    def further(self) -> range:
        """The numbers of the views other than the picture as it is."""
        return range(1, self.count)
