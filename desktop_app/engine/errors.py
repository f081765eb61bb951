"""What the engine raises when the world is not as it must be."""


class EngineError(Exception):
    """A problem that its reader can mend.

    Args:
        message: one sentence that says what is wrong, and where.
        hint: one sentence that says what to do; may be empty.
    """

    def __init__(self, message: str, hint: str = "") -> None:
        super().__init__(message)
        self.message = message
        self.hint = hint

    def __str__(self) -> str:
        """Both sentences, as a terminal shows them."""
        return f"{self.message} {self.hint}".strip()


class WeightsUnavailableError(EngineError):
    """Pretrained weights could not be had; the window offers three ways on."""


class Cancelled(Exception):  # noqa: N818  it is an outcome, not an error
    """Raised inside a run that its user has cancelled."""


class Paused(Exception):  # noqa: N818
    """Raised inside a run that its user has paused: what it has learned is kept, to go on from."""


class FinishedEarly(Exception):  # noqa: N818
    """Raised inside a stage without epochs when the user wants what has been learned so far."""
