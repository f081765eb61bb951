"""Where things belong on this system."""

from pathlib import Path

from platformdirs import PlatformDirs

_DIRS = PlatformDirs("graftwork", appauthor=False)


def weights_folder() -> Path:
    """Pretrained weights: large, and costly to fetch again."""
    return Path(_DIRS.user_data_dir) / "weights"


def cache_folder() -> Path:
    """Stored features: large, and cheap to lose."""
    return Path(_DIRS.user_cache_dir)


def runs_folder() -> Path:
    """Finished runs: the user's own documents."""
    return Path(_DIRS.user_documents_dir) / "Graftwork" / "runs"


def samples_folder() -> Path:
    """The sample pictures of `--demo`."""
    return Path(_DIRS.user_data_dir) / "samples"


def settings_file() -> Path:
    """What the window remembers."""
    return Path(_DIRS.user_config_dir) / "settings.ini"


def log_file() -> Path:
    """What happened, for a report of a fault."""
    return Path(_DIRS.user_log_dir) / "graftwork.log"


def native_log_file() -> Path:
    """What C++ libraries said in the latest session."""
    return log_file().with_name("native.log")
