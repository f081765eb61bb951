"""One prediction: the picture small and upright, and the best probabilities."""

from pathlib import Path

from PIL import Image
from pytestqt.qtbot import QtBot

from desktop_app.engine.evaluation import Prediction
from desktop_app.ui.prediction_view import PredictionView, thumbnail


def test_thumbnails_are_upright_and_small(tmp_path: Path) -> None:
    exif = Image.Exif()
    exif[0x0112] = 6  # turned by a quarter
    Image.new("RGB", (400, 200)).save(tmp_path / "turned.jpg", exif=exif)
    image = thumbnail(tmp_path / "turned.jpg", 100)
    assert (image.width(), image.height()) == (50, 100)


def test_the_best_five_are_shown_also_where_qt_cannot_read_the_picture(qtbot: QtBot, tmp_path: Path) -> None:
    view = PredictionView()
    qtbot.addWidget(view)
    view.show()
    names = tuple(f"class {number}" for number in range(9))
    shares = tuple(0.6 if number == 7 else 0.05 for number in range(9))
    (tmp_path / "odd.xyz").write_bytes(b"not for Qt")
    view.show_prediction(Prediction(tmp_path / "odd.xyz", names[7], 0.6, shares), names)
    assert view.answer.text() == "class 7: 60.0 %"
    assert not view.picture.isVisible()
    said = view.bars.accessibleDescription()
    assert said.startswith("class 7 60.0 %, ")
    assert said.count("%") == 5
