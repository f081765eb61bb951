"""Figures in words."""

from math import isnan

from desktop_app.engine.report import Report


def percent(share: float, digits: int = 1) -> str:
    """A share as a percentage; a dash where there is none."""
    return "–" if isnan(share) else f"{100 * share:.{digits}f} %"


def pictures(count: int) -> str:
    """How many pictures."""
    return "1 picture" if count == 1 else f"{count:,} pictures"


def accuracy_sentence(report: Report) -> str:
    """What the accuracy is worth: its interval and the pictures it rests on."""
    low, high = (f"{100 * edge:.0f}" for edge in report.interval)
    source = report.source  # such as “validation pictures”, or the name of a folder
    on = (
        f"{report.images:,} {source}"
        if source.endswith("pictures")
        else f"{pictures(report.images)} of {source}"
    )
    return f"right, between {low} and {high} % with 95 % confidence, on {on}"


def balanced_sentence(report: Report) -> str:
    """The balanced accuracy with its interval, and how often the answer is among the first few."""
    words = f"Balanced accuracy, each class counting alike: {percent(report.balanced_accuracy)}"
    if report.balanced_interval:
        low, high = (f"{100 * edge:.0f}" for edge in report.balanced_interval)
        words += f" ({low} to {high} %)"
    if report.k and report.top_k is not None:
        words += f". Among the {_NUMBERS[report.k]} most probable: {percent(report.top_k)}"
    return f"{words}."


_NUMBERS = {2: "two", 3: "three", 5: "five"}
