"""What the window remembers survives a restart, and damage to it is as good as nothing remembered."""

import os
from dataclasses import replace
from pathlib import Path

import pytest
from mutations import mutations
from PySide6.QtCore import QByteArray

from desktop_app.engine.presets import STANDARD
from desktop_app.engine.specs import IMAGENET, UNTRAINED, BaseSpec, ExperimentSpec, HeadSpec, TrainingSpec
from desktop_app.session.settings import Settings

SPEC = ExperimentSpec(
    BaseSpec("VGG16", "/my weights/“é”, 1.h5", "max"), HeadSpec(()), TrainingSpec(epochs=3, seed=7)
)


@pytest.fixture
def file(tmp_path: Path) -> Path:
    return tmp_path / "new" / "settings.ini"


def folders(tmp_path: Path, *names: str) -> list[Path]:
    made = [tmp_path / name for name in names]
    for folder in made:
        folder.mkdir()
    return made


def test_nothing_is_remembered_at_first(file: Path) -> None:
    settings = Settings(file)
    assert settings.recent() == []
    assert settings.spec == STANDARD.applied(ExperimentSpec())
    assert settings.geometry.isEmpty()


def test_all_is_there_the_next_day(file: Path, tmp_path: Path) -> None:
    one, other = folders(tmp_path, "one, “é”; [x]=1%20", "🐈 two")
    settings = Settings(file)
    settings.spec = SPEC
    settings.geometry = QByteArray(bytes(range(256)))
    settings.remember([one])
    del settings
    again = Settings(file)
    assert (again.spec, again.geometry, again.recent()) == (SPEC, QByteArray(bytes(range(256))), [one])
    again.remember([other])
    del again
    assert Settings(file).recent() == [other, one]


def test_recent_folders_are_few_newest_first_each_once_and_still_there(
    file: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    made = folders(tmp_path, *map(str, range(12)))
    settings = Settings(file)
    for folder in made:
        settings.remember([folder])
    assert settings.recent() == made[:3:-1]
    monkeypatch.chdir(tmp_path)
    settings.remember([Path("6"), made[7]])
    assert settings.recent()[:4] == [made[6], made[7], made[11], made[10]]
    assert len(settings.recent()) == 8
    made[7].rmdir()
    assert made[7] not in settings.recent()


def test_a_name_that_is_no_text_does_no_harm(file: Path, tmp_path: Path) -> None:
    odd, plain = folders(tmp_path, os.fsdecode(b"caf\xe9"), "plain")
    settings = Settings(file)
    settings.remember([odd, plain])
    del settings
    assert plain in Settings(file).recent()


@pytest.mark.parametrize(
    "text",
    [
        "",
        "\x00\x01\x02 garbage",
        "[General]\nspec=nonsense\nrecent=@Invalid()\ngeometry=12\n",
        "[General]\nspec=[1]\nrecent=@Variant(\\0\\0)\ngeometry=@Variant(\\0\\0\\0)\n",
        '[General]\nspec="{}"\nrecent=7\n',
        f"[General]\nspec={'[' * 50_000}\nrecent=/{'long' * 2000}\n",
        '[General]\nspec="{\\"base\\": {\\"backbone\\": \\"Gone\\"}}"\n',
    ],
)
def test_damaged_settings_are_as_good_as_none(file: Path, tmp_path: Path, text: str) -> None:
    file.parent.mkdir()
    file.write_text(text, "utf-8")
    settings = Settings(file)
    assert settings.spec == STANDARD.applied(ExperimentSpec())
    assert settings.recent() == []
    assert isinstance(settings.geometry, QByteArray)
    settings.spec = SPEC
    settings.remember([tmp_path])
    assert (settings.spec, settings.recent()) == (SPEC, [tmp_path])


def test_a_place_that_cannot_be_written_does_no_harm(tmp_path: Path) -> None:
    (tmp_path / "file").touch()
    settings = Settings(tmp_path / "file" / "settings.ini")
    settings.spec = SPEC
    assert settings.spec == SPEC


def test_two_hundred_mutations_do_no_harm(file: Path, tmp_path: Path) -> None:
    settings = Settings(file)
    settings.remember(folders(tmp_path, "one", "two"))
    settings.spec, settings.geometry = SPEC, QByteArray(b"\x01\xd9\xd0\xcb" + bytes(60))
    del settings
    for data in mutations(file.read_bytes()):
        file.write_bytes(data)
        settings = Settings(file)
        assert isinstance(settings.spec, ExperimentSpec)
        assert all(path.exists() for path in settings.recent())
        assert isinstance(settings.geometry, QByteArray)
        settings.remember([tmp_path])
        assert settings.recent()[0] == tmp_path
        del settings


def test_damaged_settings_are_set_aside_and_named(file: Path) -> None:
    file.parent.mkdir()
    for number in (1, 2):
        file.write_text("[General]\nspec=nonsense\n", "utf-8")
        settings = Settings(file)
        aside = file.with_name(f"settings.damaged-{number}.ini")
        assert (
            settings.trouble
            == f"The settings were damaged: they are set aside as “{aside}”, and new ones begun."
        )
        assert "nonsense" in aside.read_text("utf-8")
        settings.spec = SPEC
        del settings
    assert Settings(file).spec == SPEC
    assert Settings(file).trouble == ""


def test_settings_of_a_newer_version_are_read_and_not_written(file: Path, tmp_path: Path) -> None:
    settings = Settings(file)
    settings.remember([tmp_path])
    del settings
    newer = file.read_text("utf-8").replace("version=1", "version=2\nlater=7")
    file.write_text(newer, "utf-8")
    settings = Settings(file)
    assert "of a newer version" in settings.trouble
    settings.spec = SPEC
    settings.remember(folders(tmp_path, "other"))
    assert settings.recent() == [tmp_path]
    del settings
    assert file.read_text("utf-8") == newer


def test_an_untrained_base_is_for_the_day_only(file: Path) -> None:
    settings = Settings(file)
    settings.spec = replace(SPEC, base=replace(SPEC.base, weights=UNTRAINED))
    assert settings.spec == replace(SPEC, base=replace(SPEC.base, weights=IMAGENET))
    settings.spec = ExperimentSpec().from_scratch(3)  # which is nothing without random weights
    assert settings.spec == STANDARD.applied(ExperimentSpec())
