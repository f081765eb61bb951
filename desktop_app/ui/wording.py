"""Figures in words."""

from math import isnan

from desktop_app.engine.report import Report

_UNITS = ("bytes", "KB", "MB", "GB")


def percent(share: float, digits: int = 1) -> str:
    """A share as a percentage; a dash where there is none."""
    return "–" if isnan(share) else f"{100 * share:.{digits}f} %"


def file_size(count: float) -> str:
    """So many bytes, in the unit that suits."""
    for unit in _UNITS:
        if count < 1000 or unit == _UNITS[-1]:
            return f"{count:.0f} {unit}" if unit == "bytes" or count >= 100 else f"{count:.1f} {unit}"
        count /= 1000
    return ""


def duration(seconds: float) -> str:
    """How long something took, to about three digits."""
    if seconds < 59.5:
        return f"{seconds:.0f} s"
    minutes = round(seconds / 60)
    return f"{minutes} min" if minutes < 60 else f"{minutes // 60} h {minutes % 60:02} min"


def shortened(name: str, signs: int) -> str:
    """A name of at most so many signs: what it begins and ends with tells it from others."""
    if len(name) <= signs:
        return name
    last = signs // 2
    return f"{name[: signs - last - 1].rstrip()}…{name[-last:].lstrip()}"


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
