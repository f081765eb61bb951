"""A verb's answer: one JSON object."""

from typing import Any

Answer = dict[str, Any]
