"""Control of the stored features: looked at, limited and cleared from the window."""

from collections.abc import Callable

from PySide6.QtCore import QObject

from desktop_app.control.desk import Desk
from desktop_app.engine.activation_store import ActivationStore
from desktop_app.engine.errors import EngineError
from desktop_app.engine.feature_cache import FeatureCache
from desktop_app.engine.pipeline import activations_folder
from desktop_app.engine.progress import Reporter
from desktop_app.jobs.runner import Runner
from desktop_app.ui.stored_features import StoredFeaturesDialog


class CacheControl(QObject):
    """Opens the dialog and does what it asks, beside a training if there is one: the cache can be shared."""

    def __init__(self, desk: Desk) -> None:
        super().__init__(desk)
        self._desk = desk
        self.runner = Runner(self)
        self._activations = ActivationStore(activations_folder(desk.home.cache))
        desk.window.stored_features_requested.connect(self.open)

    def open(self) -> None:
        """Show the dialog."""
        dialog = StoredFeaturesDialog(self._desk.window)

        def limit(size: int) -> None:
            self._work(dialog, lambda cache: setattr(cache, "limit", size))

        dialog.limit_chosen.connect(limit)

        def clear(cache: FeatureCache) -> None:
            cache.clear()
            self._activations.clear()

        dialog.clear_requested.connect(lambda: self._work(dialog, clear))
        dialog.open()
        self._work(dialog, lambda _cache: None)

    def _work(self, dialog: StoredFeaturesDialog, change: Callable[[FeatureCache], None]) -> None:
        """Change the cache, then show what it is like."""
        folder = self._desk.home.cache

        def work(_reporter: Reporter) -> tuple[int, int]:
            cache = FeatureCache(folder)
            try:
                change(cache)
                if cache.trouble:
                    raise EngineError(
                        f"The stored features could not be changed: {cache.trouble}.",
                        "Make room on the disk, or try again when no other program uses them.",
                    )
                return cache.size + self._activations.size, cache.limit
            finally:
                cache.close()

        job = self.runner.start("Stored features", work)
        job.succeeded.connect(dialog.show_usage)  # a method, not a lambda: it may be closed by then
        job.failed.connect(dialog.reject)
        self._desk.on_failure(job)
