"""A base's features are found again under the key that it will have, on whatever machine."""

import pytest

from desktop_app.engine import frozen
from desktop_app.engine.base_form import forms, possible_keys
from desktop_app.engine.pretrained import untrained_digest
from desktop_app.engine.specs import BaseSpec, Precision

pytestmark = pytest.mark.usefixtures("small_backbones")
PRECISIONS: tuple[Precision, ...] = ("auto", "float32", "bfloat16", "float16")


@pytest.mark.parametrize("precision", PRECISIONS)
@pytest.mark.parametrize("fastest", ["float32", "bfloat16", "float16"])
def test_the_keys_are_those_of_the_base(
    precision: Precision, fastest: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(frozen, "fastest", lambda: fastest)
    spec = BaseSpec("VGG16", "none", precision=precision)
    base = frozen.build(spec, 3, lambda _: untrained_digest(3))
    keys = [base.key]
    while base.rest:
        base = base.next()
        keys.append(base.key)
    possible = possible_keys(spec, untrained_digest(3))
    assert [key for key in possible if key in keys] == keys
    assert not set(keys) & set(possible_keys(spec, untrained_digest(4)))


def test_what_the_user_asks_for_is_all_that_is_tried() -> None:
    assert [form.precision for form in forms("bfloat16", "float16")] == ["bfloat16"]
    assert [form.precision for form in forms("auto", "float16")] == ["float16", "float32", "float32"]
