"""One report as a page shows it: answers, what came besides, whether it still is as it came."""

import hashlib
from collections.abc import Sequence
from dataclasses import dataclass

from paragraph8.kernel.problem import Problem
from paragraph8.server.missions.access import Seat
from paragraph8.server.openrosa.chained import told_of_file, told_of_submission
from paragraph8.server.openrosa.models import Conflict, Submission, SubmissionFile
from paragraph8.server.record.files import file_store
from paragraph8.server.record.ledger import commit_to, first_hash, join
from paragraph8.server.record.models import Link
from paragraph8.server.review.access import reports_of
from paragraph8.server.review.pictures import may_be_picture, was_no_picture
from paragraph8.server.review.reading import Answer, Pair, beside, readable

MOST_BYTES_CHECKED = 50_000_000


@dataclass(frozen=True, slots=True)
class Checked:
    """A link of a chain and whether it still fits; number None: there is no link."""

    number: int | None
    hash: str
    fits: bool


@dataclass(frozen=True, slots=True)
class FileLine:
    """A file of a report: sound, changed, lost, or unchecked; and whether a page may show it."""

    file: SubmissionFile
    condition: str
    link: Checked
    picture: bool


@dataclass(frozen=True, slots=True)
class Beside:
    """Two reports side by side: the other one, what differs, and how much is the same."""

    other: Submission | Conflict
    differing: list[Pair]
    same: list[Pair]
    problem: str = ""


def link_of(chain: str, subject: str, told: dict[str, object]) -> Checked:
    """The link that commits to a subject, checked against what it tells and the link before."""
    link = Link.objects.filter(chain__name=chain, subject=subject).first()
    if link is None:
        return Checked(None, "", fits=False)
    before = Link.objects.filter(chain=link.chain_id, number=link.number - 1).first()
    came_before = before.hash if before else first_hash(chain)
    whole = before is not None or link.number == 1
    fits = (
        whole
        and commit_to(link.salt, told) == link.commitment
        and join(came_before, link.commitment) == link.hash
    )
    return Checked(link.number, link.hash, fits)


def link_of_report(submission: Submission) -> Checked:
    """The report's link in the chain of submissions; its bytes must have the hash it tells."""
    chain = f"{submission.mission.slug}/submissions"
    link = link_of(chain, f"submission {submission.pk}", told_of_submission(submission))
    sound = hashlib.sha256(bytes(submission.xml)).hexdigest() == submission.xml_sha256
    return Checked(link.number, link.hash, link.fits and sound)


def files_of(submission: Submission, check: bool) -> list[FileLine]:
    """The files of a report. Their bytes are checked if `check`, or if they are not very many."""
    files = list(submission.files.order_by("name", "pk"))
    check = check or sum(file.size for file in files) <= MOST_BYTES_CHECKED
    chain = f"{submission.mission.slug}/files"
    lines = []
    for file in files:
        subject = f"submission {submission.pk} file {file.pk}"
        condition, start = _condition(file, check)
        picture = may_be_picture(start) and not was_no_picture(file.sha256)
        link = link_of(chain, subject, told_of_file(file))
        lines.append(FileLine(file, condition, link, picture))
    return lines


def missing_of(submission: Submission, lines: Sequence[FileLine]) -> list[str]:
    """The names that the XML has and no file."""
    here = {line.file.name for line in lines}
    return [name for name in submission.expected if name not in here]


def answers_and_problem(submission: Submission, language: str) -> tuple[list[Answer], str]:
    """The answers, or the sentence that says why they cannot be read."""
    try:
        return readable(submission, bytes(submission.xml), language), ""
    except Problem as problem:
        return [], str(problem)


def conflicts_of(submission: Submission, language: str) -> list[Beside]:
    """Every conflict of a report beside its first version, open ones first."""
    conflicts = sorted(
        submission.conflicts.order_by("pk"), key=lambda one: one.settled_at is not None
    )
    return [_beside(submission, one, submission, bytes(one.xml), language) for one in conflicts]


def corrections_of(seat: Seat, submission: Submission, language: str) -> list[Beside]:
    """The reports that replace this one, oldest first, and what each changed."""
    newer = reports_of(seat).filter(replaces=submission).select_related("mission").order_by("pk")
    return [_beside(submission, one, one, bytes(one.xml), language) for one in newer]


def replaced_by(seat: Seat, submission: Submission, language: str) -> Beside | None:
    """The report that this one replaces, and what changed since; None if the seat sees none."""
    if submission.replaces_id is None:
        return None
    old = reports_of(seat).filter(pk=submission.replaces_id).select_related("mission").first()
    if old is None:
        return None
    compared = _beside(old, submission, submission, bytes(submission.xml), language)
    return Beside(old, compared.differing, compared.same, compared.problem)


def _beside(
    first: Submission, other: Submission | Conflict, form: Submission, xml: bytes, language: str
) -> Beside:
    """`form` is the report whose form version `xml` belongs to."""
    try:
        pairs = beside(readable(first, bytes(first.xml), language), readable(form, xml, language))
    except Problem as problem:
        return Beside(other, [], [], str(problem))
    return Beside(other, [p for p in pairs if p.differs], [p for p in pairs if not p.differs])


def _condition(file: SubmissionFile, check: bool) -> tuple[str, bytes]:
    """Whether the bytes are what they were, and their beginning."""
    digest, start = hashlib.sha256(), b""
    try:
        for piece in file_store().read(file.sha256):
            start = start or piece[:16]
            if not check:
                return "unchecked", start
            digest.update(piece)
    except FileNotFoundError:
        return "lost", b""
    return ("sound" if digest.hexdigest() == file.sha256 else "changed"), start
