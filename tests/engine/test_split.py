"""The split keeps its promises for any data (hypothesis), and in the cases that have a story."""

import hashlib
from collections import Counter
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace
from itertools import combinations
from pathlib import Path
from random import Random

import numpy as np
import pytest
from hypothesis import assume, given, settings
from hypothesis import strategies as st
from sklearn.model_selection import StratifiedKFold

from desktop_app.engine.catalog import Catalog, Picture, Split
from desktop_app.engine.errors import EngineError
from desktop_app.engine.split import FEW, SplitRow, SplitSpec, divide, folds, split_table

settings.register_profile("split", max_examples=100, deadline=None, derandomize=True, database=None)
settings.load_profile("split")

PLAIN = SplitSpec()


def digest(name: object) -> str:
    return hashlib.sha256(str(name).encode()).hexdigest()


@dataclass(frozen=True)
class World:
    """A catalog with what is known of its pictures."""

    catalog: Catalog
    digests: dict[Path, str]
    duplicates: dict[Path, str]

    def divide(self, spec: SplitSpec = PLAIN, earlier: Mapping[str, Split] | None = None) -> Catalog:
        return divide(self.catalog, spec, self.digests, self.duplicates, earlier or {})

    def by_content(self, divided: Catalog) -> dict[tuple[str, str], Split | None]:
        """(digest, label) -> split, which must not depend on anything else."""
        return {(self.digests[p.path], p.label): p.split for p in divided.pictures}


def world(rows: Iterable[tuple[str, str, str]]) -> World:
    """Of (label, content, name of the group of near-duplicates or "")."""
    pictures, digests, duplicates = [], {}, {}
    for number, (label, content, group) in enumerate(rows):
        path = Path(f"/{label}/{number}.jpg")
        pictures.append(Picture(path, label))
        digests[path] = digest(content)
        if group:
            duplicates[path] = group
    return World(Catalog(tuple(pictures)), digests, duplicates)


def singles(sizes: Mapping[str, int], start: int = 0) -> list[tuple[str, str, str]]:
    return [(label, f"{label} {n}", "") for label, size in sizes.items() for n in range(start, start + size)]


SIZES = st.dictionaries(st.sampled_from("abcd"), st.integers(2, 40), min_size=1)
SPECS = st.tuples(
    st.floats(0.01, 0.95), st.sampled_from([0.0, 0.0, 0.1, 0.3]), st.integers(0, 2**32 - 1)
).map(lambda drawn: SplitSpec(drawn[0] * (1 - drawn[1]), drawn[1], drawn[2]))
# Contents and groups from a small stock: exact duplicates, near-duplicates and conflicts of labels abound.
TANGLES = st.lists(
    st.tuples(
        st.sampled_from("abc"), st.integers(0, 60).map(str), st.sampled_from(["", "", "", "g", "h", "i"])
    ),
    min_size=4,
    max_size=80,
)
GROUP_SIZES = st.dictionaries(st.sampled_from("abc"), st.lists(st.integers(1, 9), min_size=2), min_size=1)


def held_out(spec: SplitSpec) -> list[tuple[Split, float]]:
    return [("val", spec.validation), ("test", spec.test)]


def attempt(tangle: World, spec: SplitSpec) -> Catalog | None:
    """The division, or None where the groups leave no way, which the error then says."""
    try:
        return tangle.divide(spec)
    except EngineError as error:
        assert "The class “" in error.message
        return None


@given(TANGLES, SPECS)
def test_no_group_is_in_two_splits(rows: list[tuple[str, str, str]], spec: SplitSpec) -> None:
    tangle = world(rows)
    divided = attempt(tangle, spec)
    assume(divided is not None)
    assert divided is not None
    for tie in (tangle.digests, tangle.duplicates):
        where: dict[str, set[Split | None]] = {}
        for picture in divided.pictures:
            if picture.path in tie:
                where.setdefault(tie[picture.path], set()).add(picture.split)
        assert all(len(splits) == 1 for splits in where.values())
    assert all(picture.split for picture in divided.pictures)
    for label in divided.class_names:
        assert divided.counts[label, "train"]
        assert divided.counts[label, "val"]


@given(TANGLES, TANGLES, SPECS)
def test_old_pictures_stay_where_they_were_when_others_are_added(
    old: list[tuple[str, str, str]], new: list[tuple[str, str, str]], spec: SplitSpec
) -> None:
    before = world(old)
    first = attempt(before, spec)
    assume(first is not None)
    assert first is not None
    was = {before.digests[p.path]: p.split for p in first.pictures if p.split}
    # What is added may join a group, but bridges none: that is another test.
    seen, classes = {group for *_, group in old}, first.class_names
    added = {
        content: (label, f"new {content}", group if group in seen else "")
        for label, content, group in new
        if label in classes
    }
    both = world(old + list(added.values()))
    for picture in both.divide(spec, was).pictures:
        name = both.digests[picture.path]
        if name in was:
            assert picture.split == was[name]


@given(SIZES, st.lists(SIZES, max_size=3), SPECS)
def test_shares_hold_to_within_one_picture_also_as_pictures_are_added(
    sizes: dict[str, int], additions: list[dict[str, int]], spec: SplitSpec
) -> None:
    total, was = Counter(sizes), dict[str, Split]()
    for more in [{}, *additions]:
        total += Counter(more)
        here = world(singles(total))
        divided = here.divide(spec, was)
        now = {here.digests[p.path]: p.split for p in divided.pictures if p.split}
        assert was.items() <= now.items()
        was = now
        for label, size in total.items():
            for split, share in held_out(spec):
                held = divided.counts[label, split]
                # Nobody is left empty-handed, which may cost another split one more.
                forced = min(share, 1 - spec.validation - spec.test) * size < 1 or spec.validation * size < 1
                assert abs(held - share * size) <= (2 if forced and spec.test else 1)
            assert divided.counts[label, "val"] >= 1
            assert divided.counts[label, "train"] >= 1
            assert divided.counts[label, "test"] >= 1 or not spec.test or size == 2


@given(GROUP_SIZES, SPECS)
def test_shares_hold_to_within_the_largest_group(sizes: dict[str, list[int]], spec: SplitSpec) -> None:
    rows = [
        (label, f"{label} {group} {n}", f"{label} {group}")
        for label, groups in sizes.items()
        for group, size in enumerate(groups)
        for n in range(size)
    ]
    divided = world(rows).divide(spec)
    for label, groups in sizes.items():
        for split, share in held_out(spec):
            assert abs(divided.counts[label, split] - share * sum(groups)) <= max(groups) * (
                1 + bool(spec.test)
            )


@given(TANGLES, SPECS, st.randoms(use_true_random=False))
def test_neither_the_order_nor_the_names_of_files_matter(
    rows: list[tuple[str, str, str]], spec: SplitSpec, dice: Random
) -> None:
    tangle = world(rows)
    divided = attempt(tangle, spec)
    shuffled = rows.copy()
    dice.shuffle(shuffled)
    other = world([(label, content, group and f"another {group}") for label, content, group in shuffled])
    again = attempt(other, spec)
    if divided is None or again is None:
        assert divided is again
    else:
        assert tangle.by_content(divided) == other.by_content(again)


@given(st.integers(0, 2**32 - 1), st.integers(0, 2**32 - 1))
def test_a_seed_draws_the_same_split_and_another_another(one: int, two: int) -> None:
    assume(one != two)
    here = world(singles({"cat": 60, "dog": 60}))
    assert here.divide(SplitSpec(seed=one)) == here.divide(SplitSpec(seed=one))
    assert here.divide(SplitSpec(seed=one)) != here.divide(SplitSpec(seed=two))


@given(TANGLES, st.integers(2, 6), st.integers(0, 99))
def test_folds_part_all_pictures_and_no_group(rows: list[tuple[str, str, str]], k: int, seed: int) -> None:
    tangle = world(rows)
    try:
        found = folds(tangle.catalog, k, SplitSpec(seed=seed), tangle.digests, tangle.duplicates)
    except EngineError as error:
        assert f"too few for {k} folds" in error.message
        return
    assert sorted(index for fold in found for index in fold) == list(range(len(rows)))
    assert len(found) == k
    assert all(found)
    for one, other in combinations(found, 2):
        for tie in (tangle.digests, tangle.duplicates):
            names = [
                {tie.get(tangle.catalog.pictures[i].path) for i in fold} - {None} for fold in (one, other)
            ]
            assert not names[0] & names[1]


@given(SIZES, st.integers(2, 10), st.integers(0, 99))
def test_folds_are_stratified_as_scikit_learns_are(sizes: dict[str, int], k: int, seed: int) -> None:
    assume(min(sizes.values()) >= k)
    here = world(singles(sizes))
    labels = np.array([p.label for p in here.catalog.pictures])
    found = folds(here.catalog, k, SplitSpec(seed=seed), here.digests)
    peer = [held for _, held in StratifiedKFold(k, shuffle=True, random_state=seed).split(labels, labels)]
    for label, size in sizes.items():
        ours = [int((labels[list(fold)] == label).sum()) for fold in found]
        theirs = [int((labels[fold] == label).sum()) for fold in peer]
        assert sorted(ours) == sorted(theirs)
        assert max(abs(held - size / k) for held in ours) < 1
    assert max(map(len, found)) - min(map(len, found)) <= 1
    assert found == folds(here.catalog, k, SplitSpec(seed=seed), here.digests)


def test_every_picture_has_its_chance() -> None:
    here = world(singles({"one": 20}))
    drawn = Counter(
        p.path for seed in range(400) for p in here.divide(SplitSpec(0.2, seed=seed)).in_split("val")
    )
    assert len(drawn) == 20
    assert 40 < min(drawn.values()) <= max(drawn.values()) < 130  # 80 each, by chance


@pytest.mark.parametrize(
    ("size", "share", "held"),
    [(10, 0.2, 2), (244, 0.2, 49), (2, 0.5, 1), (3, 0.99, 2), (50, 0.001, 1), (7, 0.3, 2)],
)
def test_exact_counts(size: int, share: float, held: int) -> None:
    divided = world(singles({"one": size})).divide(SplitSpec(share))
    assert divided.counts["one", "val"] == held
    assert divided.counts["one", "train"] == size - held


def catalog_of(counts: dict[tuple[str, Split | None], int]) -> Catalog:
    return Catalog(
        tuple(
            Picture(Path(f"{label}/{split}/{number}"), label, split)
            for (label, split), count in counts.items()
            for number in range(count)
        )
    )


def contents(catalog: Catalog) -> dict[Path, str]:
    return {p.path: digest(p.path) for p in catalog.pictures}


def test_pictures_stay_where_they_are_in_the_catalog() -> None:
    catalog = catalog_of({("cat", None): 10, ("dog", "train"): 10})
    divided = divide(catalog, SplitSpec(0.3), contents(catalog))
    assert [p.path for p in divided.pictures] == [p.path for p in catalog.pictures]


def test_given_validation_pictures_are_the_validation_pictures() -> None:
    catalog = catalog_of({("cat", None): 5, ("cat", "val"): 2, ("dog", "train"): 5, ("dog", "test"): 3})
    assert divide(catalog, SplitSpec(0.5, 0.2), contents(catalog)).counts == {
        ("cat", "train"): 5,
        ("cat", "val"): 2,
        ("dog", "train"): 5,
        ("dog", "test"): 3,
    }


def test_validation_is_drawn_from_training_never_from_test() -> None:
    catalog = catalog_of({("cat", "train"): 10, ("cat", "test"): 10, ("dog", None): 10})
    assert divide(catalog, SplitSpec(0.3), contents(catalog)).counts == {
        ("cat", "train"): 7,
        ("cat", "val"): 3,
        ("cat", "test"): 10,
        ("dog", "train"): 7,
        ("dog", "val"): 3,
    }


def test_the_last_judgements_pictures_are_drawn_beside_given_validation() -> None:
    catalog = catalog_of({(label, split): 20 for label in "ab" for split in ("train", "val")})
    counts = divide(catalog, SplitSpec(0.2, 0.1), contents(catalog)).counts
    assert [counts["a", split] for split in ("train", "val", "test")] == [18, 20, 2]


def test_a_duplicate_of_a_given_picture_goes_with_it() -> None:
    given = catalog_of({("cat", "test"): 3, ("cat", None): 10})
    names = contents(given)
    names[Path("cat/None/0")] = names[Path("cat/test/0")]
    divided = {p.path: p.split for p in divide(given, SplitSpec(), names).pictures}
    assert divided[Path("cat/None/0")] == "test"


@pytest.mark.parametrize("held", ["val", "test"])  # in the second case, validation is drawn from training
def test_a_leak_between_given_folders_is_left_to_the_checks(held: Split) -> None:
    given = catalog_of({("cat", "train"): 4, ("cat", held): 4, ("cat", None): 1})
    names = contents(given)
    for path in (Path("cat/train/0"), Path("cat/None/0")):
        names[path] = names[Path(f"cat/{held}/0")]
    divided = {p.path: p.split for p in divide(given, SplitSpec(), names).pictures}
    assert divided[Path("cat/train/0")] == divided[Path("cat/None/0")] == "train"
    assert divided[Path(f"cat/{held}/0")] == held


def test_what_the_user_says_counts_and_its_group_follows() -> None:
    catalog = catalog_of({("cat", "train"): 20})
    names = contents(catalog)
    one, twin, other = (Path(f"cat/train/{number}") for number in (0, 1, 2))
    names[twin] = names[one]
    for split in ("train", "val", "test"):
        divided = divide(
            catalog,
            SplitSpec(),
            names,
            earlier={names[one]: "val", names[other]: "val"},
            by_hand={one: split},
        )
        where = {p.path: p.split for p in divided.pictures}
        assert where[one] == where[twin] == split
        assert where[other] == "val"
        assert divided.counts["cat", "val"] == 4  # its share, counting those put there by hand


@pytest.mark.parametrize("bridged", [*combinations(("train", "val", "test"), 2)])
def test_a_picture_that_bridges_two_splits_takes_both_to_training(bridged: tuple[Split, Split]) -> None:
    here, spec = world(singles({"cat": 20})), SplitSpec(0.2, 0.2)
    was = {here.digests[p.path]: p.split for p in here.divide(spec).pictures if p.split}
    ends = [next(path for path, name in here.digests.items() if was[name] == side) for side in bridged]
    bridge = replace(here, duplicates=dict.fromkeys(ends, "a burst"))
    after = {p.path: p.split for p in bridge.divide(spec, was).pictures}
    assert [after[path] for path in ends] == ["train", "train"]
    others = {path: split for path, split in after.items() if path not in ends}
    assert all(split == was[here.digests[path]] for path, split in others.items())


def test_a_bridge_does_not_take_the_last_validation_picture_of_a_class() -> None:
    here = world(singles({"cat": 4}))
    was = {here.digests[p.path]: p.split for p in here.divide().pictures if p.split}
    (held,) = (path for path, name in here.digests.items() if was[name] == "val")
    seen = next(path for path, name in here.digests.items() if was[name] == "train")
    divided = replace(here, duplicates={held: "x", seen: "x"}).divide(earlier=was)
    assert divided.counts == {("cat", "train"): 3, ("cat", "val"): 1}
    assert {p.path: p.split for p in divided.pictures}[held] == "train"


def test_a_validation_folder_that_is_gone_leaves_no_trace() -> None:
    catalog = catalog_of({("cat", "train"): 20})
    names = contents(catalog)
    remembered: dict[str, Split] = dict.fromkeys(names.values(), "train")
    divided = divide(catalog, SplitSpec(), names, earlier=remembered)
    assert divided.counts["cat", "val"] == 4


def test_groups_by_folder_and_by_the_files_names() -> None:
    pictures = tuple(
        Picture(Path(f"{label}/p{patient}/anna{patient}_{n}.jpg"), label)
        for label in ("ill", "well")
        for patient in range(10)
        for n in range(4)
    )
    names = contents(Catalog(pictures))
    for group_by in ("folder", r"^([a-z]+\d+)_", r"^[a-z]+\d+"):
        divided = divide(Catalog(pictures), SplitSpec(group_by=group_by), names)
        where = {(p.path.parent.name, p.split) for p in divided.pictures}
        assert len(where) == 10  # a patient is in one split, ill or well
        assert divided.counts["ill", "val"] == divided.counts["well", "val"] == 8


@pytest.mark.parametrize(
    ("spec", "words"),
    [
        (lambda: SplitSpec(0.0), "cannot be divided"),
        (lambda: SplitSpec(1.0), "cannot be divided"),
        (lambda: SplitSpec(0.5, 0.5), "cannot be divided"),
        (lambda: SplitSpec(0.5, -0.1), "cannot be divided"),
        (lambda: SplitSpec(float("nan")), "cannot be divided"),
        (lambda: SplitSpec(group_by="(a"), "not a regular expression"),
    ],
)
def test_a_spec_that_cannot_work_is_refused_in_words(spec: object, words: str) -> None:
    assert callable(spec)
    with pytest.raises(EngineError, match=words) as caught:
        spec()
    assert caught.value.hint


def test_a_pattern_that_fits_no_file_is_said() -> None:
    with pytest.raises(EngineError, match="No picture's file name fits the pattern “patient"):
        world(singles({"cat": 3})).divide(SplitSpec(group_by="patient(.)"))


def test_a_class_of_one_group_is_named() -> None:
    same = [("cat", "a", ""), ("cat", "a", ""), *singles({"dog": 4})]
    with pytest.raises(EngineError, match="The class “cat” has 2 pictures that belong together"):
        world(same).divide()
    with pytest.raises(EngineError, match="The class “cat” has one picture"):
        world(same[1:]).divide()


def test_classes_whose_groups_leave_no_way_are_told_apart_from_small_ones() -> None:
    """Three classes, three groups, each of two classes: however they are put, a class lacks one side."""
    ring = [
        (label, label + side, side)
        for label, sides in (("a", "xy"), ("b", "yz"), ("c", "zx"))
        for side in sides
    ]
    with pytest.raises(EngineError, match="hang together"):
        world(ring).divide()


def test_unlabelled_pictures_take_no_part() -> None:
    divided = world([("", "x", ""), *singles({"cat": 4})]).divide()
    assert divided.pictures[0].split is None
    assert folds(divided, 2, SplitSpec(), {}) == folds(divided, 2, SplitSpec(), {})
    assert all(0 not in fold for fold in folds(divided, 2, SplitSpec(), {}))


def test_a_picture_without_a_digest_is_itself() -> None:
    catalog = catalog_of({("cat", None): 20})
    assert divide(catalog, SplitSpec(), {}).counts["cat", "val"] == 4
    assert divide(catalog, SplitSpec(), dict.fromkeys(contents(catalog), "")).counts["cat", "val"] == 4


def test_nothing_gives_nothing() -> None:
    assert divide(Catalog(), SplitSpec(), {}) == Catalog()
    assert split_table(Catalog()) == ()


def test_the_table_counts_and_warns() -> None:
    counts: dict[tuple[str, Split | None], int] = {
        ("a", "train"): 40, ("a", "val"): FEW, ("b", "train"): 4, ("b", "val"): 1, ("b", "test"): 2,
        ("c", "train"): 5, ("d", "val"): 12, ("e", "train"): 9, ("e", "val"): FEW - 1,
    }  # fmt: skip
    rows = split_table(catalog_of(counts))
    assert rows[0] == SplitRow("a", 40, 10, 0)
    assert (rows[1].label, rows[1].train, rows[1].val, rows[1].test) == ("b", 4, 1, 2)
    assert rows[1].warning.startswith("Only 1 picture validates")
    assert rows[2].warning == "No pictures to validate on."
    assert rows[3].warning == "No pictures to learn from."
    assert rows[4].warning.startswith("Only 9 pictures validate")
