"""What a project makes of the pictures that were found."""

from dataclasses import replace
from pathlib import Path

from desktop_app.engine.arrangement import Arrangement, arrange
from desktop_app.engine.catalog import Catalog, Picture, Problem
from desktop_app.engine.facts import Facts
from desktop_app.engine.progress import Reporter
from desktop_app.engine.project import Project
from desktop_app.engine.sources import Source
from desktop_app.engine.split import SplitSpec

SOURCE, OTHER = Source("folders", Path("/one")), Source("folders", Path("/two"))
PICTURES = tuple(
    Picture(Path(f"/one/{label}/{n}.jpg"), label) for label in ("ants", "bees") for n in range(20)
)
SCANS = {SOURCE: Catalog(PICTURES), OTHER: Catalog((Picture(Path("/two/cats/1.jpg"), "cats"),))}
FACTS = {p.path: Facts(f"digest of {p.path}", 1000, 640, 480, "JPEG") for p in PICTURES}
PROJECT = Project().add(SOURCE)


def arranged(project: Project, facts: dict[Path, Facts] = FACTS, **duplicates: str) -> Arrangement:
    names = {Path(f"/one/{place.replace('_', '/')}.jpg"): name for place, name in duplicates.items()}
    return arrange(project, SCANS, facts, names, Reporter())


def test_only_the_projects_own_sources_count() -> None:
    assert arranged(PROJECT).catalog.class_names == ("ants", "bees")
    assert arranged(PROJECT.add(OTHER)).catalog.class_names == ("ants", "bees", "cats")
    assert arranged(Project()).catalog == Catalog()


def test_all_are_divided_once_all_are_known() -> None:
    known = arranged(PROJECT)
    assert [(row.label, row.train, row.val) for row in known.rows] == [("ants", 16, 4), ("bees", 16, 4)]
    assert all(picture.split is None for picture in known.edited.pictures)
    one_short = {path: one for path, one in FACTS.items() if path != PICTURES[0].path}
    assert arranged(PROJECT, one_short).rows == ()
    assert arranged(PROJECT, one_short).catalog == known.edited


def test_the_project_learns_what_it_needs_to_find_all_again_and_to_divide_alike() -> None:
    first = arranged(PROJECT)
    assert first.project.found == {"ants", "bees"}
    assert first.project.traces[PICTURES[0].path].size == 1000
    # Another seed would divide otherwise, but for what is remembered.
    again = arranged(replace(first.project, split=SplitSpec(seed=5)))
    assert again.catalog == first.catalog
    assert arranged(first.project.with_split(SplitSpec(seed=5))).catalog != first.catalog


def test_it_is_settled_after_once() -> None:
    first = arranged(PROJECT)
    assert arranged(first.project).project == first.project


def test_damaged_files_are_left_out_with_their_reason() -> None:
    facts = FACTS | {PICTURES[0].path: Facts(problem="it is damaged")}
    found = arranged(PROJECT, facts)
    assert len(found.catalog.pictures) == 39
    assert found.catalog.problems == (Problem(PICTURES[0].path, "it is damaged"),)
    assert found.rows


def test_left_out_pictures_and_excluded_classes_can_still_be_shown() -> None:
    path = PICTURES[0].path
    project = (
        arranged(PROJECT).project.rename_class("ants", "Formica").leave_out([path]).exclude_class("bees")
    )
    found = arranged(project)
    assert found.left_out == (Picture(path, "Formica"),)
    assert found.excluded == {"bees": 20}
    assert [p.path for p in found.shown] == sorted(p.path for p in PICTURES[:20])
    assert arranged(project.exclude_class("Formica")).shown == ()
    assert len(found.catalog.pictures) == 19
    assert len(found.catalog.problems) == 21


def test_duplicates_go_together_and_a_hand_set_split_stays() -> None:
    pairs = {f"ants_{n}": f"pair {n // 2}" for n in range(20)}
    found = arranged(PROJECT, FACTS, **pairs)
    splits = {picture.path.stem: picture.split for picture in found.catalog.of_class("ants")}
    assert all(splits[str(n)] == splits[str(n + 1)] for n in range(0, 20, 2))
    chosen = next(p.path for p in found.catalog.pictures if p.split == "train")
    by_hand = arranged(found.project.set_splits({chosen: "test"}))
    assert next(p.split for p in by_hand.catalog.pictures if p.path == chosen) == "test"


def test_validation_pictures_of_the_folders_are_told_apart_from_those_set_by_hand() -> None:
    by_hand = arranged(PROJECT.set_splits({PICTURES[0].path: "val"}))
    assert not by_hand.given
    assert sum(row.val for row in by_hand.rows) == 8
    moved = tuple(replace(p, split="val") if p.path.stem == "0" else p for p in PICTURES)
    found = arrange(PROJECT, {SOURCE: Catalog(moved)}, FACTS, {}, Reporter())
    assert found.given
    assert [row.val for row in found.rows] == [1, 1]


def test_a_class_too_small_is_said_and_nothing_is_lost() -> None:
    project = PROJECT.add(OTHER)
    facts = FACTS | {Path("/two/cats/1.jpg"): Facts("cat", 10, 8, 8, "JPEG")}
    found = arranged(project, facts)
    assert "“cats”" in found.trouble
    assert found.rows == ()
    assert len(found.catalog.pictures) == 41
