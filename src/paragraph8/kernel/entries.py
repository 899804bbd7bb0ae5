"""TOML entries read with care: every fault names file, place and what was expected."""

import codecs
import re
import tomllib
from collections.abc import Mapping
from datetime import date, datetime
from typing import Any

from paragraph8.kernel.problem import Problem

CONTROL = re.compile(r"[\x00-\x08\x0b-\x1f\x7f]")


class Entries:
    """One TOML table, its place in the file, and which of its entries have been read.

    kind   the first word of the problem codes it raises: mapping, mission
    """

    def __init__(
        self, file: str, where: str, content: Mapping[str, Any], kind: str = "mapping"
    ) -> None:
        self.kind = kind
        self.file = file
        self.where = where
        self._content = content
        self._read: set[str] = set()
        self._inner: list[Entries] = []

    def __bool__(self) -> bool:
        return bool(self._content)

    def has(self, key: str) -> bool:
        """Whether the entry is there."""
        return key in self._content

    def entry_names(self) -> list[str]:
        """All keys, in file order."""
        return list(self._content)

    def text(self, key: str, default: str | None = None) -> str:
        """A text. Raises mapping.missing_entry, mapping.bad_value."""
        text = str(self._value(key, str, "a text", default))
        if CONTROL.search(text):
            raise self._bad(key, text, "a text without control characters")
        return text

    def number(self, key: str, default: int | None = None) -> int:
        """A whole number of at least 1."""
        value = self._value(key, int, "a whole number", default)
        if isinstance(value, bool) or value < 1:
            raise self._bad(key, value, "a whole number of at least one")
        return int(value)

    def flag(self, key: str) -> bool:
        """true or false; false where absent."""
        return bool(self._value(key, bool, "true or false", False))

    def day(self, key: str) -> date:
        """A date, written as 2023-04-02 without quotation marks."""
        expected = "a date like 2023-04-02, without quotation marks"
        value = self._value(key, date, expected, None)
        if isinstance(value, datetime):
            raise self._bad(key, value, expected)
        assert isinstance(value, date)
        return value

    def texts(self, key: str) -> tuple[str, ...]:
        """A text or a list of texts; empty where absent."""
        value = self._value(key, (str, list), "a text or a list of texts", [])
        texts = [value] if isinstance(value, str) else value
        if not all(isinstance(text, str) for text in texts):
            raise self._bad(key, value, "a text or a list of texts")
        return tuple(texts)

    def some_texts(self, key: str) -> tuple[str, ...]:
        """A text or a list of at least one text."""
        texts = self.texts(key)
        if not texts:
            raise self._bad(key, [], "a text or a list of texts")
        return texts

    def word(self, key: str, words: tuple[str, ...], default: str | None = None) -> str:
        """One of these words."""
        value = self.text(key, default)
        if value not in words:
            raise self._bad(key, value, f"one of {', '.join(words)}")
        return value

    def encoding(self, key: str, default: str) -> str:
        """The name of a text encoding that Python knows."""
        value = self.text(key, default)
        try:
            codecs.lookup(value)
        except LookupError:
            raise self._bad(key, value, "the name of a text encoding, like utf-8") from None
        return value

    def anything(self, key: str) -> dict[str, Any]:
        """A table as it stands, for those who check it themselves; empty where absent."""
        return dict(self._value(key, dict, "a table", {}))

    def mapping(self, key: str) -> dict[str, str]:
        """A table of texts; empty where absent."""
        inner = self.table(key, optional=True)
        return {name: inner.text(name) for name in inner.entry_names()}

    def names(self, key: str) -> dict[str, dict[str, str]]:
        """A table of tables of texts; empty where absent."""
        inner = self.table(key, optional=True)
        return {name: inner.mapping(name) for name in inner.entry_names()}

    def optional_pattern(self, key: str) -> re.Pattern[str] | None:
        """A regular expression, or None where absent. Raises mapping.bad_pattern."""
        self._read.add(key)
        return self.pattern(key) if key in self._content else None

    def pattern(self, key: str) -> re.Pattern[str]:
        """A regular expression. Raises mapping.bad_pattern, mapping.missing_entry."""
        text = self.text(key)
        try:
            return re.compile(text)
        except re.error as error:
            raise Problem(
                f"{self.kind}.bad_pattern", file=self.file, pattern=text, reason=error
            ) from None

    def table(self, key: str, optional: bool = False) -> "Entries":
        """A table inside this one; an empty one where absent and optional."""
        content = self._value(key, dict, "a table", {} if optional else None)
        return self._enter(f"[{key}]", content)

    def tables(self, key: str, optional: bool = False) -> list["Entries"]:
        """A list of tables."""
        content = self._value(key, list, "a list of tables", [] if optional else None)
        if not all(isinstance(entry, dict) for entry in content):
            raise self._bad(key, content, "a list of tables")
        return [self._enter(f"[[{key}]] {n}", entry) for n, entry in enumerate(content, start=1)]

    def texts_or_tables(self, key: str) -> list["str | Entries"]:
        """A non-empty list whose items are texts or tables."""
        content = self._value(key, list, "a list", None)
        if not content or not all(isinstance(entry, (str, dict)) for entry in content):
            raise self._bad(key, content, "a list of column names")
        return [
            entry if isinstance(entry, str) else self._enter(f"{key} {n}", entry)
            for n, entry in enumerate(content, start=1)
        ]

    def refuse_unread(self) -> None:
        """Raises mapping.unknown_entry for an entry, here or inside, that nobody has asked for."""
        for key in self._content:
            if key not in self._read:
                known = ", ".join(sorted(self._read))
                raise Problem(
                    f"{self.kind}.unknown_entry",
                    file=self.file,
                    where=self.where,
                    entry=key,
                    known=known,
                )
        for inner in self._inner:
            inner.refuse_unread()

    def _enter(self, name: str, content: Mapping[str, Any]) -> "Entries":
        where = name if self.where == "the file" else f"{self.where} {name}"
        inner = Entries(self.file, where, content, self.kind)
        self._inner.append(inner)
        return inner

    def _value(self, key: str, kind: Any, expected: str, default: Any) -> Any:
        self._read.add(key)
        if key not in self._content:
            if default is None:
                entry = f"{key} in {self.where}"
                raise Problem(f"{self.kind}.missing_entry", file=self.file, entry=entry)
            return default
        value = self._content[key]
        if not isinstance(value, kind):
            raise self._bad(key, value, expected)
        return value

    def _bad(self, key: str, value: object, expected: str) -> Problem:
        where = f"{key} in {self.where}"
        return Problem(
            f"{self.kind}.bad_value", file=self.file, where=where, value=value, expected=expected
        )


def read_toml(file: str, text: str, kind: str = "mapping") -> Entries:
    """The top table of a TOML text. Raises Problem mapping.not_toml (or of another `kind`)."""
    try:
        return Entries(file, "the file", tomllib.loads(text), kind)
    except tomllib.TOMLDecodeError as error:
        raise Problem(f"{kind}.not_toml", file=file, reason=error) from None
