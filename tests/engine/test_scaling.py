import numpy as np
import pytest

from desktop_app.engine.scaling import to_8_bits


def scaled(values: list[float], dtype: str = "u2", bits: int = 0) -> list[int]:
    return [int(value) for value in to_8_bits(np.array(values, dtype), bits)]


@pytest.mark.parametrize(("top", "white"), [(255, 255), (256, 64), (1023, 255), (1024, 64), (4095, 255),
                                            (16383, 255), (16384, 64), (65535, 255)])  # fmt: skip
def test_white_is_what_a_camera_of_8_10_12_14_or_16_bits_can_measure(top: int, white: int) -> None:
    assert scaled([0, top]) == [0, white]


def test_pictures_of_one_series_keep_their_scale() -> None:
    assert scaled([100, 3000])[0] == scaled([100, 4000])[0] == scaled([100, 2000], bits=12)[0]
    assert scaled([100, 900], bits=12) == [100 >> 4, 900 >> 4]  # not 10 bits: the file knows better
    assert scaled([0, 5000], bits=12) == [0, 5000 >> 6]  # or does not: nothing is clipped


@pytest.mark.parametrize("dtype", ["u1", "i2", "u2", ">u2", "i4", "u4", "f4", "f8"])
@pytest.mark.parametrize("top", [100, 4000, 32767, 70000, 2**31 - 1])
def test_order_is_kept_and_nothing_is_clipped(dtype: str, top: int) -> None:
    top = min(top, 255) if dtype == "u1" else min(top, 32767) if dtype == "i2" else top
    top = min(top, 65535) if dtype.endswith("u2") else top
    values = to_8_bits(np.linspace(0, top, 1000).astype(dtype)).astype(int)
    assert values[0] == 0
    assert (np.diff(values) >= 0).all()
    assert values.max() >= 63
    assert (values == values.max()).mean() < 0.05


def test_large_unsigned_numbers() -> None:
    assert scaled([0, 2**31, 2**32 - 1], "u4") == [0, 128, 255]


def test_numbers_below_zero_are_seen_too() -> None:
    assert scaled([-1024, 0, 3071], "i2") == [0, 51, 204]
    assert scaled([-3, 0, 255], "i2") == [0, 3, 255]
    assert scaled([-2048, 0, 2047], "i2", bits=12) == [0, 128, 255]
    assert scaled([-1, 0, 1], "f4") == [0, 128, 255]
    assert scaled([-5, -5], "i4") == [176, 176]


def test_real_numbers() -> None:
    assert scaled([0, 0.25, 0.5, 1], "f4") == [0, 64, 128, 255]
    assert scaled([0, 0.5], "f4") == [0, 128]
    assert scaled([0, 0.0155], "f4") == [0, 253]  # of 1/64
    assert scaled([0, 128, 255], "f4") == [0, 128, 255]
    assert scaled([0, 300.5, 4000], "f8") == [0, 18, 250]
    assert scaled([-3.14, 0, 3.14], "f4") == [27, 128, 228]  # phases
    assert scaled([0, 3.9, 12], "f4") == [0, 62, 192]
    assert scaled([np.nan, np.inf, -np.inf, 0.5, 1], "f4") == [0, 255, 0, 128, 255]


def test_few_bits_and_nothing_at_all() -> None:
    assert scaled([0, 1], "u1", bits=1) == [0, 255]
    assert scaled([0, 7, 15], "u1", bits=4) == [0, 119, 255]
    assert scaled([0, 0]) == [0, 0]
    assert scaled([0, 0], "f4") == [0, 0]
    assert to_8_bits(np.zeros((0, 3), np.uint16)).shape == (0, 3)
    assert scaled([np.nan, np.inf], "f4") == [0, 0]
