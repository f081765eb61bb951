"""Everything goes where the system wants it, and nowhere else."""

from pathlib import Path

from desktop_app.session import paths


def test_places_follow_the_system(own_home: Path) -> None:
    assert paths.weights_folder() == own_home / "xdg_data_home/graftwork/weights"
    assert paths.samples_folder() == own_home / "xdg_data_home/graftwork/samples"
    assert paths.cache_folder() == own_home / "xdg_cache_home/graftwork"
    assert paths.runs_folder() == own_home / "xdg_documents_dir/Graftwork/runs"
    assert paths.settings_file() == own_home / "xdg_config_home/graftwork/settings.ini"
    assert paths.log_file() == own_home / "xdg_state_home/graftwork/log/graftwork.log"


def test_asking_makes_nothing(own_home: Path) -> None:
    for place in (
        paths.weights_folder,
        paths.cache_folder,
        paths.runs_folder,
        paths.settings_file,
        paths.log_file,
    ):
        place()
    assert list(own_home.iterdir()) == []
