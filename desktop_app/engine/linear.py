"""The convex head: logistic regression by L-BFGS, its L2 weight chosen on the validation pictures."""

from collections.abc import Callable, Iterator
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from desktop_app.engine.curvature import Curvature
from desktop_app.engine.objective import Objective

Matrix = NDArray[np.float64]
# METHODS.md: the best C = 1 / (2 · n · l2) runs from 0.006 to 1000 over data sets; strongest penalty first,
# each fit starting from the one before.
STRENGTHS = tuple(10.0 ** (power / 2) for power in range(-8, 7))
TIGHT = 1e-12
_PATIENCE = 3  # weaker penalties in a row that make the validation loss worse
_ITERATIONS = 300
_MEMORY = 6  # steps that L-BFGS remembers


@dataclass(frozen=True)
class Chunks:
    """Scaled features and labels, a chunk at a time: yields float64 or float32 (m, width) and int (m,)."""

    each: Callable[[], Iterator[tuple[NDArray[np.floating], NDArray[np.int64]]]]
    count: int
    width: int

    def within(self, basis: Matrix) -> "Chunks":
        """The features' coordinates in `basis`, orthonormal columns (width, rank), kept in memory."""
        kept = [(features @ basis.astype(features.dtype), labels) for features, labels in self.each()]
        return Chunks(lambda: iter(kept), self.count, basis.shape[1])

    def curvature(self) -> Curvature:
        """That of a logistic loss on these features."""
        return Curvature.of(lambda: (features for features, _ in self.each()), self.count, self.width)


@dataclass(frozen=True)
class Linear:
    """Logits = features @ kernel + bias; kernel (width, classes), bias (classes,)."""

    kernel: Matrix
    bias: Matrix

    def logits(self, features: NDArray[np.floating]) -> Matrix:
        """(n, width) → (n, classes), multiplied in the features' type."""
        found = features @ self.kernel.astype(features.dtype)
        return found.astype(np.float64) + self.bias

    def check(self, chunks: Chunks) -> tuple[float, float]:
        """Mean cross-entropy in nats, and accuracy."""
        loss = right = 0.0
        for features, labels in chunks.each():
            logits = self.logits(features)
            total, _ = _softmax(logits)
            loss += float((total - logits[np.arange(len(labels)), labels]).sum())
            right += float((logits.argmax(axis=1) == labels).sum())
        return loss / chunks.count, right / chunks.count


def fit(
    chunks: Chunks,
    classes: int,
    l2: float,
    start: Linear | None = None,
    tolerance: float = TIGHT,
    asked: Objective | None = None,
    curvature: Curvature | None = None,
    begun: Linear | None = None,
) -> Linear:
    """Minimize an objective, mean cross-entropy unless `asked`, + l2 · ‖kernel − that of `begun`, or 0‖².

    It is convex, so that the result is unique: scikit-learn's LogisticRegression at C = 1 / (2 · n · l2). A
    step that gains less than `tolerance`, as a share of the loss or of 1, whichever is more, is the last. The
    steps are taken in coordinates in which the loss curves alike in all directions, or nearly, as far as
    `curvature` knows them: the chunks' own unless it is given.
    """
    from scipy.optimize import minimize  # only here, for it takes a moment to import

    size = chunks.width * classes
    steps = (curvature or chunks.curvature()).steps(l2, classes)
    asked = asked or Objective.plain(classes)
    spread = asked.smoothing / classes
    centre = begun.kernel if begun else 0.0

    def model(theta: Matrix) -> Linear:
        return Linear(steps.apply(theta[:size].reshape(chunks.width, classes)), theta[size:])

    def objective(theta: Matrix) -> tuple[float, Matrix]:
        now = model(theta)
        away = now.kernel - centre
        loss, slope, bias = 0.0, 2 * l2 * chunks.count * away, np.zeros(classes)
        for features, labels in chunks.each():
            logits = now.logits(features) + asked.shift
            total, error = _softmax(logits)
            places, weights = np.arange(len(labels)), asked.weights[labels]
            agreed = (1 - asked.smoothing) * logits[places, labels] + spread * logits.sum(axis=1)
            loss += float((weights * (total - agreed)).sum())
            error[places, labels] -= 1 - asked.smoothing
            error = weights[:, None] * (error - spread)
            slope += (error.T.astype(features.dtype) @ features).T
            bias += error.sum(axis=0)
        penalty = l2 * float(np.vdot(away, away))
        slopes = np.concatenate([steps.apply(slope).ravel(), bias])
        return loss / chunks.count + penalty, slopes / chunks.count

    first = np.zeros(size + classes)
    if start := start or begun:
        first = np.concatenate([steps.undo(start.kernel).ravel(), start.bias])
    found = minimize(
        objective, first, jac=True, method="L-BFGS-B",
        options={"maxcor": _MEMORY, "maxiter": _ITERATIONS, "ftol": tolerance, "gtol": 1e-7},
    )  # fmt: skip
    return model(found.x)


def sweep(
    train: Chunks,
    val: Chunks,
    classes: int,
    l2: float,
    tolerance: float = TIGHT,
    asked: Objective | None = None,
    begun: Linear | None = None,
) -> Iterator[tuple[float, Linear, float, float]]:
    """Yield (l2, model, validation loss, validation accuracy) along the path of L2 weights.

    A positive `l2` is the only one tried; 0 walks `STRENGTHS` until weaker penalties only make it worse.
    What is `asked` counts for learning alone. A model that was `begun` elsewhere is the first step itself,
    and what the penalty draws towards (L2-SP; Li, Grandvalet & Davoine, ICML 2018).
    """
    basis: Matrix | None = None
    if train.count + classes * bool(begun) < train.width:
        # The best kernel is a sum of training features, and the penalty does not change under a rotation:
        # in the space that they span, the problem is the same and smaller.
        spanned = [features for features, _ in train.each()]
        basis, _ = np.linalg.qr(np.concatenate([*spanned, begun.kernel.T] if begun else spanned).T)
        train, val = train.within(basis), val.within(basis)
    whole = begun
    if begun and basis is not None:
        begun = Linear(basis.T @ begun.kernel, begun.bias)
    curvature = train.curvature()
    path = [l2] if l2 else [1 / (2 * train.count * strength) for strength in STRENGTHS]
    model, best, worse = None, np.inf, 0
    if begun and whole:
        yield path[0], whole, *begun.check(val)
    for weight in path:
        model = fit(train, classes, weight, model, tolerance, asked, curvature, begun)
        loss, accuracy = model.check(val)
        kernel = model.kernel if basis is None else basis @ model.kernel
        yield weight, Linear(kernel, model.bias), loss, accuracy
        worse = 0 if loss < best else worse + 1
        best = min(best, loss)
        if worse == _PATIENCE:
            return


def _softmax(logits: Matrix) -> tuple[Matrix, Matrix]:
    """The logarithm of the sum of exponentials, (n,), and the softmax, (n, classes)."""
    most = logits.max(axis=1, keepdims=True)
    found = np.exp(logits - most)
    total = found.sum(axis=1, keepdims=True)
    found /= total
    return (most + np.log(total))[:, 0], found
