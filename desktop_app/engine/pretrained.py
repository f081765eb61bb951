"""Pretrained weights for a base: found, downloaded or given, and how they get in."""

from collections.abc import Callable
from pathlib import Path
from typing import Any

from desktop_app.engine import continuing
from desktop_app.engine.backbones import backbone
from desktop_app.engine.errors import WeightsUnavailableError
from desktop_app.engine.file_sum import file_digest
from desktop_app.engine.progress import Reporter
from desktop_app.engine.run import open_run
from desktop_app.engine.specs import IMAGENET, MODEL, UNTRAINED, BaseSpec
from desktop_app.engine.weights import WeightsStore

UNTRAINED_BASE = "untrained base"


def untrained_digest(seed: int) -> str:
    """What tells the random weights of a seed from others."""
    return f"untrained-{seed}"


def loader(
    base: BaseSpec, seed: int, store: WeightsStore, reporter: Reporter, download: bool = True
) -> tuple[Callable[[Any], str], str]:
    """A function that gives a bare base its weights and returns their digest; and their origin in words.

    Args:
        base: which backbone, and which weights.
        seed: of random weights.
        store: where ImageNet's weights are, or are downloaded to.
        reporter: hears of the download.
        download: whether it may.

    Raises:
        WeightsUnavailableError: they are not here, and cannot or may not be downloaded.
    """
    row, kept = backbone(base.backbone), ""
    if base.weights == UNTRAINED:
        return lambda _model: untrained_digest(seed), UNTRAINED_BASE
    if base.weights == IMAGENET:
        found = store.find(row)
        if found is None and not download:
            raise WeightsUnavailableError(
                f"The ImageNet weights of {row.name} are not on this machine.",
                f"Let them be downloaded ({row.megabytes:,.0f} MB), or import a file that you have.",
            )
        path = found or store.download(row, reporter)
        record = store.record(row)
        origin = f"imagenet ({record.origin})" if record and "import" in record.origin else "imagenet"
    elif Path(base.weights).name == MODEL:
        path = Path(base.weights)
        run = open_run(path.parent)
        origin, kept = continuing.origin(run), continuing.base_digest(run)
    else:
        path = Path(base.weights)
        origin = path.name

    def load(model: Any) -> str:
        if path.name == MODEL:
            continuing.give_base(model, row, path)
            return kept or file_digest(path)
        from desktop_app.engine.weights_file import load_weights

        load_weights(model, row, path)
        return file_digest(path)

    return load, origin
