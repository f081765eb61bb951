"""Matplotlib's pan, zoom and view history, without its own buttons."""

# Matplotlib's navigation carries no types.
# mypy: disable-error-code="no-untyped-call"

from typing import TYPE_CHECKING

from matplotlib.backend_bases import Event, NavigationToolbar2

if TYPE_CHECKING:
    from desktop_app.ui.history_canvas import HistoryCanvas


class Navigator(NavigationToolbar2):
    """Tells its canvas what the mouse does."""

    def __init__(self, canvas: "HistoryCanvas") -> None:
        self._view = canvas
        super().__init__(canvas)

    def draw_rubberband(self, _event: Event, x0: float, y0: float, x1: float, y1: float) -> None:
        """Show what would be zoomed to."""
        height = self._view.figure.bbox.height
        self._view.drawRectangle([int(value) for value in (x0, height - y0, x1 - x0, y0 - y1)])

    def remove_rubberband(self) -> None:
        """Show nothing of the kind any more."""
        self._view.drawRectangle(None)

    def set_message(self, s: str) -> None:
        """Where the mouse is, in the figures of the axes."""
        self._view.hovered.emit(s)

    def release_pan(self, event: Event) -> None:
        """The view is the user's from here on."""
        super().release_pan(event)
        self._view.following = False

    def release_zoom(self, event: Event) -> None:
        """The same."""
        super().release_zoom(event)
        self._view.following = False
