"""Parameters: what a mission file may change in an analysis."""

from collections.abc import Mapping
from typing import Any

Parameters = Mapping[str, Any]
