"""The formats that the Export page offers, a row each."""

from dataclasses import dataclass


@dataclass(frozen=True)
class Format:
    """One format.

    Attributes:
        name: as the engine knows it.
        title: as people call it.
        folder: the suggested name of what is written.
        explanation: what it is and what it takes and gives, in plain words, by paragraph.
    """

    name: str
    title: str
    folder: str
    explanation: tuple[str, ...]


FORMATS = (
    Format(
        name="savedmodel",
        title="SavedModel",
        folder="savedmodel",
        explanation=(
            "A folder that TensorFlow runs anywhere: in Python, TensorFlow Serving, Java, C++ or Go. "
            "Resizing, preprocessing, the backbone, your head and the class names are all inside: it "
            "takes pictures as they are and answers with a label and the probabilities.",
            "It has two entries. serving_default takes batches of RGB pictures (uint8, any size); "
            "serve_bytes takes JPEG or PNG files as they lie on the disk.",
            "Before it is kept, it is loaded again and compared with this program's own answers.",
        ),
    ),
)


def python_snippet(path: str) -> str:
    """How to use the SavedModel at `path` in Python."""
    return f"""import tensorflow as tf

model = tf.saved_model.load({path!r})
picture = tf.io.read_file("picture.jpg")
answer = model.signatures["serve_bytes"](encoded=picture[None])
print(answer["label"].numpy()[0].decode(), answer["probabilities"].numpy()[0])"""
