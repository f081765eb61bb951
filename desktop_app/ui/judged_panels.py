"""The tabs of figures that a judgement fills: curves and calibration."""

from typing import TYPE_CHECKING

from desktop_app.engine.judgement import Judgement
from desktop_app.ui.figure_panel import FigurePanel
from desktop_app.ui.wording import percent

if TYPE_CHECKING:
    from matplotlib.figure import Figure

    from desktop_app.engine.figures import Ink

_UNKNOWN = "Not known yet: this needs the answers to single pictures."


class CurvesPanel(FigurePanel):
    """ROC and precision against recall, a line a class."""

    def __init__(self) -> None:
        super().__init__("ROC and precision-recall curves, each class against all others", "curves.png")
        self.show_judgement(None)

    def show_judgement(self, judgement: Judgement | None) -> None:
        """Draw its curves; None where nobody knows them."""
        if judgement is None:
            self.show_nothing(_UNKNOWN)
            return
        curves, names = judgement.curves, judgement.answers.class_names

        def draw(figure: "Figure", ink: "Ink") -> None:
            from desktop_app.engine.figures import draw_curves

            draw_curves(figure, ink, curves, names)

        self.show_figure(
            "Each class against all others, as the bar for saying it is lowered. Mean area below the ROC "
            f"curves: {_number(curves.roc_mean)}; mean average precision: {_number(curves.precision_mean)}.",
            draw,
        )


class CalibrationPanel(FigurePanel):
    """How far probabilities can be believed, before and after temperature scaling."""

    def __init__(self) -> None:
        super().__init__("Reliability: the share that is right over the confidence", "calibration.png")
        self.show_judgement(None)

    def show_judgement(self, judgement: Judgement | None) -> None:
        """Draw its reliability; None where nobody knows it."""
        if judgement is None:
            self.show_nothing(_UNKNOWN)
            return
        before, after = judgement.before, judgement.after

        def draw(figure: "Figure", ink: "Ink") -> None:
            from desktop_app.engine.figures import draw_reliability

            draw_reliability(figure, ink, before, after)

        self.show_figure(calibration_words(judgement), draw)


def calibration_words(judgement: Judgement) -> str:
    """What temperature was found, where, and what it gives."""
    gap = f"On average, confidence and accuracy differ by {percent(judgement.before.error)}"
    value, pictures = judgement.temperature.value, judgement.temperature.pictures
    if value is None or judgement.after is None:
        why = "all or nearly none of them are right" if pictures else "there are none"
        return f"{gap}. No temperature could be fitted on the validation pictures: {why}."
    these = judgement.report.source.startswith("validation")
    where = "these same pictures, so this is slightly optimistic" if these else "the validation pictures"
    return (
        f"{gap}; after division of the logits by {value:.2f}, by {percent(judgement.after.error)}. "
        f"This temperature was fitted on {where}; it changes no answer."
    )


def _number(area: float) -> str:
    return "–" if area != area else f"{area:.3f}"  # noqa: PLR0124  NaN
