"""ImageNet's names, and what folders mean by theirs."""

import hashlib
import json
from pathlib import Path

import pytest

from desktop_app.engine import imagenet as module
from desktop_app.engine.errors import EngineError
from desktop_app.engine.imagenet import imagenet

DOGS = tuple(range(151, 269))


def test_the_names_are_those_that_keras_downloads() -> None:
    known = imagenet()
    named = zip(known.numbers, known.names, strict=True)
    index = {str(place): [number, name.replace(" ", "_")] for place, (number, name) in enumerate(named)}
    digest = hashlib.md5(json.dumps(index).encode(), usedforsecurity=False).hexdigest()
    assert digest == "c2c37ea517e94d9795004a39431a14cb"  # as keras.applications.imagenet_utils lists it


def test_every_class_is_found_by_its_name_and_number() -> None:
    known = imagenet()
    for place, name in enumerate(known.names):
        assert place in known.find(name)
        assert place in known.find(name.upper().replace(" ", "_"))
        assert known.find(known.numbers[place]) == (place,)


@pytest.mark.parametrize(
    ("word", "names"),
    [
        ("ants", ["ant"]),
        ("bees", ["bee"]),
        ("Golden_Retrievers", ["golden retriever"]),
        ("goldenRetriever", ["golden retriever"]),
        ("n02085620-Chihuahua", ["Chihuahua"]),
        ("012.Tench", ["tench"]),
        ("cranes", ["crane", "crane"]),
        ("polar bear", ["ice bear"]),
        ("orca", ["killer whale"]),
        ("school buses", ["school bus"]),
        ("labrador", ["Labrador retriever"]),
        ("wolves", ["timber wolf", "white wolf", "red wolf", "coyote"]),
        ("foxes", ["red fox", "kit fox", "Arctic fox", "grey fox"]),
        (
            "butterflies",
            ["admiral", "ringlet", "monarch", "cabbage butterfly", "sulphur butterfly", "lycaenid"],
        ),
        ("mice", ["mouse"]),
        ("poodle", ["toy poodle", "miniature poodle", "standard poodle"]),
        ("cats", ["tabby", "tiger cat", "Persian cat", "Siamese cat", "Egyptian cat", "cougar", "lynx"]),
        ("black", []),
        ("tulips", []),
        ("", []),
        ("  _ ", []),
        ("Žába", []),
    ],
)
def test_what_a_folder_means(word: str, names: list[str]) -> None:
    known = imagenet()
    assert [known.names[place] for place in known.find(word)] == names


@pytest.mark.parametrize("word", ["dog", "Dogs", "DOG", "domestic_dogs", "canis familiaris"])
def test_a_broader_word_means_all_below_it(word: str) -> None:
    assert imagenet().find(word) == DOGS


def test_names_spelt_almost_alike() -> None:
    assert "goldfish" in imagenet().alike("Goldfisch")
    assert imagenet().alike("qqqq") == []


@pytest.mark.parametrize("content", [None, "{", "{}"])
def test_an_installation_without_the_names_says_so(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, content: str | None
) -> None:
    file = tmp_path / "imagenet.json"
    if content is not None:
        file.write_text(content)
    monkeypatch.setattr(module, "_FILES", [file])
    imagenet.cache_clear()
    with pytest.raises(EngineError, match="missing from this installation"):
        imagenet()
    imagenet.cache_clear()
