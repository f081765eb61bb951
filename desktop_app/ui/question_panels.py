"""The tabs that answer a question once it is asked: did transfer help, and would more pictures?"""

from typing import TYPE_CHECKING

from PySide6.QtCore import Signal
from PySide6.QtWidgets import QVBoxLayout

from desktop_app.engine.learning_curve import LearningCurve
from desktop_app.engine.verdict import Verdict
from desktop_app.ui.ask_bar import AskBar
from desktop_app.ui.card import small_button
from desktop_app.ui.figure_panel import FigurePanel

if TYPE_CHECKING:
    from matplotlib.figure import Figure

    from desktop_app.engine.figures import Ink

_TRANSFER = (
    "Did the pretrained backbone help, or would these pictures be told apart without it?\n\n"
    "“Compare” asks the same backbone with random weights, the pictures' colours alone, and whoever always "
    "names the most frequent class, about the same pictures, with three seeds. It looks at all pictures once "
    "for each seed: about three times as long as the first training took. The next run on the same pictures "
    "is compared in seconds.\n\n"
    "“Train from scratch” lets the same network learn from these pictures alone, and then compares. That "
    "takes by far the longest: minutes on a GPU, hours without."
)
_MORE = (
    "Would more pictures make it better, or has it learned what there is to learn?\n\n"
    "A plain head learns from a tenth of the training pictures, then from more and more of them, and is "
    "judged on the same other pictures each time. A curve through these results tells what twice as many "
    "would bring."
)


class TransferPanel(FigurePanel):
    """The verdict, and what it rests on."""

    scratch_requested = Signal()  # the same network is to be trained from scratch, to take part

    def __init__(self) -> None:
        super().__init__("What the model is better by than each baseline, with intervals", "transfer.png")
        self.ask = _ask(self, "Comp&are", "Compare the model with what has nothing to transfer")
        self.scratch = small_button(
            "Train from scratch",
            "Train the same network from random weights on the same pictures, for as many epochs",
        )
        self.scratch.clicked.connect(lambda _checked=False: self.scratch_requested.emit())
        self.bar.row.insertWidget(1, self.scratch)
        self.forget()

    def forget(self) -> None:
        """Nothing is known of this run yet."""
        self.show_nothing(_TRANSFER)
        if not self.ask.running:
            self.ask.show_idle()

    def show_verdict(self, verdict: Verdict) -> None:
        """Draw it."""

        def draw(figure: "Figure", ink: "Ink") -> None:
            from desktop_app.engine.question_figures import draw_verdict

            draw_verdict(figure, ink, verdict)

        if not self.ask.running:
            self.ask.show_idle(again=True)
        so_far = "So far, by one seed: " if self.ask.running else ""
        self.show_figure(f"{so_far}{verdict.sentence}", draw)


class MorePicturesPanel(FigurePanel):
    """The learning curve, and what it promises."""

    def __init__(self) -> None:
        super().__init__("Wrong answers over the number of pictures learned from", "learning curve.png")
        self.ask = _ask(self, "Fin&d out", "Learn from fewer pictures, and see what more would bring")
        self.forget()

    def forget(self) -> None:
        """Nothing is known of this run yet."""
        self.show_nothing(_MORE)
        if not self.ask.running:
            self.ask.show_idle()

    def show_curve(self, curve: LearningCurve) -> None:
        """Draw it."""

        def draw(figure: "Figure", ink: "Ink") -> None:
            from desktop_app.engine.question_figures import draw_learning

            draw_learning(figure, ink, curve)

        if not self.ask.running:
            self.ask.show_idle(again=True)
        of = "The interval is of 95\N{NO-BREAK SPACE}%; it holds for more pictures of the same kind."
        self.show_figure(f"{curve.words} {of}", draw)


def _ask(panel: FigurePanel, start: str, tip: str) -> AskBar:
    """A button beside the sentence of `panel`, and a line below."""
    ask = AskBar(start, tip, panel.bar)
    layout = panel.layout()
    if isinstance(layout, QVBoxLayout):
        layout.insertWidget(1, ask)
    return ask
