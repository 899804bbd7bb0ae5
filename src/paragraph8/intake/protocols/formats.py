"""The built-in formats, by country: each is a declaration in `declarations/`."""

from importlib import resources

from paragraph8.intake.protocols.declaration import Declaration, read_declaration
from paragraph8.kernel.problem import Problem

FORMATS = ("bulgaria", "georgia", "germany", "russia")
MAPPED = "mapped"


def built_in_declaration(name: str) -> Declaration:
    """The declaration of a built-in format. Raises Problem intake.unknown_format."""
    if name not in FORMATS:
        found = ", ".join((*FORMATS, MAPPED))
        raise Problem("intake.unknown_format", format=name, found=found)
    file = resources.files("paragraph8.intake.protocols") / "declarations" / f"{name}.toml"
    return read_declaration(name, file.read_text(encoding="utf-8"))
