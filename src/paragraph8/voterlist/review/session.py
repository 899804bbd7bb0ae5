"""One reviewer's way through the items: always the first one open, and back to correct."""

from collections.abc import Sequence

from paragraph8.voterlist.review.answers import AnswerFile


class Review:
    """Which item a reviewer sees. Knows nothing of what another reviewer answered."""

    def __init__(self, items: Sequence[int], answers: AnswerFile) -> None:
        """items   numbers of the items to compare; they are shown in rising order

        Items in random order are what makes a review that stops early usable, so none is skipped.
        """
        self._items = sorted(items)
        self._answers = answers
        self._correcting: int | None = None  # place in _items

    @property
    def item(self) -> int | None:
        """The item to show; None when all are answered."""
        place = self.place
        return None if place is None else self._items[place]

    @property
    def place(self) -> int | None:
        """How many items stand before the one to show; None when all are answered."""
        return self._first_open() if self._correcting is None else self._correcting

    @property
    def total(self) -> int:
        """Items to compare."""
        return len(self._items)

    @property
    def answered(self) -> int:
        """Items of this review that have an answer."""
        return sum(item in self._answers.answers for item in self._items)

    @property
    def earlier_answer(self) -> str | None:
        """What was answered before, where an answer is being corrected."""
        return None if self.item is None else self._answers.answers.get(self.item)

    @property
    def may_go_back(self) -> bool:
        """Whether an item stands before the one shown."""
        return self.total > 0 and self.place != 0

    def answer(self, item: int, answer: str) -> None:
        """Note an answer and go on. An answer to another item than the one shown is dropped.

        A double click, or a page that was left open, would otherwise answer a pair unseen.
        """
        if item == self.item:
            self._answers.append(item, answer)
            self._correcting = None

    def back(self) -> None:
        """Show the item before this one again."""
        place = self.total if self.place is None else self.place
        if place > 0:
            self._correcting = place - 1

    def _first_open(self) -> int | None:
        given = self._answers.answers
        return next((at for at, item in enumerate(self._items) if item not in given), None)
