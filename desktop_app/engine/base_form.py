"""The forms in which a base may be computed, and how its features are called in the cache."""

from dataclasses import dataclass

from desktop_app.engine.backbones import backbone
from desktop_app.engine.feature_cache import BASE_VERSION
from desktop_app.engine.specs import BaseSpec


@dataclass(frozen=True)
class Form:
    """A way to compute the base: in which number format, and whether with BatchNormalization folded away."""

    precision: str
    folded: bool

    def key(self, name: str) -> str:
        """Everything that shapes the features of the base called `name`, computed in this form."""
        return f"{name}:{self.precision}:{'folded' if self.folded else 'plain'}:{BASE_VERSION}"


PLAIN = Form("float32", folded=False)  # the network as Keras made it: what every other form is measured by
_EXACT = (Form("float32", folded=True), PLAIN)
_FAST = ("float16", "bfloat16")


def forms(precision: str, fastest: str) -> tuple[Form, ...]:
    """The forms to try, on a machine that computes `fastest` in that number format.

    What the user asks for is done; the machine's own choice may be fallen back from.
    """
    chosen = fastest if precision == "auto" else precision
    if chosen == "float32":
        return _EXACT
    fast = Form(chosen, folded=True)
    return (fast, *_EXACT) if precision == "auto" else (fast,)


def base_name(spec: BaseSpec, digest: str) -> str:
    """Everything but the form that shapes the features of a base; `digest` tells its weights from others."""
    row = backbone(spec.backbone)
    return f"{row.name}:{digest}:{row.preprocessing}:{row.size}:{spec.pooling}"


def possible_keys(spec: BaseSpec, digest: str) -> list[str]:
    """The keys of all forms that may have been chosen for a base, on whatever machine, the quickest first."""
    name = base_name(spec, digest)
    found = (form for fast in _FAST for form in forms(spec.precision, fast))
    return [form.key(name) for form in sorted(dict.fromkeys(found), key=_EXACT.__contains__)]
