"""Commands that are imported when they are asked for.

Statistics, charts and documents take longer to import than most commands take to run.
"""

from collections import UserDict
from collections.abc import Mapping
from importlib import import_module
from typing import Any

import typer
from typer.core import TyperGroup
from typer.main import get_command

PACKAGE = "paragraph8.cli"


class Places(UserDict[str, Any]):
    """Name of a command -> its "module:function"; what one takes out is the command itself."""

    def __init__(self, places: Mapping[str, str], settings: Mapping[str, dict[str, Any]]) -> None:
        super().__init__(places)
        self.settings = settings

    def __getitem__(self, name: str) -> Any:
        module, _, attribute = self.data[name].partition(":")
        found = getattr(import_module(f"{PACKAGE}.{module}"), attribute)
        if not isinstance(found, typer.Typer):
            alone = typer.Typer(add_completion=False, rich_markup_mode=None)
            alone.command(name, context_settings=self.settings.get(name))(found)
            found = alone
        command = get_command(found)
        command.name = name
        return command


def later(places: Mapping[str, str], **settings: dict[str, Any]) -> type[TyperGroup]:
    """The class of a group of commands, for `typer.Typer(cls=...)`.

    places     name of a command -> "module:function" or "module:group" below paragraph8.cli
    settings   name of a command -> settings of its context
    The help of the group imports every command; running one of them imports this one.
    """

    class Later(TyperGroup):
        def __init__(self, **attributes: Any) -> None:
            super().__init__(**attributes)
            self.commands = Places(places, settings)

    return Later


def only_commands() -> None:
    """Callback of such a group: Typer takes one without commands of its own for a mistake."""
