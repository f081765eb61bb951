"""Control of the checks: every picture is looked at once, in the background; what is found can be mended."""

from PySide6.QtCore import QObject, Signal

from desktop_app.control.desk import Desk
from desktop_app.engine.catalog import Catalog
from desktop_app.engine.checks import Finding, Remedy
from desktop_app.engine.project import Project
from desktop_app.jobs import tasks


class CheckingControl(QObject):
    """Looks at pictures as they come, and turns remedies into steps of the project."""

    looked = Signal()  # the desk's facts and duplicates are others

    def __init__(self, desk: Desk) -> None:
        super().__init__(desk)
        self._desk = desk
        self._checked = Catalog()
        self._findings: tuple[Finding, ...] = ()
        self._aside: frozenset[str] = frozenset()
        panel = desk.pages.data.checks
        panel.shown.connect(desk.pages.data.show_finding)
        panel.remedy_requested.connect(self.mend)
        panel.dismissed.connect(lambda finding: desk.history.push(desk.project.put_aside(finding.title)))
        panel.restore_requested.connect(lambda: desk.history.push(desk.project.bring_back()))
        panel.look_requested.connect(self.look)
        panel.cancel_requested.connect(self._stop)
        desk.arranged.connect(self._look_if_new)
        desk.history.changed.connect(self._tell)

    def look(self) -> None:
        """Look at the pictures that are not known, and check all."""
        desk, panel = self._desk, self._desk.pages.data.checks
        catalog = self._checked = desk.arrangement.edited
        if not catalog.pictures:
            self._stop()
            self._show(())
            return
        job = desk.checking.start("checks", tasks.check(catalog, dict(desk.facts), desk.home.cache))
        panel.show_running(0.0, "Looking at the pictures")
        job.progressed.connect(panel.show_running)
        job.succeeded.connect(self._take)
        desk.on_failure(job, lambda: panel.show_idle("The pictures were not checked to the end."))

    def mend(self, finding: Finding, remedy: Remedy) -> None:
        """Do what a remedy says, as one step that can be undone."""
        history = self._desk.history
        project = history.project
        if remedy.leave_out:
            project = project.leave_out(remedy.leave_out, f"of a finding: {finding.title}")
        if remedy.to_split:
            project = project.set_splits(dict(remedy.to_split))
        history.push(project, remedy.text)

    def _look_if_new(self) -> None:
        if self._desk.arrangement.edited != self._checked:
            self.look()

    def _tell(self, project: Project) -> None:
        if project.aside != self._aside:
            self._show(self._findings)

    def _take(self, checked: tasks.Checked) -> None:
        desk = self._desk
        desk.facts |= checked.facts
        desk.duplicates = checked.duplicates
        self._show(checked.findings)
        self.looked.emit()

    def _stop(self) -> None:
        if self._desk.checking.current:
            self._desk.checking.current.cancel()

    def _show(self, findings: tuple[Finding, ...]) -> None:
        self._findings = findings
        self._aside = self._desk.project.aside
        shown = [finding for finding in findings if finding.title not in self._aside]
        count = len(self._desk.arrangement.edited.pictures)
        self._desk.pages.data.show_findings(shown, count, len(findings) - len(shown))
