"""The learning-rate finder: a short training at a growing rate, and where its loss fell fastest."""

from collections.abc import Callable
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from desktop_app.engine.progress import Reporter

LOWEST, HIGHEST, STEPS = 1e-6, 10.0, 141  # twenty to a power of ten
_DIVERGED = 4.0  # times the lowest loss, as Lightning and fastai have it; but never below the first
_WIDTH = 3.0  # steps, the standard deviation of the smoothing
_REACH = 9  # steps to either side that it looks at
_WORTH = 0.02  # of the first loss: a curve that falls by less says nothing


@dataclass(frozen=True)
class RateCurve:
    """How the loss went while the rate grew.

    Attributes:
        rates: of each step, growing by one factor, (n,).
        losses: before each step, (n,), in nats.
        smoothed: the same less the noise, (n,).
        suggestion: where the smoothed loss falls fastest on its way down; None where it hardly falls.
    """

    rates: NDArray[np.float64]
    losses: NDArray[np.float64]
    smoothed: NDArray[np.float64]
    suggestion: float | None


def sweep(
    step: Callable[[float], float],
    reporter: Reporter,
    lowest: float = LOWEST,
    highest: float = HIGHEST,
    steps: int = STEPS,
) -> RateCurve:
    """Learn at rates that grow exponentially, until the loss diverges (Smith, WACV 2017).

    Args:
        step: takes one step at the given rate and returns the loss before it.
        reporter: hears of every step.
        lowest: the first rate.
        highest: the last rate, unless before that the loss is four times its lowest and above its first, or
            infinite.
        steps: how many, at most.
    """
    rates = np.geomspace(lowest, highest, steps)
    losses: list[float] = []
    for number, rate in enumerate(rates):
        reporter.report(number / steps, f"Trying learning rates: {rate:.1e}")
        loss = step(float(rate))
        if not np.isfinite(loss):
            break
        losses.append(loss)
        # By the mean of a few, for one batch may be a hard one.
        recent = [np.mean(losses[max(0, place - 4) : place + 1]) for place in range(4, len(losses))]
        if recent and recent[-1] > max(_DIVERGED * min(recent), recent[0]):
            break
    found = np.array(losses)
    smoothed = smooth(found)
    return RateCurve(rates[: len(found)], found, smoothed, suggest(rates[: len(found)], smoothed))


def smooth(losses: NDArray[np.float64]) -> NDArray[np.float64]:
    """Means weighted by a Gaussian around each step, (n,): unlike a running average, they do not lag."""
    if not len(losses):
        return losses
    offsets = np.arange(-_REACH, _REACH + 1)
    weights = np.exp(-((offsets / _WIDTH) ** 2) / 2)
    inside = np.convolve(np.ones(len(losses)), weights)[_REACH : _REACH + len(losses)]
    smoothed: NDArray[np.float64] = np.convolve(losses, weights)[_REACH : _REACH + len(losses)] / inside
    return smoothed


def suggest(rates: NDArray[np.float64], smoothed: NDArray[np.float64]) -> float | None:
    """The rate of the steepest descent over the logarithm of the rate, on the way to the lowest loss."""
    low = int(np.argmin(smoothed)) if len(smoothed) else 0
    if low < 2 or smoothed[0] - smoothed[low] < _WORTH * smoothed[0]:
        return None
    slopes = np.gradient(smoothed, np.log(rates))[: low + 1]
    return float(rates[int(np.argmin(slopes))])
