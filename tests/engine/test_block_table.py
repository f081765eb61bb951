"""The table of blocks is that of the networks themselves."""

import pytest
from test_blocks import NETS, Net, build

from desktop_app.engine.backbones import BACKBONES
from desktop_app.engine.block_table import block_table, require_blocks
from desktop_app.engine.blocks import blocks
from desktop_app.engine.errors import EngineError


@pytest.mark.parametrize("net", NETS, ids=lambda net: net.name)
def test_it_says_what_the_other_test_says_of_every_network(net: Net) -> None:
    rows = block_table(net.name)
    assert (len(rows), rows[-1].name) == (net.blocks, net.last)
    assert rows[-1].share == pytest.approx(net.share, abs=6e-4)
    assert rows[0].share == 1


@pytest.mark.parametrize("name", ["VGG16", "ResNet50", "InceptionV3"])
def test_it_is_the_network_block_for_block(name: str) -> None:
    found = blocks(build(name))
    assert [(b.name, b.parameters, b.share) for b in found] == [
        (row.name, row.parameters, row.share) for row in block_table(name)
    ]


@pytest.mark.parametrize("name", BACKBONES)
def test_every_backbone_is_in_it(name: str) -> None:
    assert sum(row.parameters for row in block_table(name)) == BACKBONES[name].parameters


def test_blocks_that_are_not_there_are_refused() -> None:
    require_blocks("VGG16", 5)
    for count in (0, 6):
        with pytest.raises(EngineError, match=f"VGG16 has 5 blocks: {count} cannot be tuned"):
            require_blocks("VGG16", count)
