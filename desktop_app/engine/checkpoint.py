"""Checkpoints: after each epoch, all that a training needs to go on as if nothing had happened."""

import hashlib
import json
import os
import tempfile
import time
from collections.abc import Mapping, Sequence
from contextlib import suppress
from dataclasses import asdict
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from desktop_app.engine.errors import EngineError
from desktop_app.engine.history import EpochRow

_FACTS = "facts"


class Checkpoint:
    """A file of arrays and plain facts, replaced as a whole; a zip of .npy and JSON, without pickle.

    Args:
        file: *.npz; its folder is made.
        key: what is being trained, on what and how. What was saved under another key is not found.
    """

    def __init__(self, file: Path, key: str) -> None:
        self._file, self._key = file, key

    def save(self, arrays: Mapping[str, NDArray[Any]], facts: Mapping[str, Any]) -> None:
        """Replace what is saved; `facts` go to JSON.

        Raises:
            EngineError: it cannot be written. What was saved before is still there.
        """
        words = json.dumps({"key": self._key, **facts}).encode()
        draft = None
        try:
            self._file.parent.mkdir(parents=True, exist_ok=True)
            with tempfile.NamedTemporaryFile(
                dir=self._file.parent, prefix=".graftwork-", suffix=".npz", delete=False
            ) as file:
                draft = Path(file.name)
                np.savez(file, **arrays, **{_FACTS: np.frombuffer(words, np.uint8)})  # type: ignore[arg-type]
                file.flush()
                os.fsync(file.fileno())
            draft.replace(self._file)
        except OSError as error:
            raise EngineError(
                f"The training's state cannot be kept in “{self._file}”: {error.strerror or error}.",
                "Make room on the disk, or choose another folder.",
            ) from error
        finally:
            if draft:
                with suppress(OSError):
                    draft.unlink(missing_ok=True)

    def load(self) -> tuple[dict[str, NDArray[Any]], dict[str, Any]] | None:
        """What was saved; None where there is nothing, or nothing whole, under this key."""
        try:
            with self._file.open("rb") as file, np.load(file, allow_pickle=False) as found:
                facts = json.loads(found[_FACTS].tobytes())
                if facts.pop("key") != self._key:
                    return None
                return {name: found[name] for name in found.files if name != _FACTS}, facts
        except Exception:  # in a damaged file, NumPy and zipfile raise whatever their parsers do
            return None

    def remove(self) -> None:
        """Forget what was saved."""
        self._file.unlink(missing_ok=True)


class Course:
    """What a training remembers between two epochs: its history, its best epoch and all its variables.

    Made anew with a checkpoint, it stands where the last whole epoch ended: `rows` says which that was.

    Attributes:
        rows: one an epoch.
        best_epoch: the one of the lowest validation loss; never one whose losses are no numbers.
        dice: shuffles the pictures; it goes on where it was.

    Args:
        learned: Keras variables whose best values are kept.
        others: those that matter only to go on: the optimizer's, the seeds of dropout.
        seed: of the dice.
        checkpoint: where each epoch is saved; None for nowhere.
        best_loss: one to beat, of epoch 0; without it the first epoch counts whatever it gave.
        share: of the time, at most, that goes into saving. Where epochs are shorter than that allows, not
            every one is saved, and those that are lost are worked through again.
    """

    def __init__(
        self,
        learned: Sequence[Any],
        others: Sequence[Any],
        seed: int,
        checkpoint: Checkpoint | None = None,
        best_loss: float | None = None,
        share: float = 1.0,
    ) -> None:
        self._variables = {
            **{f"learned {place}": variable for place, variable in enumerate(learned)},
            **{f"other {place}": variable for place, variable in enumerate(others)},
        }
        self._learned = [name for name in self._variables if name.startswith("learned")]
        self._checkpoint = checkpoint
        self._best_loss = best_loss
        self._rest = 1 / share - 1  # after each second of saving
        self._next_save = 0.0
        self._saved = 0
        self._best = {name: self._variables[name].numpy() for name in self._learned}
        self.rows: list[EpochRow] = []
        self.best_epoch = 0
        self.dice = np.random.default_rng(seed)
        if checkpoint and (saved := checkpoint.load()):
            self._restore(*saved)

    def close_epoch(self, row: EpochRow) -> None:
        """Note what an epoch gave, remember the weights if it is the best so far, and save everything."""
        self.rows.append(row)
        loss = row.loss if row.val_loss is None else row.val_loss
        if not row.diverged and (self._best_loss is None or loss < self._best_loss):
            self.best_epoch, self._best_loss = row.epoch, loss
            self._best = {name: self._variables[name].numpy() for name in self._learned}
        if time.monotonic() >= self._next_save:
            self._save()

    @property
    def diverged(self) -> bool:
        """Whether the last epoch has: none after it could be better."""
        return bool(self.rows) and self.rows[-1].diverged

    def keep_best(self) -> None:
        """The end: give the variables the values they had after the best epoch.

        Raises:
            EngineError: there is none, for the first has diverged.
        """
        if self._best_loss is None and self.rows:
            raise EngineError(
                "The training has diverged: in its first epoch already, the loss was no number any more.",
                "Train again with a smaller learning rate.",
            )
        if self._saved < len(self.rows):
            self._save()
        for name, array in self._best.items():
            self._variables[name].assign(array)

    def _save(self) -> None:
        began = time.monotonic()
        if self._checkpoint:
            best = {f"best {name}": array for name, array in self._best.items()}
            current = {name: variable.numpy() for name, variable in self._variables.items()}
            facts = {
                "rows": [asdict(row) for row in self.rows],
                "best_epoch": self.best_epoch,
                "best_loss": self._best_loss,
                "dice": self.dice.bit_generator.state,
            }
            self._checkpoint.save({**current, **best}, facts)
        now = time.monotonic()
        self._saved, self._next_save = len(self.rows), now + self._rest * (now - began)

    def _restore(self, arrays: dict[str, NDArray[Any]], facts: dict[str, Any]) -> None:
        for name, variable in self._variables.items():
            variable.assign(arrays[name])
        self._best = {name: arrays[f"best {name}"] for name in self._learned}
        self.rows = [EpochRow(**row) for row in facts["rows"]]
        self._saved = len(self.rows)
        self.best_epoch, self._best_loss = facts["best_epoch"], facts["best_loss"]
        self.dice.bit_generator.state = facts["dice"]


def fingerprint(words: str, arrays: Sequence[NDArray[Any]]) -> str:
    """A key for a checkpoint: the SHA-256 of what is trained and of where it starts from."""
    digest = hashlib.sha256(words.encode())
    for array in arrays:
        digest.update(f"{array.dtype}{array.shape}".encode())
        digest.update(np.ascontiguousarray(array).data)  # no copy: it may be large
    return digest.hexdigest()
