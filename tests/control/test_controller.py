"""The whole program but the screen: real pages, real jobs, a small base with random weights."""

from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

import pytest
from control_samples import PATIENCE, drop, idle, make_controller, message
from PySide6.QtWidgets import QApplication
from pytestqt.qtbot import QtBot

from desktop_app.control.controller import Controller
from desktop_app.control.pictures import describe
from desktop_app.control.questions import QuestionsControl
from desktop_app.engine import foreign, verification
from desktop_app.engine.catalog import Catalog, Picture, Split
from desktop_app.engine.errors import WeightsUnavailableError
from desktop_app.engine.pipeline import Places
from desktop_app.engine.progress import Reporter
from desktop_app.engine.run import Run
from desktop_app.engine.specs import BaseSpec, ExperimentSpec, HeadSpec, TrainingSpec
from desktop_app.engine.tuning_spec import TuningSpec
from desktop_app.engine.weights import WeightsStore
from desktop_app.jobs import tasks
from desktop_app.jobs.tasks import Task
from desktop_app.ui.crash import CrashDialog

SPEC = ExperimentSpec(BaseSpec("VGG16", "none"), HeadSpec((8,)), TrainingSpec(epochs=4))
LONG = replace(SPEC, training=replace(SPEC.training, epochs=100_000))
pytestmark = pytest.mark.usefixtures("small_backbones")


@pytest.fixture
def controller(qtbot: QtBot, tmp_path: Path) -> Controller:
    return make_controller(qtbot, tmp_path)


def test_settings_that_were_set_aside_are_named(qtbot: QtBot, tmp_path: Path) -> None:
    (tmp_path / "settings.ini").write_text("[General]\nspec=nonsense\n", "utf-8")
    controller = make_controller(qtbot, tmp_path)
    controller.start([], demo=False)
    assert str(tmp_path / "settings.damaged-1.ini") in message(controller)
    idle(qtbot, controller.desk)


def train(qtbot: QtBot, controller: Controller, spec: ExperimentSpec = SPEC) -> None:
    controller.desk.pages.train.start_requested.emit(spec)
    idle(qtbot, controller.desk)


def test_the_whole_job(
    qtbot: QtBot,
    controller: Controller,
    picture_folder: Callable[..., Path],
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    desk, pages = controller.desk, controller.desk.pages
    pictures = picture_folder(count=10)
    drop(qtbot, controller, pictures)
    assert desk.catalog.class_names == ("blue", "red")
    assert desk.settings.recent() == [pictures]

    train(qtbot, controller)
    assert message(controller) == ""
    assert desk.run is not None
    assert desk.run.folder.parent == desk.home.runs
    assert len(desk.run.history) == 4
    assert f"Epoch {desk.run.best_epoch} " in pages.train.run.plot.accessibleDescription()
    assert desk.settings.spec == replace(SPEC, base=replace(SPEC.base, weights="imagenet"))
    desk.window.show_page("runs")
    qtbot.waitUntil(lambda: [row.open for row in pages.runs.model.rows] == [True], timeout=PATIENCE)

    desk.window.files_dropped.emit([pictures / "red" / "0.png", pictures / "blue" / "1.png"])
    idle(qtbot, desk)
    assert desk.window.page == "try"

    with qtbot.waitSignal(desk.working.busy_changed):
        pages.results.evaluate_requested.emit(pictures)
    idle(qtbot, desk)
    assert message(controller) == ""

    # Its reader is here in this process, which has TensorFlow already.
    monkeypatch.setattr(verification, "answers", lambda _module, order, _reporter: foreign.read(order))
    pages.export.export_requested.emit("keras", "none", tmp_path / "model")
    idle(qtbot, desk)
    assert (tmp_path / "model" / "model.keras").is_file(), message(controller)

    pages.export.export_requested.emit("keras", "none", tmp_path / "model")
    idle(qtbot, desk)
    assert "exists already" in message(controller)


def test_the_last_blocks_are_tuned_too(
    qtbot: QtBot, controller: Controller, picture_folder: Callable[..., Path]
) -> None:
    desk, pages = controller.desk, controller.desk.pages
    drop(qtbot, controller, picture_folder())
    pages.train.set_spec(replace(SPEC, tuning=TuningSpec(epochs=1)))
    pages.train.start_requested.emit(pages.train.spec())
    assert pages.train.run.plot._planned == 5
    idle(qtbot, desk)
    assert message(controller) == ""
    assert desk.run is not None
    assert desk.run.tuning is not None
    stages = [row.stage for row in pages.train.run.plot.rows]
    assert stages == ["head"] * 4 + ["tuning"]
    words = pages.train.run.text.text()
    assert "the head alone" in words
    assert desk.settings.spec.tuning is not None
    assert desk.settings.spec.tuning.blocks == 1
    assert "the head alone" in pages.results.summary.untrained.text()


def test_a_run_is_compared_with_one_from_scratch(
    qtbot: QtBot, controller: Controller, picture_folder: Callable[..., Path], monkeypatch: pytest.MonkeyPatch
) -> None:
    real, page = tasks.train, controller.desk.pages.train
    asked: list[ExperimentSpec] = []

    def train_here(catalog: Catalog, spec: ExperimentSpec, places: Places) -> Task[Run]:
        """There are no pretrained weights here: random ones do for them."""
        asked.append(spec)
        job = real(catalog, replace(spec, base=replace(spec.base, weights="none")), places)

        def run(reporter: Reporter) -> Run:
            return replace(job(reporter), spec=spec)

        return run

    monkeypatch.setattr(tasks, "train", train_here)
    drop(qtbot, controller, picture_folder(count=10))
    pretrained = replace(SPEC, base=replace(SPEC.base, weights="imagenet"))
    train(qtbot, controller, pretrained)
    assert page.run.compare.isVisibleTo(page)
    page.scratch_requested.emit()
    idle(qtbot, controller.desk)
    assert asked[1] == asked[0].from_scratch(4)
    assert controller.desk.settings.spec == pretrained
    assert [row.stage for row in page.run.plot.rows] == ["scratch"] * 4
    assert controller.desk.run is not None
    assert not controller.desk.run.untrained
    assert page.run.text.text().startswith("Done. From scratch ")
    assert not page.run.compare.isVisibleTo(page)
    transfer = controller.desk.pages.results.transfer
    transfer.scratch_requested.emit()
    assert "nothing was transferred" in message(controller)

    train(qtbot, controller, pretrained)
    controller.desk.window.folders_dropped.emit([picture_folder("more", ("green",))])
    idle(qtbot, controller.desk)
    page.scratch_requested.emit()
    idle(qtbot, controller.desk)
    assert len(asked) == 3
    assert "not those of the last training" in message(controller)

    run, begun, compared = controller.desk.run, [], []
    assert run is not None

    def trained_already(catalog: Catalog, spec: ExperimentSpec, _places: Places) -> Callable[[Reporter], Run]:
        begun.append((spec, catalog))
        return lambda _reporter: replace(run, spec=spec)

    with monkeypatch.context() as patch:
        patch.setattr(tasks, "train", trained_already)
        patch.setattr(QuestionsControl, "ask_transfer", lambda asking: compared.append(asking._desk.run))
        transfer.scratch_requested.emit()
        idle(qtbot, controller.desk)
    assert begun == [(asked[0].from_scratch(4), run.catalog())]
    assert compared == [run]
    assert controller.desk.window.page == "results"
    assert transfer.isVisible()
    project = controller.desk.project
    controller.desk.history.push(project.remove(project.sources[0]))
    idle(qtbot, controller.desk)
    transfer.scratch_requested.emit()
    assert "not on the Data page" in message(controller)


def test_a_run_of_an_earlier_day_is_opened(
    qtbot: QtBot, controller: Controller, picture_folder: Callable[..., Path], tmp_path: Path
) -> None:
    drop(qtbot, controller, picture_folder())
    train(qtbot, controller)
    run = controller.desk.run
    controller.desk.run = None
    controller.desk.window.open_run_requested.emit(tmp_path)
    assert "not a run folder" in message(controller)
    assert run is not None
    controller.desk.window.open_run_requested.emit(run.folder)
    assert controller.desk.run == run


def test_cancel_leaves_the_program_ready(
    qtbot: QtBot, controller: Controller, picture_folder: Callable[..., Path]
) -> None:
    desk = controller.desk
    drop(qtbot, controller, picture_folder())
    desk.pages.train.start_requested.emit(LONG)
    assert desk.working.current is not None
    with qtbot.waitSignal(desk.working.current.epoch_ended, timeout=PATIENCE):
        pass
    desk.pages.train.cancel_requested.emit()
    idle(qtbot, desk)
    assert desk.run is None
    assert not list(desk.home.runs.glob("*"))
    train(qtbot, controller)
    assert desk.run is not None


def test_finish_after_this_epoch_keeps_the_run(
    qtbot: QtBot, controller: Controller, picture_folder: Callable[..., Path]
) -> None:
    desk = controller.desk
    drop(qtbot, controller, picture_folder())
    desk.pages.train.start_requested.emit(LONG)
    assert desk.working.current is not None
    with qtbot.waitSignal(desk.working.current.epoch_ended, timeout=PATIENCE):
        pass
    desk.pages.train.finish_requested.emit()
    idle(qtbot, desk)
    assert desk.run is not None
    assert 1 <= len(desk.run.history) < 100_000


def test_closing_during_a_training_ends_it_first(
    qtbot: QtBot, controller: Controller, picture_folder: Callable[..., Path]
) -> None:
    desk = controller.desk
    drop(qtbot, controller, picture_folder())
    desk.pages.train.start_requested.emit(LONG)
    qtbot.waitUntil(lambda: any(desk.home.runs.glob("*.unfinished")), timeout=PATIENCE)
    assert not desk.window.close()
    assert desk.window.isVisible()
    qtbot.waitUntil(lambda: not desk.window.isVisible(), timeout=PATIENCE)
    assert [place.suffix for place in desk.home.runs.glob("*")] == [".unfinished"]  # it can go on another day


def test_a_folder_dropped_during_a_training_does_not_disturb_it(
    qtbot: QtBot, controller: Controller, picture_folder: Callable[..., Path]
) -> None:
    desk = controller.desk
    drop(qtbot, controller, picture_folder())
    desk.pages.train.start_requested.emit(LONG)
    desk.window.folders_dropped.emit([picture_folder("more", ("green",))])
    qtbot.waitUntil(lambda: len(desk.catalog.class_names) == 3, timeout=PATIENCE)
    assert desk.catalog.class_names == ("blue", "green", "red")
    assert desk.working.current is not None
    desk.pages.train.start_requested.emit(SPEC)
    assert "has to wait" in message(controller)
    desk.pages.train.cancel_requested.emit()


def test_folders_dropped_in_quick_succession_all_arrive(
    qtbot: QtBot, controller: Controller, picture_folder: Callable[..., Path]
) -> None:
    folders = [picture_folder(name, (name,)) for name in ("one", "two", "three")]
    for folder in folders:
        controller.desk.window.folders_dropped.emit([folder / folder.name])
    idle(qtbot, controller.desk)
    assert controller.desk.catalog.class_names == ("one", "three", "two")


def test_classes_go_and_all_can_be_cleared(
    qtbot: QtBot, controller: Controller, picture_folder: Callable[..., Path]
) -> None:
    drop(qtbot, controller, picture_folder(classes=("a", "b", "c")))
    desk = controller.desk
    desk.pages.data.classes.exclude_requested.emit("b")
    idle(qtbot, desk)
    assert desk.catalog.class_names == ("a", "c")
    desk.pages.data.clear_requested.emit()
    idle(qtbot, desk)
    assert desk.catalog == Catalog()
    for names in (("a", "c"), ("a", "b", "c")):
        desk.history.stack.undo()
        idle(qtbot, desk)
        assert desk.catalog.class_names == names


def test_the_samples_can_be_learnt(qtbot: QtBot, controller: Controller) -> None:
    controller.start([], demo=True)
    qtbot.waitUntil(lambda: len(controller.desk.catalog.pictures) > 0, timeout=PATIENCE)
    idle(qtbot, controller.desk)
    assert len(controller.desk.catalog.class_names) == 3
    controller.desk.catalog.require_trainable()


def test_bad_folders_are_told_and_nothing_is_lost(
    qtbot: QtBot, controller: Controller, picture_folder: Callable[..., Path], tmp_path: Path
) -> None:
    drop(qtbot, controller, picture_folder())
    before = controller.desk.catalog
    (tmp_path / "file.txt").write_text("no picture")
    for folder, words in ((tmp_path / "missing", "There is no"), (tmp_path / "file.txt", "is a file")):
        drop(qtbot, controller, folder)
        assert words in message(controller)
        assert controller.desk.catalog == before


def test_an_empty_folder_is_told(qtbot: QtBot, controller: Controller, tmp_path: Path) -> None:
    (tmp_path / "empty").mkdir()
    drop(qtbot, controller, tmp_path / "empty")
    assert "No pictures were found in “empty”" in message(controller)


def test_a_picture_without_a_model_is_told(controller: Controller, tmp_path: Path) -> None:
    controller.desk.window.files_dropped.emit([tmp_path / "a.jpg"])
    assert "no classifier yet" in message(controller)


def test_no_weights_offer_three_ways_on(
    qtbot: QtBot,
    controller: Controller,
    picture_folder: Callable[..., Path],
    monkeypatch: pytest.MonkeyPatch,
    tmp_path: Path,
) -> None:
    def unreachable(*_: object) -> None:
        raise WeightsUnavailableError("The weights could not be downloaded.", "Three ways.")

    monkeypatch.setattr(WeightsStore, "download", unreachable)
    desk, page = controller.desk, controller.desk.pages.train
    drop(qtbot, controller, picture_folder())
    page.set_spec(replace(SPEC, base=replace(SPEC.base, weights="imagenet")))
    train(qtbot, controller, page.spec())
    assert page.run.problem.isVisibleTo(page)

    (tmp_path / "wrong.h5").write_text("no weights")
    page.weights_file_chosen.emit("VGG16", tmp_path / "wrong.h5")
    idle(qtbot, desk)
    assert "wrong.h5" in message(controller)
    assert page.spec().base.weights == "imagenet"

    page.untrained_requested.emit()
    idle(qtbot, desk)
    assert desk.run is not None
    assert desk.run.untrained


def test_an_unforeseen_error_is_shown_and_the_program_lives_on(
    qtbot: QtBot,
    controller: Controller,
    picture_folder: Callable[..., Path],
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    def broken(*_: object, **__: object) -> None:
        raise ZeroDivisionError("a bug")

    drop(qtbot, controller, picture_folder())
    with monkeypatch.context() as patch:
        patch.setattr("desktop_app.engine.pipeline.train", broken)
        train(qtbot, controller)
    (dialog,) = (widget for widget in QApplication.topLevelWidgets() if isinstance(widget, CrashDialog))
    assert "a bug" in dialog.details.toPlainText()
    dialog.close()
    train(qtbot, controller)
    assert controller.desk.run is not None


def test_speeds_are_measured_one_after_the_other_until_stopped(
    qtbot: QtBot, controller: Controller, monkeypatch: pytest.MonkeyPatch
) -> None:
    desk, choice = controller.desk, controller.desk.pages.train.settings.backbone
    asked: list[str] = []

    def measured(name: str, reporter: Reporter) -> float:
        asked.append(name)
        while name == "InceptionV3":
            reporter.checkpoint()
        return 12.0

    monkeypatch.setattr("desktop_app.engine.speed.pictures_per_second", measured)
    monkeypatch.setattr("desktop_app.engine.pipeline.start_tensorflow", lambda _reporter: None)
    idle(qtbot, desk)
    choice.speeds_requested.emit(("VGG16", "InceptionV3", "ResNet50"))
    qtbot.waitUntil(lambda: asked == ["VGG16", "InceptionV3"], timeout=PATIENCE)
    assert choice._speeds == {"VGG16": 12.0}
    assert [*choice._measuring] == ["InceptionV3", "ResNet50"]
    choice.speeds_cancelled.emit()
    idle(qtbot, desk)
    assert not choice._measuring
    assert len(asked) == 2


def test_a_catalog_in_a_line() -> None:
    def pictures(split: Split | None, count: int) -> tuple[Picture, ...]:
        return tuple(Picture(Path(f"{split}{n}"), "ab"[n % 2], split) for n in range(count))

    assert describe(Catalog()) == "No pictures yet"
    assert describe(Catalog(pictures(None, 1))) == "1 class, 1 pictures to learn from"
    both = Catalog(pictures("train", 1200) + pictures("val", 3) + pictures("test", 2))
    assert describe(both) == "2 classes, 1,200 pictures to learn from, 3 to validate on, 2 to test on"
