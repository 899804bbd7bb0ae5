"""What a database held when it was backed up; `state.json` in the backup."""

import json
from collections.abc import Iterator, Mapping
from dataclasses import asdict, dataclass, field, replace
from typing import Any

from paragraph8 import __version__
from paragraph8.server.backup.reading import Source, content_hash

FORMAT, VERSION = "paragraph8-state", 1
STATE = "state.json"
HASHES = {"rows": int, "sha256": str}
HEADS = {"length": int, "head": str}


@dataclass(frozen=True)
class State:
    """One state of a database.

    engine       sqlite or postgresql
    software     this software's version, and the database's
    migrations   `app.name` of each that was applied
    tables       name -> rows and hash of the content
    chains       name -> length and head
    home         member of the backup -> path in the home folder, of what is no attachment
    """

    engine: str
    software: Mapping[str, str]
    migrations: tuple[str, ...]
    tables: Mapping[str, Mapping[str, Any]]
    chains: Mapping[str, Mapping[str, Any]]
    home: Mapping[str, str] = field(default_factory=dict)

    def with_home(self, home: Mapping[str, str]) -> "State":
        """The same with the files of the home folder."""
        return replace(self, home=home)

    def to_json(self) -> bytes:
        """One text for one state."""
        document = {"format": FORMAT, "version": VERSION, **asdict(self)}
        return (json.dumps(document, indent=1, sort_keys=True) + "\n").encode()


def state_of(source: Source, engine: str) -> State:
    """Everything that a restored copy is compared with."""
    tables = {}
    for name, table in source.tables().items():
        rows, sha256 = content_hash(source, table)
        tables[name] = {"rows": rows, "sha256": sha256}
    return State(
        engine=engine,
        software={"paragraph8": __version__, "database": source.version},
        migrations=tuple(
            sorted(f"{app}.{name}" for app, name in _rows(source, "app, name", "django_migrations"))
        ),
        tables=tables,
        chains={
            name: {"length": int(length), "head": head}
            for name, length, head in _rows(source, "name, length, head", "record_chain")
        },
    )


def read_state(content: bytes) -> State:
    """The state in `state.json`. Raises ValueError, with the reason, for what is none."""
    document = json.loads(content)
    if not isinstance(document, dict):
        raise ValueError("its state is not an object")
    if (document.get("format"), document.get("version")) != (FORMAT, VERSION):
        raise ValueError(f"its state is not {FORMAT} {VERSION}")
    try:
        state = State(
            engine=str(document["engine"]),
            software=_texts(document["software"]),
            migrations=tuple(map(str, document["migrations"])),
            tables={str(name): _facts(given, HASHES) for name, given in document["tables"].items()},
            chains={str(name): _facts(given, HEADS) for name, given in document["chains"].items()},
            home=_texts(document["home"]),
        )
    except (KeyError, TypeError, AttributeError) as error:
        raise ValueError(f"its state lacks something: {error!r}") from None
    return state


def _texts(given: Mapping[str, object]) -> dict[str, str]:
    return {str(name): str(value) for name, value in given.items()}


def _facts(given: Mapping[str, Any], kinds: Mapping[str, type]) -> dict[str, Any]:
    return {name: kind(given[name]) for name, kind in kinds.items()}


def _rows(source: Source, columns: str, table: str) -> Iterator[tuple[Any, ...]]:
    """The rows of a table; none in a database from before it."""
    if table in source.tables():
        yield from source.query(f"SELECT {columns} FROM {table} ORDER BY {columns}")


def broken_chains(source: Source) -> Iterator[str]:
    """What is wrong in the chains of a database, link by link, as sentences."""
    # Imported here: a restore reads a state before Django knows which database it works on.
    from paragraph8.server.record.ledger import first_hash, join

    for pk, name, length, head in list(_rows(source, "id, name, length, head", "record_chain")):
        before, expected = first_hash(name), 1
        links = source.query(
            f"SELECT number, commitment, hash FROM record_link WHERE chain_id = {int(pk)}"
            " ORDER BY number"
        )
        for number, commitment, hash in links:
            if number != expected:
                yield f"chain {name}: a link is missing before {number}"
            if join(before, commitment) != hash:
                yield f"chain {name}: link {number} does not follow from the one before"
            before, expected = hash, number + 1
        if (expected - 1, before) != (length, head):
            yield f"chain {name}: it ends before the head that it states"
