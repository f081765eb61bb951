from collections.abc import Mapping
from dataclasses import replace
from pathlib import Path

import pytest
from check_samples import Row, found, gathered, good, plain, scene
from PIL import Image

from desktop_app.engine.catalog import Catalog, Split, scan
from desktop_app.engine.checks import check, duplicate_groups, find_alike
from desktop_app.engine.errors import Cancelled
from desktop_app.engine.facts import Facts, look
from desktop_app.engine.progress import Control, Reporter


def numbers(paths: tuple[Path, ...]) -> list[int]:
    return sorted(int(path.stem) for path in paths)


def test_nothing_is_found_where_nothing_is_wrong() -> None:
    assert not found(good())
    assert check(Catalog(), {}, Reporter()) == ()


def test_exact_copies() -> None:
    rows = good()
    rows += [rows[3], rows[3], rows[40]]
    finding = found(rows)["duplicates"]
    assert finding.title == "3 pictures are exact copies of another."
    assert [numbers(group) for group in finding.groups] == [[3, 60, 61], [40, 62]]
    assert numbers(finding.remedies[0].leave_out) == [60, 61, 62]
    assert found(rows).keys() == {"duplicates"}


def test_the_larger_of_two_near_duplicates_is_kept() -> None:
    rows = good()
    label, split, facts = rows[3]
    rows.append((label, split, replace(facts, digest="f" * 64, phash=facts.phash ^ 0b1011, width=1000)))
    finding = found(rows)["near duplicates"]
    assert [path.stem for path in finding.groups[0]] == ["00060", "00003"]
    assert numbers(finding.remedies[0].leave_out) == [3]


def test_what_is_left_out_is_like_what_is_kept() -> None:
    """Of a film, each frame is like the next, and the last unlike the first."""
    rows = good()
    first = rows[0][2]
    for step in range(1, 9):
        frame = replace(first, digest=f"{step:f>64}", phash=first.phash ^ ((1 << 6 * step) - 1))
        rows.append(("ants", None, frame))
    finding = found(rows)["near duplicates"]
    assert len(finding.groups) > 2
    assert len(set(duplicate_groups(*gathered(rows)).values())) == 1


def test_blank_pictures_are_no_near_duplicates() -> None:
    rows = good()
    white = {"contrast": 0.5, "phash": 0, "grey": bytes([250, 251] * 128)}
    rows += [("ants", None, plain(9000, **white)), ("bees", None, plain(9001, **white))]
    assert found(rows).keys() == {"blank"}


@pytest.mark.parametrize(("bits", "name"), [(0, "conflicts"), (0b1011, "near conflicts")])
def test_one_picture_in_two_classes(bits: int, name: str) -> None:
    rows = good()
    facts = rows[3][2]
    rows.append(("bees", None, replace(facts, digest="f" * 64, phash=facts.phash ^ bits) if bits else facts))
    assert found(rows).keys() == {name}
    finding = found(rows)[name]
    assert finding.severity == "problem"
    assert numbers(finding.remedies[0].leave_out) == [3, 60]


def test_a_picture_without_a_label_contradicts_none() -> None:
    rows = good()
    rows.append(("", None, rows[3][2]))
    assert not found(rows)


@pytest.mark.parametrize(("bits", "name"), [(0, "leaks"), (0b1011, "near leaks")])
@pytest.mark.parametrize("train", [None, "train"])
@pytest.mark.parametrize("held_out", ["val", "test"])
def test_one_picture_on_two_sides(bits: int, name: str, train: Split | None, held_out: Split) -> None:
    rows: list[Row] = [(label, train, facts) for label, _, facts in good()]
    rows += [(label, held_out, plain(5000 + place)) for place, label in enumerate(("ants", "bees"))]
    facts = rows[3][2]
    leaked = replace(facts, digest="f" * 64, phash=facts.phash ^ bits) if bits else facts
    rows.append(("ants", held_out, leaked))
    finding = found(rows)[name]
    assert finding.severity == "problem"
    assert numbers(finding.pictures) == [3, 62]
    assert numbers(finding.remedies[0].leave_out) == [62]
    assert numbers(finding.remedies[-1].leave_out) == [3]
    assert found(rows).keys() == {name}
    if bits:
        assert finding.remedies[1].to_split == ((finding.groups[0][1], "train"),)


def test_a_leak_from_validation_to_test_spares_the_test() -> None:
    rows = good()
    rows += [("ants", "val", plain(5000)), ("ants", "test", plain(5000))]
    finding = found(rows)["leaks"]
    assert finding.title == "1 validation picture is the very same as test pictures."
    assert numbers(finding.remedies[0].leave_out) == [60]


def test_small_classes() -> None:
    rows = [*good(), *(("wasps", None, plain(7000 + number)) for number in range(15))]
    rows += [("wasps", "val", plain(8000 + number)) for number in range(10)]
    finding = found(rows)["small classes"]
    assert "“wasps”" in finding.title
    assert len(finding.remedies[0].leave_out) == 25


@pytest.mark.parametrize(("times", "severity"), [(3, None), (4, "note"), (11, "warning")])
def test_uneven_classes(times: int, severity: str | None) -> None:
    rows = good()
    rows += [("bees", None, plain(20_000 + number)) for number in range(30 * (times - 1))]
    finding = found(rows).get("uneven classes")
    assert (finding.severity if finding else None) == severity
    if finding:
        assert finding.title == f"“bees” has {times} times as many pictures as “ants”: {30 * times} and 30."
        assert len(finding.remedies[0].leave_out) == 30 * (times - 3)


@pytest.mark.parametrize(
    ("name", "fault"),
    [
        ("blank", {"contrast": 1.0}),
        ("blurred", {"sharpness": 0.01}),
        ("tiny", {"width": 40, "height": 50}),
        ("odd shape", {"height": 1600}),
        ("several frames", {"frames": 5}),
    ],
)
def test_faults_of_single_pictures(name: str, fault: Mapping[str, object]) -> None:
    rows = good()
    rows[7] = ("ants", None, plain(7, **fault))
    findings = found(rows)
    assert findings.keys() == {name}
    assert numbers(findings[name].remedies[0].leave_out) == [7]


@pytest.mark.parametrize("fault", [{"width": 32, "height": 32}, {"height": 1600}])
def test_what_most_pictures_are_is_not_left_out(fault: Mapping[str, object]) -> None:
    (finding,) = found([(label, None, replace(facts, **fault)) for label, _, facts in good()]).values()  # type: ignore[arg-type]
    assert finding.severity == "note"
    assert finding.remedies == ()


def test_soft_pictures_among_soft_ones_are_not_blurred() -> None:
    assert not found([(label, None, replace(facts, sharpness=0.01)) for label, _, facts in good()])


def test_unreadable_files() -> None:
    rows = good()
    rows[7] = ("ants", None, Facts(problem="it is damaged (cut)"))
    finding = found(rows)["unreadable"]
    assert "it is damaged (cut)" in finding.detail
    assert numbers(finding.remedies[0].leave_out) == [7]


def test_pictures_without_facts_are_left_unjudged() -> None:
    catalog, facts = gathered(good())
    assert check(catalog, dict(list(facts.items())[:50]), Reporter()) == ()


def test_groups_are_named_by_content_and_hold_more_than_one() -> None:
    rows = good()
    facts = rows[3][2]
    rows += [rows[3], ("bees", None, replace(facts, digest="f" * 64, phash=facts.phash ^ 1)), rows[40]]
    catalog, known = gathered(rows)
    groups = duplicate_groups(catalog, known)
    assert {int(path.stem): name for path, name in groups.items()} == {
        3: facts.digest, 60: facts.digest, 61: facts.digest, 40: rows[40][2].digest, 62: rows[40][2].digest
    }  # fmt: skip
    alike = find_alike(known, Reporter())
    fewer = replace(catalog, pictures=catalog.pictures[:61])
    assert {int(path.stem) for path in duplicate_groups(fewer, known, alike)} == {3, 60}


def test_progress_and_cancelling() -> None:
    shares: list[float] = []
    check(*gathered(good()), Reporter(lambda share, _: shares.append(share)))
    assert shares == sorted(shares)
    assert shares[-1] == 1
    control = Control()
    control.cancel.set()
    with pytest.raises(Cancelled):
        check(*gathered(good()), Reporter(control=control))


# Kind of fault → where to it is planted, and what finds it.
PLANTED = {
    "copies": ("train/ants", {"duplicates"}),
    "changed": ("train/ants", {"near duplicates"}),
    "conflicts": ("train/bees", {"conflicts", "near conflicts"}),
    "leaks": ("val/ants", {"leaks", "near leaks"}),
    "corrupt": ("train/ants", {"unreadable"}),
}


def test_planted_faults_in_drawn_pictures(tmp_path: Path) -> None:
    """The smaller sister of tests/bench/planted_faults.py: four faults of each kind."""
    for place, label in enumerate(("ants", "bees")):
        for split in ("train", "val"):
            (tmp_path / split / label).mkdir(parents=True)
        for number in range(30):
            split = "train" if number < 25 else "val"
            scene(seed=100 * place + number).save(tmp_path / split / label / f"{number}.jpg", quality=90)
    sources = [tmp_path / "train" / "ants" / f"{number}.jpg" for number in range(25)]
    planted: dict[str, dict[Path, Path]] = {kind: {} for kind in PLANTED}
    for number in range(4):
        for kind, (target, _) in PLANTED.items():
            source = sources.pop()
            copy = tmp_path / target / f"{kind} {number}.jpg"
            if kind == "corrupt":
                copy.write_bytes(source.read_bytes()[: 2000 * number])
                planted[kind][copy] = copy
                continue
            if kind == "changed" or (kind != "copies" and number % 2):
                copy = copy.with_suffix((".jpg", ".png", ".webp", ".jpg")[number])
                size = (200 + 80 * number, 150 + 60 * number)
                Image.open(source).resize(size).save(copy, quality=45 + 10 * number)
            else:
                copy.write_bytes(source.read_bytes())
            planted[kind][copy] = source
    catalog = scan([tmp_path], Reporter())
    findings = check(catalog, look([p.path for p in catalog.pictures], None, Reporter()), Reporter())
    left_out = {problem.path for problem in catalog.problems}
    for kind, (_, names) in PLANTED.items():
        groups = [set(group) for finding in findings if finding.check in names for group in finding.groups]
        if kind == "corrupt":
            assert set().union(*groups) | left_out == set(planted[kind])
        else:
            pairs = [set(pair) for pair in planted[kind].items()]
            assert sorted(map(sorted, groups)) == sorted(map(sorted, pairs)), kind


def test_real_photographs_raise_no_false_alarm(shared: Path) -> None:
    """All that is found in the untouched set is a panorama of 500 × 146 pixels."""
    catalog = scan([shared / "data" / "hymenoptera"], Reporter())
    facts = look([picture.path for picture in catalog.pictures], None, Reporter())
    (finding,) = check(catalog, facts, Reporter())
    assert (finding.check, len(finding.pictures)) == ("odd shape", 1)
    assert duplicate_groups(catalog, facts) == {}


def test_a_drawn_picture_is_read_upright(tmp_path: Path) -> None:
    """A copy that differs only in how it lies in the file looks the same."""
    scene().save(tmp_path / "upright.png")
    exif = Image.Exif()
    exif[0x0112] = 6
    scene().transpose(Image.Transpose.ROTATE_90).save(tmp_path / "turned.png", exif=exif)
    facts = look(sorted(tmp_path.iterdir()), None, Reporter())
    assert len({(one.phash, one.width, one.height, one.grey) for one in facts.values()}) == 1
    assert len(find_alike(facts, Reporter()).pairs) == 1
