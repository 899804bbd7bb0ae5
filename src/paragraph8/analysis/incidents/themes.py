"""The themes of the weekly report, and which items of the codebook belong to each."""

import tomllib
from collections.abc import Iterable
from dataclasses import dataclass
from functools import cache
from importlib import resources

import polars as pl

FORM = "weekly"


@dataclass(frozen=True, slots=True)
class Theme:
    """One section of the weekly report; what each entry means stands in `themes.toml`."""

    id: str
    number: str
    title: str
    how_known: str = ""
    verification: str = ""
    state: tuple[str, ...] = ()
    inner: bool = False

    @property
    def has_level(self) -> bool:
        """Whether numbers of it are counted: their level is asked, and they are for others."""
        return bool(self.verification) and not self.inner


@dataclass(frozen=True, slots=True)
class Themes:
    """All themes, and the items that say which week a report tells of."""

    publisher: str
    published_on: str
    first_day: str
    last_day: str
    all: tuple[Theme, ...]

    @property
    def beside(self) -> tuple[str, ...]:
        """Items that say nothing on a theme: which week, how known, how far verified."""
        named = [item for theme in self.all for item in (theme.how_known, theme.verification)]
        return (self.first_day, self.last_day, *(item for item in named if item))

    @property
    def state(self) -> tuple[str, ...]:
        """Numbers that are never added up over weeks."""
        return tuple(item for theme in self.all for item in theme.state)


@cache
def themes() -> Themes:
    """The themes as published."""
    file = resources.files("paragraph8.analysis.incidents") / "themes.toml"
    content = tomllib.loads(file.read_text(encoding="utf-8"))
    listed = [{**entry, "state": tuple(entry.get("state", ()))} for entry in content.pop("theme")]
    return Themes(**content, all=tuple(Theme(**entry) for entry in listed))


def theme_items(form_item: pl.DataFrame, among: Iterable[Theme]) -> pl.DataFrame:
    """theme, item, and the columns of `form_item`: what these themes ask, in codebook order.

    The theme of an item is the number in front of its id, so a mission's own items of a section
    belong to it too. Items that only say of which week or how known the section is are left out.
    """
    theme_of = {theme.number: theme.id for theme in among}
    number = pl.col("item").str.extract(r"^(W\d+)")
    return (
        form_item.filter(form=FORM)
        .filter(~pl.col("item").is_in(themes().beside))
        .with_columns(theme=number.replace_strict(theme_of, default=None, return_dtype=pl.String))
        .drop_nulls("theme")
        .sort("place")
        .select("theme", pl.exclude("theme"))
    )
