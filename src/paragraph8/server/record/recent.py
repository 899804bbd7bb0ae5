"""What was looked up a moment ago: spares the same look-up for every report of a busy hour."""

import time
from collections.abc import Callable
from typing import Generic, TypeVar

T = TypeVar("T")
MOST = 20_000


class Recent(Generic[T]):
    """Values by key, believed for a few seconds.

    What changes meanwhile, a revoked token too, is seen that many seconds later.
    """

    def __init__(self, seconds: float) -> None:
        self.seconds = seconds
        self._values: dict[object, tuple[float, T]] = {}

    def get(self, key: object, look_up: Callable[[], T]) -> T:
        """The value of `key`, looked up where it is not known or too old."""
        now = time.monotonic()
        known = self._values.get(key)
        if known is not None and now < known[0]:
            return known[1]
        value = look_up()
        if len(self._values) >= MOST:
            self._values.clear()
        self._values[key] = (now + self.seconds, value)
        return value

    def forget(self) -> None:
        """Look everything up again."""
        self._values.clear()
