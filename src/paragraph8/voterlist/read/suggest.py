"""A proposal for a mapping: from what the headers say and what stands below them.

Nothing is applied. The proposal is a text for a person to read, correct and hand back.
"""

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace

from paragraph8.voterlist.fields import BIRTH, NUMBER, ROLES, SEX
from paragraph8.voterlist.read.contents import MOST, Contents, contents_of
from paragraph8.voterlist.read.headings import LANGUAGES, headings
from paragraph8.voterlist.read.mapping import DATE_ORDERS, FULL_NAME, OPEN
from paragraph8.voterlist.read.sample import Sample

_CERTAIN, _OWN_WORD, _CONTAINED, _BY_CONTENTS, _NONE = range(5)
# Fewer years than this between the first and the last birth date are no list of voters.
_YEARS_OF_VOTERS = 30
_HARDLY_ANY = 0.05


@dataclass(frozen=True, slots=True)
class Choice:
    """What one column seems to hold.

    role      a role or full_name; None if it is left out
    reason    why, in a sentence without any cell
    rank      how it was recognised; a lower one takes a role first
    other     the role whose own name the header is, if the dictionary has another one for it
    """

    header: str
    role: str | None
    reason: str
    rank: int
    contents: Contents
    other: str | None = None


@dataclass(frozen=True, slots=True)
class Suggestion:
    """choices has one entry per column, in the order of the file; text is the mapping in TOML."""

    choices: tuple[Choice, ...]
    text: str


def suggest(sample: Sample, name: str = "list") -> Suggestion:
    """Propose a mapping for the first rows of a file.

        name   one of LISTS: the table of the mapping
    The text gives the reason for each line. Who gave the list, why it may be used and when it
    came are left as "?", and so is the order of dates unless the sample allows one only; a "?" is
    refused when the mapping is read.
    """
    choices = tuple(
        _choice(header, contents_of(cells))
        for header, cells in zip(sample.header, sample.columns, strict=True)
    )
    choices = _one_each(_one_kind_of_name(choices))
    return Suggestion(choices, _text(sample, name, choices))


def _choice(header: str, contents: Contents) -> Choice:
    if contents.check_digit >= MOST:
        reason = f"{contents.check_digit:.0%} of the cells are twelve digits with a check digit"
        return Choice(header, NUMBER, reason, _CERTAIN, contents)
    found = headings(header)
    if not found:
        return _by_contents(header, contents)
    best = found[0]
    verb = "is" if best.exact else "contains"
    reason = f"the header {verb} {LANGUAGES[best.language]} for {best.role}"
    # "number" is what English calls a serial number, and this audit a national one.
    other = header if header in ROLES and header != best.role else None
    rank = _CONTAINED if not best.exact else _OWN_WORD if other else _CERTAIN
    return _against_contents(Choice(header, best.role, reason, rank, contents, other))


def _by_contents(header: str, contents: Contents) -> Choice:
    role, reason = None, "neither the header nor the cells are known"
    if contents.are_dates:
        role = BIRTH if contents.years >= _YEARS_OF_VOTERS else "entered"
        reason = f"most cells are dates, over {contents.years} years"
    elif contents.sexes >= MOST:
        role, reason = SEX, "the cells are words for a sex"
    elif contents.whole_names >= MOST:
        role, reason = FULL_NAME, "most cells are three or four words"
    elif contents.counting >= MOST:
        role, reason = "serial", "the cells count up by one"
    return Choice(header, role, reason, _BY_CONTENTS if role else _NONE, contents)


def _against_contents(choice: Choice) -> Choice:
    """The choice, or another one where the cells say that the header means something else."""
    contents, role = choice.contents, choice.role
    if not contents.filled:
        return replace(choice, reason=f"{choice.reason}; the sample has no cell filled")
    if role == NUMBER and contents.counting >= MOST:
        return replace(choice, role="serial", reason=f"{choice.reason}, but the cells count up")
    if role in ("surname", "given") and contents.whole_names >= MOST:
        reason = f"{choice.reason}, but most cells are three or four words"
        return replace(choice, role=FULL_NAME, reason=reason)
    if role in (BIRTH, "entered") and not contents.are_dates:
        reason = f"{choice.reason}, but only {contents.dates:,} of {contents.filled:,} are dates"
        return replace(choice, reason=reason)
    if role == SEX and contents.sexes < MOST:
        return replace(choice, reason=f"{choice.reason}, but most cells are no known word for one")
    return choice


def _one_kind_of_name(choices: Sequence[Choice]) -> tuple[Choice, ...]:
    """Either the whole name or its parts; a bare "name" beside surnames is the given name."""
    roles = {choice.role for choice in choices}
    parts = {"surname", "given"} <= roles
    made = []
    for choice in choices:
        if choice.role == FULL_NAME and parts:
            choice = _left_out(choice, "the parts of the name have columns")
        elif choice.role == FULL_NAME and "surname" in roles and choice.contents.whole_names < MOST:
            choice = replace(
                choice, role="given", reason=f"{choice.reason}, beside a column of surnames"
            )
        elif choice.role in ("surname", "given", "patronymic") and FULL_NAME in roles and not parts:
            whole = any(c.role == FULL_NAME and c.contents.whole_names >= MOST for c in choices)
            choice = _left_out(choice, "another column has the whole name") if whole else choice
        made.append(choice)
    return tuple(made)


def _one_each(choices: Sequence[Choice]) -> tuple[Choice, ...]:
    """Each role once: to the column that was recognised best, then to the first."""
    made = list(choices)
    taken: dict[str, str] = {}
    for n in sorted(range(len(made)), key=lambda n: made[n].rank):
        choice = made[n]
        if choice.role in taken:
            choice = _another_role(choice, taken)
        if choice.role is not None:
            taken[choice.role] = choice.header
        made[n] = choice
    return tuple(made)


def _another_role(choice: Choice, taken: Mapping[str, str]) -> Choice:
    """The role whose name the header is, if that is free; else the column is left out."""
    assert choice.role is not None
    has = f"{_quoted(taken[choice.role])} has that role already"
    if choice.other is None or choice.other in taken:
        return _left_out(choice, has)
    reason = f"the header may be {choice.role} too, but {has}"
    return _against_contents(replace(choice, role=choice.other, reason=reason))


def _left_out(choice: Choice, why: str) -> Choice:
    return replace(choice, role=None, reason=f"{choice.reason}; {why}")


def _text(sample: Sample, name: str, choices: Sequence[Choice]) -> str:
    rows = max((len(cells) for cells in sample.columns), default=0)
    lines = [
        f"# Proposed for {_quoted(sample.file)} from its header and its first {rows:,} rows.",
        '# Nothing is applied before a person has confirmed it: replace every "?", and read',
        "# each line. docs/how-to/map-a-voter-list.md explains them.",
        "",
        f"[{name}]",
        f'supplier = "{OPEN}"  # who gave the list',
        f'legal_basis = "{OPEN}"  # the rule under which observers may hold it',
        f'received = "{OPEN}"  # the day it came, without quotation marks: 2004-09-10',
        *_dates(sample, choices),
        *_id_kind(choices),
        *_options(sample),
        "",
        f"[{name}.columns]",
    ]
    order = (*ROLES, FULL_NAME)
    chosen = sorted(
        (choice for choice in choices if choice.role), key=lambda c: order.index(str(c.role))
    )
    lines += [f"{c.role} = {_quoted(c.header)}  # {_comment(c.reason)}" for c in chosen]
    if not {"surname", FULL_NAME} & {choice.role for choice in chosen}:
        lines.append(f'surname = "{OPEN}"  # no column was recognised; or use full_name')
    left = [choice for choice in choices if not choice.role]
    lines += [f"# left out: {_quoted(c.header)}: {_comment(c.reason)}" for c in left]
    return "\n".join(lines) + "\n"


def _dates(sample: Sample, choices: Sequence[Choice]) -> list[str]:
    dated = [c for role in (BIRTH, "entered") for c in choices if c.role == role]
    if not dated:
        return []
    first, contents = dated[0], dated[0].contents
    if first.header in sample.typed:
        return ['dates = "ymd"  # the file itself says what is day, month and year']
    impossible = ", ".join(
        f"{contents.dates - contents.possible[order]:,} as {order}" for order in DATE_ORDERS
    )
    shown = f"of {contents.dates:,} dates in {_quoted(first.header)} impossible: {impossible}"
    if contents.only_order:
        return [
            f'dates = "{contents.only_order}"  # {shown};',
            "#   the only order that this sample allows. Have the supplier confirm it",
        ]
    return [f'dates = "{OPEN}"  # dmy, mdy or ymd; {shown}']


def _id_kind(choices: Sequence[Choice]) -> list[str]:
    contents = next((c.contents for c in choices if c.role == NUMBER), None)
    if contents is None:
        return []
    if not contents.filled:
        return [f'id_kind = "{OPEN}"  # iin or none; the sample has no number']
    share = contents.check_digit
    shown = f"{share:.0%} of the numbers have the check digit of an IIN, 9% would by chance"
    if share >= MOST:
        return [f'id_kind = "iin"  # {shown}']
    if share <= _HARDLY_ANY:
        return [f'id_kind = "none"  # {shown}']
    return [f'id_kind = "{OPEN}"  # iin or none; {shown}']


def _options(sample: Sample) -> list[str]:
    options = sample.options
    if sample.file.lower().endswith(".parquet"):
        return []
    if sample.file.lower().endswith(".xlsx"):
        return [f"header_row = {options.header_row}"]
    return [
        f"encoding = {_quoted(options.encoding)}  # the likeliest; look whether names are right",
        f"delimiter = {_quoted(options.delimiter)}",
        f"header_row = {options.header_row}",
    ]


def _quoted(text: str) -> str:
    """A text as TOML writes it; JSON escapes the same signs, but for one."""
    return json.dumps(text, ensure_ascii=False).replace("\x7f", "\\u007f")


def _comment(text: str) -> str:
    """On one line: a header may hold line breaks."""
    return " ".join(text.split())
