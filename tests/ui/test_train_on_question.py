"""What is said before a run is trained on."""

from desktop_app.engine.specs import HeadSpec, TrainingSpec
from desktop_app.ui.train_on_question import head_words, training_words


def test_no_setting_is_named_that_does_not_count() -> None:
    training = TrainingSpec(epochs=1, batch=16, learning_rate=0.01)
    hidden, plain = HeadSpec((64, 8)), HeadSpec(())
    said = training_words(hidden, training)
    assert said == "Training, as on the Train page: 1 epoch, 16 pictures at a time, learning rate 0.01."
    assert "1 epoch" not in training_words(plain, training)
    assert "solved exactly" in training_words(plain, training)
    assert head_words(hidden) == "its head of 64, 8 hidden units"
    assert head_words(plain) == "its plain logistic head"
