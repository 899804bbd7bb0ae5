"""The contracts of all tables, each written once.

The documentation page, the Frictionless schema and the checks are made from these.
"""

from paragraph8.tables.contract import Column, Contract
from paragraph8.tables.contracts_list_audit import LIST_AUDIT_CONTRACTS
from paragraph8.tables.contracts_observation import OBSERVATION_CONTRACTS
from paragraph8.tables.contracts_voterlist import LIST_VISIT
from paragraph8.tables.words import (
    CHANNELS,
    CONTESTANT_KINDS,
    FIELDS,
    SETTINGS,
    SOURCES,
    STATION_CHANNELS,
    STATION_KINDS,
)

ELECTION = Contract(
    name="election",
    row_is="one election on one day (each round is an election of its own)",
    key=("election",),
    columns=(
        Column("election", "string", "id: country and election day"),
        Column("country", "string", "ISO 3166 code of two letters"),
        Column("title", "string", "what was elected"),
        Column("election_day", "date", "the (last) day of voting"),
        Column("round", "integer", "first round is 1", minimum=1),
        Column("simulated", "boolean", "true if the data are invented"),
    ),
    example={
        "election": "zz-2024-05-12",
        "country": "ZZ",
        "title": "Election of the Assembly",
        "election_day": "2024-05-12",
        "round": 1,
        "simulated": True,
    },
)

CONTEST = Contract(
    name="contest",
    row_is="one ballot of an election",
    key=("election", "contest"),
    columns=(
        Column("election", "string", "election id", refers_to="election"),
        Column("contest", "string", "which ballot, for instance list"),
    ),
    example={"election": "zz-2024-05-12", "contest": "list"},
)

CONTESTANT = Contract(
    name="contestant",
    row_is="one line of a ballot, in ballot order; also the line for none of them",
    key=("election", "contest", "contestant"),
    columns=(
        Column("election", "string", "election id"),
        Column("contest", "string", "which ballot", refers_to="contest"),
        Column("contestant", "string", "code as the data use it"),
        Column("ballot_order", "integer", "place on the ballot or in the file", minimum=0),
        Column("name", "string", "name in the script of the source"),
        Column("kind", "string", "list, candidate, or none of them", one_of=CONTESTANT_KINDS),
    ),
    example={
        "election": "zz-2024-05-12",
        "contest": "list",
        "contestant": "2",
        "ballot_order": 2,
        "name": "River List",
        "kind": "list",
    },
)

AREA = Contract(
    name="area",
    row_is="one area of the tree of areas; the country itself is not a row",
    key=("election", "area"),
    columns=(
        Column("election", "string", "election id", refers_to="election"),
        Column("area", "string", "code, unique over all levels: parent code / own code"),
        Column("parent", "string", "code of the area above", required=False),
        Column("level", "string", "what kind of area, for instance district"),
        Column("name", "string", "name, or the code where the source gives none"),
    ),
    example={
        "election": "zz-2024-05-12",
        "area": "North",
        "parent": None,
        "level": "region",
        "name": "North",
    },
)

STATION = Contract(
    name="station",
    row_is="one polling station (or counting district) of an election",
    key=("election", "station"),
    columns=(
        Column("election", "string", "election id", refers_to="election"),
        Column("station", "string", "code of the station, unique in the election"),
        Column("area", "string", "lowest area it lies in", required=False, refers_to="area"),
        Column("kind", "string", "what kind of station", one_of=STATION_KINDS),
        Column("channels", "string", "how one could vote there", one_of=STATION_CHANNELS),
        Column("setting", "string", "what it lies in", required=False, one_of=SETTINGS),
        Column("registered", "integer", "on its list", "voters", required=False, minimum=0),
        Column(
            "longitude",
            "number",
            "position as the source gives it",
            "degrees east",
            required=False,
            minimum=-180,
            maximum=180,
        ),
        Column(
            "latitude",
            "number",
            "position as the source gives it",
            "degrees north",
            required=False,
            minimum=-90,
            maximum=90,
        ),
    ),
    example={
        "election": "zz-2024-05-12",
        "station": "N-01",
        "area": "North",
        "kind": "ordinary",
        "channels": "both",
        "setting": "urban",
        "registered": 1240,
        "longitude": 20.5,
        "latitude": 45.25,
    },
)

PROTOCOL = Contract(
    name="protocol",
    row_is="one result sheet of one station and ballot, as seen by one source",
    key=("protocol",),
    columns=(
        Column("protocol", "string", "id: election / contest / station / source / copy"),
        Column("election", "string", "election id"),
        Column("contest", "string", "which ballot", refers_to="contest"),
        Column("station", "string", "station code", refers_to="station"),
        Column("source", "string", "who saw it", one_of=SOURCES),
        Column(
            "copy",
            "integer",
            "1, or more where the source gave the station again; only copy 1 enters figures",
            minimum=1,
        ),
        Column("signed_on", "date", "date written on the protocol", required=False),
        Column("source_file", "string", "file it came from"),
        Column("source_row", "integer", "line of that file, the header being line 1", minimum=1),
    ),
    example={
        "protocol": "zz-2024-05-12/list/N-01/published/1",
        "election": "zz-2024-05-12",
        "contest": "list",
        "station": "N-01",
        "source": "published",
        "copy": 1,
        "signed_on": "2024-05-12",
        "source_file": "zz_2024.csv",
        "source_row": 2,
    },
)

PROTOCOL_FIGURE = Contract(
    name="protocol_figure",
    row_is="one number of a protocol that is not a contestant's votes",
    key=("protocol", "field", "channel"),
    columns=(
        Column("protocol", "string", "protocol id", refers_to="protocol"),
        Column("field", "string", "which number", one_of=FIELDS),
        Column("channel", "string", "voting channel it counts", one_of=CHANNELS),
        Column("value", "integer", "the number", "voters or ballots", minimum=0),
    ),
    example={
        "protocol": "zz-2024-05-12/list/N-01/published/1",
        "field": "voted",
        "channel": "all",
        "value": 412,
    },
)

PROTOCOL_VOTE = Contract(
    name="protocol_vote",
    row_is="the votes of one contestant in one protocol; an empty cell has no row",
    key=("protocol", "contestant", "channel"),
    columns=(
        Column("protocol", "string", "protocol id", refers_to="protocol"),
        Column("contestant", "string", "contestant code"),
        Column("channel", "string", "voting channel", one_of=CHANNELS),
        Column("votes", "integer", "votes", "votes", minimum=0),
    ),
    example={
        "protocol": "zz-2024-05-12/list/N-01/published/1",
        "contestant": "2",
        "channel": "paper",
        "votes": 118,
    },
)

OFFICIAL_FIGURE = Contract(
    name="official_figure",
    row_is="one announced total; every version is kept",
    key=("election", "contest", "field", "contestant", "channel", "version"),
    columns=(
        Column("election", "string", "election id"),
        Column("contest", "string", "which ballot", refers_to="contest"),
        Column("field", "string", "votes, or a field of the protocol", one_of=("votes", *FIELDS)),
        Column("contestant", "string", "contestant code; - where the field is not votes"),
        Column("channel", "string", "voting channel", one_of=CHANNELS),
        Column("version", "integer", "1 for the first announcement", minimum=1),
        Column("value", "integer", "the total", "votes or voters", minimum=0),
        Column("source_file", "string", "file it came from"),
        Column("source_row", "integer", "line of that file", minimum=1),
    ),
    example={
        "election": "zz-2024-05-12",
        "contest": "list",
        "field": "votes",
        "contestant": "2",
        "channel": "all",
        "version": 1,
        "value": 1420,
        "source_file": "zz_totals.csv",
        "source_row": 3,
    },
)

FAULT = Contract(
    name="fault",
    row_is="one cell or row of a source that could not be read as what it should be",
    key=("source_file", "source_row", "column", "code"),
    columns=(
        Column("source_file", "string", "file"),
        Column("source_row", "integer", "line of that file", minimum=1),
        Column("column", "string", "column, or * for the whole row"),
        Column("code", "string", "problem code"),
        Column("raw", "string", "the text as it stands in the source", required=False),
        Column("protocol", "string", "protocol it belongs to, if any", required=False),
    ),
    example={
        "source_file": "zz_2024.csv",
        "source_row": 7,
        "column": "voted",
        "code": "fault.not_a_number",
        "raw": "4l2",
        "protocol": "zz-2024-05-12/list/N-06/published/1",
    },
)

CONTRACTS = (
    ELECTION,
    CONTEST,
    CONTESTANT,
    AREA,
    STATION,
    PROTOCOL,
    PROTOCOL_FIGURE,
    PROTOCOL_VOTE,
    OFFICIAL_FIGURE,
    FAULT,
    *OBSERVATION_CONTRACTS,
    *LIST_AUDIT_CONTRACTS,
    LIST_VISIT,
)
BY_NAME = {contract.name: contract for contract in CONTRACTS}
