"""Presets: whole settings of a head and of its training, each with a name."""

from dataclasses import dataclass, replace

from desktop_app.engine.specs import ExperimentSpec, HeadSpec, TrainingSpec


@dataclass(frozen=True)
class Preset:
    """A named setting; of `training`, it leaves alone the seed and how pictures are divided."""

    name: str
    summary: str
    head: HeadSpec
    training: TrainingSpec

    def applied(self, spec: ExperimentSpec) -> ExperimentSpec:
        """`spec` with this head and training."""
        own = spec.training
        training = replace(
            self.training,
            validation_share=own.validation_share,
            seed=own.seed,
            test_share=own.test_share,
            group_by=own.group_by,
        )
        return replace(spec, head=self.head, training=training)


PRESETS = (
    Preset(
        "Standard",
        "A plain logistic head, unless one with a hidden layer wins by cross-validation.",
        HeadSpec(automatic=True),
        TrainingSpec(),
    ),
    Preset("Quick", "One hidden layer for 30 epochs, and nothing is compared.", HeadSpec(), TrainingSpec()),
    Preset(
        "Careful",
        "As Standard, with slowly falling steps and smoothed labels, up to 100 epochs while it still learns.",
        HeadSpec(dropout=0.3, automatic=True),
        TrainingSpec(100, optimizer="adamw", schedule="cosine", patience=15, label_smoothing=0.1),
    ),
    Preset(
        "Tiny data",
        "For a few dozen pictures: a plain logistic head, solved exactly, in which all classes count alike.",
        HeadSpec(()),
        TrainingSpec(imbalance="weights"),
    ),
)
STANDARD = PRESETS[0]


def preset_of(spec: ExperimentSpec) -> Preset | None:
    """The preset that `spec` agrees with; None where the user has gone beyond them."""
    return next((preset for preset in PRESETS if preset.applied(spec) == spec), None)
