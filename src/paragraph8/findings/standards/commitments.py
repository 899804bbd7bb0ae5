"""Commitments: what states have promised, since when, and whether it may be cited."""

import tomllib
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date
from functools import cache
from importlib import resources

from paragraph8.kernel.problem import Problem


@dataclass(frozen=True, slots=True)
class Party:
    """A state to which an instrument applies from `since` and before `until`."""

    state: str
    since: date
    until: date | None
    note: str


@dataclass(frozen=True, slots=True)
class Instrument:
    """A document with commitments. `binding` is treaty, political or guidance."""

    id: str
    name: str
    short: str
    year: int
    adopted_on: date
    repealed_on: date | None
    binding: str
    bodies: str
    evidence: str
    parties: tuple[Party, ...]


@dataclass(frozen=True, slots=True)
class Commitment:
    """One paragraph. `evidence` V: read in a source; K: general knowledge, check the original."""

    id: str
    instrument: Instrument
    paragraph: str
    summary: str
    themes: tuple[str, ...]
    evidence: str

    @property
    def citation(self) -> str:
        """How a sentence names it: "paragraph 7.4 of the 1990 Copenhagen Document"."""
        return f"{self.paragraph} of the {self.instrument.year} {self.instrument.short}"

    def in_force(self, day: date) -> bool:
        """Whether it may be cited for an election on this day: adopted by then, not repealed."""
        repealed = self.instrument.repealed_on
        return self.instrument.adopted_on <= day and (repealed is None or day < repealed)

    def applies_to(self, state: str, day: date) -> bool:
        """Whether it is addressed to the state on this day."""
        return any(
            party.state == state
            and party.since <= day
            and (party.until is None or day < party.until)
            for party in self.instrument.parties
        )

    def binds(self, state: str, day: date) -> bool:
        """Whether the state had bound itself to it, by treaty or politically, on this day."""
        return self.instrument.binding != "guidance" and self.applies_to(state, day)


@cache
def commitments() -> dict[str, Commitment]:
    """All commitments by id, in the order of the catalogue."""
    file = resources.files("paragraph8.findings.standards") / "catalogue.toml"
    content = tomllib.loads(file.read_text(encoding="utf-8"))
    instruments = {entry["id"]: _instrument(entry) for entry in content["instrument"]}
    return {
        entry["id"]: Commitment(
            id=entry["id"],
            instrument=instruments[entry["instrument"]],
            paragraph=entry["paragraph"],
            summary=entry["summary"],
            themes=tuple(entry["themes"]),
            evidence=entry["evidence"],
        )
        for entry in content["commitment"]
    }


def find_commitment(commitment_id: str) -> Commitment:
    """The commitment with this id. Raises Problem standard.unknown."""
    found = commitments().get(commitment_id)
    if found is None:
        raise Problem("standard.unknown", id=commitment_id)
    return found


def citable(ids: Iterable[str], day: date, state: str = "") -> tuple[str, ...]:
    """Those of `ids` that may be cited for an election on `day` in `state`, in the order given.

    Left out are texts adopted later or repealed, and those that the catalogue says did not yet (or
    no longer) apply to the state: a treaty ratified after election day is not cited for it. A state
    without a row is no reason: the catalogue says nothing of it.
    """
    return tuple(i for i in ids if _may_be_cited(find_commitment(i), day, state))


def too_young(ids: Iterable[str], day: date, state: str = "") -> tuple[str, ...]:
    """Those of `ids` that came too late for an election on `day`: adopted, or in force for the
    state, only later. A text repealed before is not among them."""
    found = (find_commitment(i) for i in ids)
    return tuple(c.id for c in found if _is_too_young(c, day, state))


def _is_too_young(commitment: Commitment, day: date, state: str) -> bool:
    since = [party.since for party in commitment.instrument.parties if party.state == state]
    return commitment.instrument.adopted_on > day or (bool(since) and min(since) > day)


def _may_be_cited(commitment: Commitment, day: date, state: str) -> bool:
    listed = any(party.state == state for party in commitment.instrument.parties)
    return commitment.in_force(day) and (not listed or commitment.applies_to(state, day))


def require_in_force(commitment_id: str, day: date) -> Commitment:
    """The commitment, if it may be cited for an election on `day`.

    Raises Problem standard.unknown, standard.not_in_force (which names commitments on the same
    themes that were).
    """
    found = find_commitment(commitment_id)
    if not found.in_force(day):
        older = [
            c.id
            for c in commitments().values()
            if c.in_force(day) and set(c.themes) & set(found.themes)
        ]
        raise Problem(
            "standard.not_in_force",
            id=commitment_id,
            why=_why_not(found.instrument, day),
            election_day=day,
            instead=", ".join(older[:6]) or "there is none",
        )
    return found


def _why_not(instrument: Instrument, day: date) -> str:
    if instrument.adopted_on > day:
        return f"was adopted on {instrument.adopted_on}"
    return f"was repealed on {instrument.repealed_on}"


def search(words: str = "", theme: str = "", day: date | None = None) -> list[Commitment]:
    """Commitments that hold all words, belong to a theme, were in force on a day."""
    wanted = words.casefold().split()
    return [
        commitment
        for commitment in commitments().values()
        if all(word in _searched_text(commitment) for word in wanted)
        and (not theme or theme.upper() in commitment.themes)
        and (day is None or commitment.in_force(day))
    ]


def _searched_text(commitment: Commitment) -> str:
    instrument = commitment.instrument
    parts = (commitment.id, instrument.name, instrument.short, commitment.summary)
    return " ".join(parts).casefold()


def _instrument(entry: dict[str, object]) -> Instrument:
    rows = entry.get("party", [])
    assert isinstance(rows, list)
    parties = tuple(
        Party(row["state"], row["since"], row.get("until"), row.get("note", "")) for row in rows
    )
    adopted_on, repealed_on = entry["adopted_on"], entry.get("repealed_on")
    assert isinstance(adopted_on, date)
    assert repealed_on is None or isinstance(repealed_on, date)
    return Instrument(
        id=str(entry["id"]),
        name=str(entry["name"]),
        short=str(entry["short"]),
        year=int(str(entry["year"])),
        adopted_on=adopted_on,
        repealed_on=repealed_on,
        binding=str(entry["binding"]),
        bodies=str(entry["bodies"]),
        evidence=str(entry["evidence"]),
        parties=parties,
    )
