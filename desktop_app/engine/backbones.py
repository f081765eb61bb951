"""The pretrained backbones, a table row each."""

from dataclasses import dataclass, replace
from difflib import get_close_matches
from typing import Literal

from desktop_app.engine.backbone_table import FAMILIES, ROWS, SUMMARIES, Network
from desktop_app.engine.errors import EngineError

Preprocessing = Literal["caffe", "tf", "torch", "none"]
_SERVER = "https://storage.googleapis.com/"


@dataclass(frozen=True)
class Backbone:
    """One network of `keras.applications`, as far as it is known without building it.

    Attributes:
        name: the class in `keras.applications`.
        size: side of the square picture it was trained on, in pixels.
        preprocessing: "caffe" swaps RGB to BGR and takes off ImageNet's mean; "tf" scales to [-1, 1]; "torch"
            scales to [0, 1], takes off ImageNet's mean and divides by its standard deviation; "none" leaves
            it to the network, which does its own.
        channels: width of the last activation, which is the feature width under average or max pooling.
        grid: side of the last activation at `size`.
        parameters: of the base alone, without the top.
        weights_url: Keras' own file with ImageNet weights, without the top.
        weights_md5: that file's MD5 sum, as Keras lists it; "" where it lists another sum, or none.
        summary: what it is good for, in a few words.
        weights_sha256: that file's SHA-256 sum, where Keras lists that.
        cached_name: what Keras calls the file in its own folder; "" where it is called as in `weights_url`.
        full_parameters: with the top of 1000 classes.
        full_url: Keras' own file with the top.
        full_sum: its sum, MD5 or SHA-256 by its length, as Keras lists it; "" where it lists none.
        top1: ImageNet top-1 accuracy in percent, as Keras' documentation states it.
        licence: of the weights, as Keras' documentation has stated it; "" where it states none.
    """

    name: str
    size: int
    preprocessing: Preprocessing
    channels: int
    grid: int
    parameters: int
    weights_url: str
    weights_md5: str
    summary: str
    weights_sha256: str = ""
    cached_name: str = ""
    full_parameters: int = 0
    full_url: str = ""
    full_sum: str = ""
    top1: float = 0.0
    licence: str = ""

    @property
    def weights_sum(self) -> str:
        """The sum of the file at `weights_url`: MD5 or SHA-256 by its length; "" where Keras lists none."""
        return self.weights_md5 or self.weights_sha256

    @property
    def megabytes(self) -> float:
        """Size of the weights without the top, in float32, in millions of bytes."""
        return self.parameters * 4 / 1e6

    def with_top(self) -> "Backbone":
        """A row for the file with the top of 1000 classes, to find, import and download; it is not built."""
        md5 = len(self.full_sum) == 32
        return replace(
            self,
            name=f"{self.name} with its top",
            weights_url=self.full_url,
            weights_md5=self.full_sum if md5 else "",
            weights_sha256="" if md5 else self.full_sum,
            cached_name="",
            parameters=self.full_parameters,
        )

    def feature_width(self, pooling: str) -> int:
        """Length of one picture's feature vector under `pooling` ("avg", "max" or "flatten")."""
        return self.channels * self.grid**2 if pooling == "flatten" else self.channels


def _row(network: Network) -> Backbone:
    """A row out of the compact table."""
    family = FAMILIES[network.family]
    base, full = (family.file.format(network.key, end) for end in (family.no_top, ""))
    md5 = len(network.base_sum) == 32
    return Backbone(
        name=network.name,
        size=network.size,
        preprocessing=family.preprocessing,
        channels=network.channels,
        grid=network.grid,
        parameters=network.parameters,
        weights_url=_SERVER + base,
        weights_md5=network.base_sum if md5 else "",
        summary=SUMMARIES.get(network.name, family.summary),
        weights_sha256="" if md5 else network.base_sum,
        cached_name=family.cached.format(network.key),
        full_parameters=network.full_parameters,
        full_url=_SERVER + full,
        full_sum=network.full_sum,
        top1=network.top1,
        licence=family.licence,
    )


BACKBONES: dict[str, Backbone] = {row.name: row for row in map(_row, ROWS)}
USUAL = ("VGG16", "ResNet50", "InceptionV3")  # where to begin


def backbone(name: str) -> Backbone:
    """The row called `name`, whatever its case; an `EngineError` that lists names like it otherwise."""
    names = {row.name.lower(): row for row in BACKBONES.values()}
    if name.lower() in names:
        return names[name.lower()]
    alike = [names[word].name for word in get_close_matches(name.lower(), names, 4, 0.75)]
    raise EngineError(
        f"There is no backbone called “{name}”.",
        f"Choose one of {', '.join(alike or USUAL)}; `graftwork backbones` lists all {len(BACKBONES)}.",
    )
