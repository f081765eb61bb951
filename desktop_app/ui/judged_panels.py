"""The tabs of figures that a judgement fills: curves and calibration."""

from typing import TYPE_CHECKING

from desktop_app.engine.judgement import Judgement
from desktop_app.ui.figure_panel import FigurePanel

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

        self.show_figure(judgement.calibration, draw)


def _number(area: float) -> str:
    return "–" if area != area else f"{area:.3f}"  # noqa: PLR0124  NaN
