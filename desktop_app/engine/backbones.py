"""The pretrained backbones, a table row each."""

from dataclasses import dataclass
from typing import Literal

from desktop_app.engine.errors import EngineError

Preprocessing = Literal["caffe", "tf"]
_WEIGHTS = "https://storage.googleapis.com/tensorflow/keras-applications/"


@dataclass(frozen=True)
class Backbone:
    """One network of `keras.applications`, as far as it is known without building it.

    Attributes:
        name: the class in `keras.applications`.
        size: side of the square picture it was trained on, in pixels.
        preprocessing: "caffe" swaps RGB to BGR and takes off ImageNet's mean; "tf" scales to [-1, 1].
        channels: width of the last activation, which is the feature width under average or max pooling.
        grid: side of the last activation at `size`.
        parameters: of the base alone, without the top.
        weights_url: Keras' own file with ImageNet weights, without the top.
        weights_md5: that file's MD5 sum, as Keras lists it.
        summary: what it is good for, in a few words.
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

    def feature_width(self, pooling: str) -> int:
        """Length of one picture's feature vector under `pooling` ("avg", "max" or "flatten")."""
        return self.channels * self.grid**2 if pooling == "flatten" else self.channels


BACKBONES: dict[str, Backbone] = {
    row.name: row
    for row in (
        Backbone(
            name="VGG16",
            size=224,
            preprocessing="caffe",
            channels=512,
            grid=7,
            parameters=14_714_688,
            weights_url=_WEIGHTS + "vgg16/vgg16_weights_tf_dim_ordering_tf_kernels_notop.h5",
            weights_md5="6d6bbae143d832006294945121d1f1fc",
            summary="Simple and well understood; slow for its size",
        ),
        Backbone(
            name="ResNet50",
            size=224,
            preprocessing="caffe",
            channels=2048,
            grid=7,
            parameters=23_587_712,
            weights_url=_WEIGHTS + "resnet/resnet50_weights_tf_dim_ordering_tf_kernels_notop.h5",
            weights_md5="4d473c1dd8becc155b73f8504c6f6626",
            summary="The usual first choice: fast and strong",
        ),
        Backbone(
            name="InceptionV3",
            size=299,
            preprocessing="tf",
            channels=2048,
            grid=8,
            parameters=21_802_784,
            weights_url=_WEIGHTS + "inception_v3/inception_v3_weights_tf_dim_ordering_tf_kernels_notop.h5",
            weights_md5="bcbd6486424b2319ff4ef7d526e38f63",
            summary="Sees larger pictures: good for fine detail",
        ),
    )
}


def backbone(name: str) -> Backbone:
    """The row called `name`, whatever its case; an `EngineError` that lists the names otherwise."""
    for row in BACKBONES.values():
        if row.name.lower() == name.lower():
            return row
    raise EngineError(f"There is no backbone called “{name}”.", f"Choose one of {', '.join(BACKBONES)}.")
