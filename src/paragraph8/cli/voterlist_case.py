"""The case file of an audit: asked for with everything it needs, or not at all."""

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

from paragraph8.cli.terminal import progress, say
from paragraph8.kernel.problem import Problem
from paragraph8.voterlist.engine import Engine
from paragraph8.voterlist.privacy.case_facts import CaseFacts
from paragraph8.voterlist.privacy.case_file import Cases, case_file
from paragraph8.voterlist.privacy.inputs import recorded
from paragraph8.voterlist.privacy.pseudonyms import KEY_FILE, read_key
from paragraph8.voterlist.privacy.sealed import read_recipient, write_sealed
from paragraph8.voterlist.read.source import Source


@dataclass(frozen=True, slots=True)
class CaseOptions:
    """What the command line says of the case file; `path` None: there is to be none."""

    path: Path | None
    recipient: str
    purpose: str
    delete_by: str


def check_case(options: CaseOptions) -> None:
    """Before hours of work: whether the case file could be written.

    Raises Problem voterlist.case_needs, voterlist.bad_recipient, file.not_usable.
    """
    if options.path is None:
        if options.recipient or options.purpose or options.delete_by:
            raise Problem("voterlist.case_needs", missing="--case-file")
        return
    check_new_file(options.path)
    needed = {"--purpose": options.purpose, "--delete-by": options.delete_by}
    missing = [name for name, value in needed.items() if not value]
    if not options.recipient or missing:
        raise Problem(
            "voterlist.case_needs",
            missing=", ".join(([] if options.recipient else ["--recipient"]) + missing),
        )
    read_recipient(options.recipient)


def check_new_file(path: Path | None) -> None:
    """Before hours of work: whether a file can be made there. Raises file.not_usable."""
    if path is None:
        return
    if path.exists():
        raise Problem("file.not_usable", file=path, reason="it exists already")
    if not path.absolute().parent.is_dir():
        raise Problem("file.not_usable", file=path, reason="there is no such folder")


def say_case(options: CaseOptions) -> None:
    """Where the case file is, if there is one."""
    if options.path is not None:
        say(f"case file: {options.path}, sealed; only its recipient can open it")


def write_case(
    options: CaseOptions, out: Path, engine: Engine, cases: Cases, sources: Sequence[Source]
) -> None:
    """Seal the entries that need a person's look for the recipient."""
    if options.path is None:
        return
    progress("sealing the case file")
    facts = CaseFacts(
        mission="; ".join(dict.fromkeys(source.supplier for source in sources)),
        purpose=options.purpose,
        legal_basis="; ".join(dict.fromkeys(source.legal_basis for source in sources)),
        recipient=options.recipient,
        delete_by=options.delete_by,
    )
    content = case_file(
        engine,
        cases,
        facts,
        [recorded(source) for source in sources],
        key=read_key(out / KEY_FILE),
        recipient=options.recipient,
    )
    write_sealed(options.path, content)
    say(f"case file, sealed for {options.recipient[:12]}…: {options.path}")
