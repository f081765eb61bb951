"""Reports that two computations of one network gave: what is counted is the same, the rest up to rounding."""

from typing import Any

import pytest

from desktop_app.engine.report import Report


def require_alike(one: Report, other: Report) -> None:
    assert (one.source, one.confusion) == (other.source, other.confusion)
    _require_near(one.to_json(), other.to_json())


def _require_near(one: Any, other: Any) -> None:
    if isinstance(one, dict):
        assert one.keys() == other.keys()
        one, other = list(one.values()), list(other.values())
    if isinstance(one, list | tuple):
        for mine, yours in zip(one, other, strict=True):
            _require_near(mine, yours)
    elif isinstance(one, float):
        assert one == pytest.approx(other, abs=1e-3)
    else:
        assert one == other
