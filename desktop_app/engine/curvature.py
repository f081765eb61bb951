"""The curvature of a logistic loss, roughly: a solver that knows it takes tens of steps, not hundreds."""

from collections.abc import Callable, Iterator
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

_EXACT = 512  # features; of wider ones only the leading directions are looked for
_RANK, _MORE = 64, 16  # directions kept, and how many more make sure of them


@dataclass(frozen=True)
class Curvature:
    """Along which directions the features spread, and how far.

    It is what a solver is told of the problem, so that it never changes where the least loss is.

    Attributes:
        directions: orthonormal columns, (width, rank), in the features' type.
        moments: the mean square of the features along each, (rank,).
        rest: the mean square along any other.
    """

    directions: NDArray[np.floating]
    moments: NDArray[np.float64]
    rest: float

    @classmethod
    def of(cls, each: Callable[[], Iterator[NDArray[np.floating]]], count: int, width: int) -> "Curvature":
        """Measure `count` rows, (m, width) a chunk: exactly; where they are wide, the leading 64 directions.

        These are found by one turn of the randomized subspace iteration of Halko, Martinsson, Tropp (2011).
        """
        if width <= _EXACT:
            moments, directions = np.linalg.eigh(_gram(each, width) / count)
            kind = next(iter(each())).dtype
            return cls(directions.astype(kind), np.maximum(moments, 0), 0.0)
        dice = np.random.default_rng(0).normal(size=(width, _RANK + _MORE))
        turned = np.zeros_like(dice)
        total = 0.0
        for rows in each():
            turned += rows.T @ (rows @ dice.astype(rows.dtype))
            total += float(np.einsum("ij,ij->", rows, rows))
        basis = np.linalg.qr(turned)[0].astype(rows.dtype)
        inner = _gram(lambda: (rows @ basis for rows in each()), basis.shape[1])
        moments, places = np.linalg.eigh(inner / count)
        moments = np.maximum(moments[-_RANK:], 0)
        rest = max(total / count - float(moments.sum()), 0.0) / (width - _RANK)
        return cls(basis @ places[:, -_RANK:].astype(basis.dtype), moments, rest)

    def steps(self, l2: float, classes: int) -> "Steps":
        """The lengths of steps for a loss with so heavy a penalty, and so many classes.

        Where the kernel is 0, the second derivative of the mean cross-entropy is the moment / classes; of the
        penalty it is 2 · l2.
        """
        inner = np.sqrt(1 / (self.moments / classes + 2 * l2))
        return Steps(self.directions, inner[:, None], float(np.sqrt(1 / (self.rest / classes + 2 * l2))))


@dataclass(frozen=True)
class Steps:
    """A symmetric matrix (width, width): `inner` along the directions, `outer` along any other."""

    directions: NDArray[np.floating]
    inner: NDArray[np.float64]
    outer: float

    def apply(self, kernel: NDArray[np.float64]) -> NDArray[np.float64]:
        """The product with a kernel (width, classes)."""
        return self._product(kernel, self.inner, self.outer)

    def undo(self, kernel: NDArray[np.float64]) -> NDArray[np.float64]:
        """The product of its inverse with a kernel."""
        return self._product(kernel, 1 / self.inner, 1 / self.outer)

    def _product(
        self, kernel: NDArray[np.float64], inner: NDArray[np.float64], outer: float
    ) -> NDArray[np.float64]:
        kind = self.directions.dtype
        along = (inner - outer) * (self.directions.T @ kernel.astype(kind))
        product: NDArray[np.float64] = outer * kernel
        product += self.directions @ along.astype(kind)
        return product


def _gram(each: Callable[[], Iterator[NDArray[np.floating]]], width: int) -> NDArray[np.float64]:
    found = np.zeros((width, width))
    for rows in each():
        found += rows.T @ rows
    return found
