"""Entries and a register of deaths: who is on both, and how many would be by chance."""

from paragraph8.voterlist.quality.audit import ENTRY, Audit, entry_select
from paragraph8.voterlist.quality.same_day import COHORT, NAMED, make_namesakes

DEATH, DEATH_PAIR = "quality_dead", "quality_death_pair"
PERSON = ("surname_root", "given_root")
BY_NAME = (
    "Paired by equal numbers, or by name and birth date; expected: namesakes of one birth date."
)


def make_death_pairs(audit: Audit) -> None:
    """Make the table `quality_death_pair`: row, death_row of entries that a death may be of.

    Paired are equal numbers with a name or the birth date in common; and, unless both have a
    number, equal surname, given name and full birth date, where patronymic and sex do not
    contradict each other. Roots of names are compared, so that endings and spellings do not part
    them.
    Assumes that the register holds deaths before the list was made only.
    """
    assert audit.context.deaths is not None
    audit.make(DEATH, entry_select(audit.context.deaths, audit.context.day))
    known = "e.given_root = d.given_root OR e.surname_root = d.surname_root OR e.birth = d.birth"
    audit.make(
        DEATH_PAIR,
        f"SELECT e.row, d.row AS death_row FROM {ENTRY} AS e JOIN {DEATH} AS d"
        f" ON e.number = d.number AND ({known})"
        f" UNION SELECT e.row, d.row AS death_row FROM {ENTRY} AS e JOIN {DEATH} AS d"
        f" ON {_same(*PERSON, 'birth')} AND {_compatible()}",
    )


def chance_of_death_pairs(audit: Audit) -> float:
    """Pairs by name and birth date that there would be were everybody on the register another
    person: over surname, given name and year of birth the pairs times the chance that two people
    born in the year share their day.
    """
    make_namesakes(audit)
    found = audit.ask(
        "SELECT coalesce(sum(k.heaped * k.heaped + (1 - k.heaped) * (1 - k.heaped) * k.other), 0.0)"
        f" AS mean FROM (SELECT * FROM {ENTRY} WHERE {NAMED}) AS e"
        f" JOIN (SELECT * FROM {DEATH} WHERE {NAMED}) AS d"
        f" ON {_same(*PERSON, 'birth_year')} AND {_compatible()}"
        f" JOIN {COHORT} AS k ON k.birth_year = e.birth_year"
    )
    return float(found.item())


def _same(*names: str) -> str:
    return " AND ".join(f"e.{name} = d.{name}" for name in names)


def _compatible() -> str:
    """SQL: nothing says that these are two people, and no number could say that they are one."""
    given = ("patronymic_root", "sex")
    alike = (f"(e.{n} = d.{n} OR e.{n} IS NULL OR d.{n} IS NULL)" for n in given)
    return " AND ".join(("(e.number IS NULL OR d.number IS NULL)", *alike))
