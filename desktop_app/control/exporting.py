"""Control of the Export page: the open run becomes a model for other programs."""

from pathlib import Path

from PySide6.QtCore import QObject

from desktop_app.control.desk import Desk, show_folder
from desktop_app.engine.export_table import FORMATS, QUANTIZATIONS
from desktop_app.engine.exported import Exported


class ExportControl(QObject):
    """Starts exports and tells how well they agree."""

    def __init__(self, desk: Desk) -> None:
        super().__init__(desk)
        self._desk = desk
        page = desk.pages.export
        page.export_requested.connect(self.export)
        page.cancel_requested.connect(desk.cancel)
        page.open_folder_requested.connect(show_folder)

    def export(self, name: str, quantize: str, target: Path) -> None:
        """Write the run in the format `name`."""
        desk, page = self._desk, self._desk.pages.export
        if desk.run is None or desk.refuse():
            return
        desk.window.message_bar.clear()
        page.begin_export()
        job = desk.working.start("Exporting", desk.models.export(desk.run, target, name, quantize))
        job.progressed.connect(page.show_progress)
        job.succeeded.connect(self._show)
        job.finished.connect(page.end_export)
        desk.on_failure(job)

    def _show(self, exported: Exported) -> None:
        row, quantization = FORMATS[exported.format], QUANTIZATIONS[exported.quantize]
        same = exported.quantize == "none"
        facts = {
            "Format": row.title if same else f"{row.title}, {quantization.title}",
            "Size": f"{exported.size / 1e6:.1f} MB",
            "Compared with the program on": f"{exported.compared} pictures",
            "Same label": f"{exported.agreeing} of {exported.compared}",
            "Greatest difference of a probability": f"{exported.difference:.1e}",
        }
        if exported.accuracy is not None and exported.own_accuracy is not None:
            facts["Accuracy"] = (
                f"{exported.accuracy:.1%} on {exported.judged} pictures that were not learned from; the "
                f"program's on the same: {exported.own_accuracy:.1%}"
            )
        facts["Time for a picture, here"] = f"{exported.milliseconds:.1f} ms"
        title = "Exported, and it agrees with the program" if same else f"Exported: {exported.verdict}"
        self._desk.pages.export.show_exported(exported.path, title, facts)
        self._desk.window.set_step_done("export", done=True)
