"""People: entries of one list grouped by person."""

import heapq
from collections.abc import Iterable

import polars as pl

# No single comparison may outweigh all others of a group (hundredths of a bit).
MOST_SAID = 2000


def people(scored: pl.DataFrame) -> pl.DataFrame:
    """row, person: entries that share a person with another, and the lowest row of each person.

        scored   row_a, row_b, score in hundredths of a bit, above 0 where one person is likelier
    Groups are joined, best evidence first, as long as the evidence between all their members
    together speaks for one person: a chain of lookalikes does not join two families.
    Assumes that what was not compared says nothing either way.
    """
    groups = _Groups(scored.select("row_a", "row_b", "score").iter_rows())
    groups.join_all()
    found = [
        (row, min(members)) for members in groups.members.values() if len(members) > 1
        for row in members
    ]  # fmt: skip
    schema = {"row": pl.Int64, "person": pl.Int64}
    return pl.DataFrame(found, schema, orient="row").sort("row")


class _Groups:
    """Groups of entries, and the evidence between each two of them that have any."""

    def __init__(self, scored: Iterable[tuple[int, int, int]]) -> None:
        self.evidence: dict[int, dict[int, int]] = {}
        self.members: dict[int, list[int]] = {}
        for a, b, score in scored:
            said = max(-MOST_SAID, min(MOST_SAID, score))
            self.evidence.setdefault(a, {})[b] = said
            self.evidence.setdefault(b, {})[a] = said
        self.members = {row: [row] for row in self.evidence}
        self.queue = [
            (-said, a, b)
            for a, others in self.evidence.items()
            for b, said in others.items()
            if said > 0 and a < b
        ]
        heapq.heapify(self.queue)

    def join_all(self) -> None:
        while self.queue:
            said, a, b = heapq.heappop(self.queue)
            current = self.evidence.get(a, {}).get(b)
            if current is not None and current == -said:
                self._join(*((a, b) if len(self.evidence[a]) >= len(self.evidence[b]) else (b, a)))

    def _join(self, kept: int, joined: int) -> None:
        self.members[kept] += self.members.pop(joined)
        others = self.evidence.pop(joined)
        of_kept = self.evidence[kept]
        of_kept.pop(joined)
        for other, said in others.items():
            if other == kept:
                continue
            of_kept[other] = of_kept.get(other, 0) + said
            self.evidence[other].pop(joined)
            self.evidence[other][kept] = of_kept[other]
            if of_kept[other] > 0:
                a, b = sorted((kept, other))
                heapq.heappush(self.queue, (-of_kept[other], a, b))
