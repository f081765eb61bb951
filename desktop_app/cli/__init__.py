"""The headless verbs: the engine without a window.

Human words and progress go to stderr; the last line on stdout is one JSON object.
"""

from desktop_app.cli.entry import main

__all__ = ["VERBS", "main"]

VERBS = (
    "train",
    "repeat",
    "import",
    "evaluate",
    "report",
    "predict",
    "verdict",
    "export",
    "runs",
    "compare",
    "backbones",
    "rank",
    "direct",
    "weights",
)
