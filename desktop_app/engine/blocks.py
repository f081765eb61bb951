"""The named blocks of a backbone: where it can be cut in two for fine-tuning.

A network can be cut only where a single tensor crosses: below it lies a function of the picture alone, above
it a function of that tensor alone. Such cuts are found in the graph; the names of the layers between them
then say which of those stretches belong together.
"""

import re
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

# What the layers of a block are called, and what the block is called then. The first that fits counts.
_NAMES = (
    (r"(conv\d)_block\d+_concat", r"\1"),  # DenseNet's dense blocks
    (r"conv\d_block\d+", r"\g<0>"),  # ResNet
    (r"block\d+_\d+(?=_)", r"\g<0>"),  # InceptionResNetV2
    (r"block\d+[a-z](?=_)", r"\g<0>"),  # EfficientNet
    (r"block_?\d+(?=_)", r"\g<0>"),  # VGG, Xception, MobileNetV2
    (r"mixed(\d+|_\d+[a-z])$", r"\g<0>"),  # Inception, where mixed9_1 is a layer of mixed10
    (r"expanded_conv(_\d+)?(?=_)", r"\g<0>"),  # MobileNetV3
    (r"conv_(pad|dw|pw)_(\d+)", r"conv_\2"),  # MobileNet
    (r"\w+_(stage_\d+_block_\d+)_", r"\1"),  # ConvNeXt
    (r"(normal|reduction)_", "cells"),  # NASNet, whose cells each read the two before
)
STEM = "stem"


@dataclass(frozen=True)
class Block:
    """A stretch of a network between two cuts.

    Attributes:
        name: after the backbone's own names of its layers; unique in it.
        boundary: the layer whose output is all that the block sees.
        layers: those of its layers that hold weights, from bottom to top.
        parameters: of the block alone.
        share: of the network's parameters, in [0, 1], from this block's start up.
    """

    name: str
    boundary: str
    layers: tuple[str, ...]
    parameters: int
    share: float


def blocks(model: Any) -> tuple[Block, ...]:
    """The blocks of a Functional network with one input and one output, from bottom to top.

    Layers without a block's name belong to the block before them, and those at the very bottom to the stem.
    Where no name is known, every stretch with weights between two cuts is a block.
    """
    stretches = list(_stretches(model))
    names = [_name(stretch) for stretch in stretches]
    if not any(names):
        names = [stretch[-1].name if _parameters(stretch) else "" for stretch in stretches]
    groups: list[tuple[str, str, list[Any]]] = []
    boundary = stretches[0][-1].name  # the input
    for name, stretch in zip(names[1:], stretches[1:], strict=True):
        if not groups or (name and name != groups[-1][0]):
            groups.append((name or STEM, boundary, []))
        groups[-1][2].extend(stretch)
        boundary = stretch[-1].name

    total = above = sum(_parameters(operations) for _, _, operations in groups)
    found = []
    for name, start, operations in groups:
        weighted = tuple(operation.name for operation in operations if _parameters([operation]))
        parameters = _parameters(operations)
        found.append(Block(name, start, weighted, parameters, above / total if total else 0.0))
        above -= parameters
    return tuple(found)


def _stretches(model: Any) -> Iterator[list[Any]]:
    """The operations between each cut and the next, each list ending with the one whose output is the cut."""
    calls = [call for _, depth in sorted(model._nodes_by_depth.items(), reverse=True) for call in depth]
    last = {id(tensor): place for place, call in enumerate(calls) for tensor in call.input_tensors}
    last.update({id(tensor): len(calls) for tensor in model.outputs})
    crossing: set[int] = set()
    stretch: list[Any] = []
    for place, call in enumerate(calls):
        crossing.update(id(tensor) for tensor in call.outputs)
        crossing = {tensor for tensor in crossing if last.get(tensor, -1) > place}
        stretch.append(call.operation)
        # All that comes before a cut in this order lies below it: the tensor made last is the one to cross.
        if crossing == {id(tensor) for tensor in call.outputs}:
            yield stretch
            stretch = []


def _name(stretch: list[Any]) -> str:
    """What its layers are called after; "" where no name is known."""
    for pattern, name in _NAMES:
        for operation in stretch:
            if match := re.match(pattern, operation.name):
                return match.expand(name)
    return ""


def _parameters(operations: list[Any]) -> int:
    unique = {id(operation): operation for operation in operations if hasattr(operation, "count_params")}
    return sum(operation.count_params() for operation in unique.values())
