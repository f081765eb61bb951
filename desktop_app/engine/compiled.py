"""A compiled network: it answers at once, and a little faster once it has been asked for long."""

from collections.abc import Callable
from concurrent.futures import Future, ThreadPoolExecutor
from typing import Any

import numpy as np
from numpy.typing import NDArray

from desktop_app.engine.keras_bridge import keras, tf

# Pictures. Laying out the kernels beforehand takes seconds of one core, and then spares half a millisecond a
# picture (tests/bench/base_throughput.py): it has paid after about as many again.
LONG = 2048
# A batch is computed in two halves side by side: what is serial in one fills the gaps of the other.
_STREAMS = 2

Pictures = NDArray[np.uint8]
Features = NDArray[np.float32]


class Compiled:
    """uint8 (n ≤ batch, size, size, 3) → float32 (n, width), in one fixed shape whatever n is.

    Args:
        network: a model from float pictures to vectors, called as one that does not learn.
        batch: how many pictures at once.
        size: their side, in pixels.
        on_cpu: whether it runs there: in halves, and with kernels laid out after `LONG` pictures.
    """

    def __init__(self, network: Any, batch: int, size: int, on_cpu: bool) -> None:
        self._network, self._on_cpu = network, on_cpu
        self._streams = _STREAMS if on_cpu and batch % _STREAMS == 0 else 1
        self._shape = (batch // self._streams, size, size, 3)
        self._function = self._traced([])
        self._seen = 0
        self._coming: Future[Any] | None = None

    @property
    def laid_out(self) -> bool:
        """Whether the kernels are constants of the graph by now."""
        return self._coming is not None and self._coming.done()

    def __call__(self, pictures: Pictures) -> Features:
        """Compute."""
        if self._on_cpu:
            self._seen += len(pictures)
            if self._coming is None and self._seen > LONG:
                self.lay_out()
            if self._coming and self._coming.done():
                self._function = self._coming.result()
        each = self._shape[0]
        if len(pictures) <= each:
            return self._part(pictures)
        with ThreadPoolExecutor(self._streams, thread_name_prefix="base") as pool:
            parts = (pictures[start : start + each] for start in range(0, len(pictures), each))
            return np.concatenate(list(pool.map(self._part, parts)))

    def lay_out(self) -> None:
        """Begin to make the faster graph while the other one goes on; it computes the same, bit for bit.

        oneDNN lays out a constant kernel once instead of at every batch. A constant bias would cost half the
        speed: TensorFlow then no longer finds the pattern that it fuses.
        """

        def make() -> Any:
            kernels = [(v, v.numpy()) for v in self._network.variables if len(v.shape) == 4]
            function = self._traced(kernels)
            function(tf.zeros(self._shape, tf.uint8))
            return function

        pool = ThreadPoolExecutor(1, thread_name_prefix="kernels")
        self._coming = pool.submit(make)
        pool.shutdown(wait=False)

    def _part(self, pictures: Pictures) -> Features:
        padded = np.zeros(self._shape, np.uint8)
        padded[: len(pictures)] = pictures
        result: Features = self._function(tf.constant(padded)).numpy()[: len(pictures)]
        return result

    def _traced(self, constants: list[tuple[Any, NDArray[Any]]]) -> Callable[[Any], Any]:
        """The network as a graph, in which some variables are constants."""
        shape = tf.TensorSpec(self._shape, tf.uint8)

        @tf.function(input_signature=[shape], autograph=False)  # type: ignore[untyped-decorator]
        def compiled(pictures: Any) -> Any:
            with keras.StatelessScope([(variable, tf.constant(value)) for variable, value in constants]):
                return tf.cast(self._network(tf.cast(pictures, tf.float32), training=False), tf.float32)

        traced: Callable[[Any], Any] = compiled.get_concrete_function()
        return traced
