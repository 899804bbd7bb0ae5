"""The contracts of what observers saw: mission, teams, forms, observations, answers, incidents.

No table holds a name, a comment or the code that a team uses in the field: teams are pseudonymous,
and an answer in free words is only marked as withheld.
"""

from paragraph8.tables.contract import Column, Contract
from paragraph8.tables.words import (
    ANSWER_STATES,
    CHANNELS,
    ENTRY_MODES,
    FIELDS,
    FORMS,
    ITEM_TYPES,
    MISSION_FORMATS,
    OBSERVER_TERMS,
    SEEN,
    SETTINGS,
)

ELECTION_DAY = "zz-2024-05-12"

MISSION = Contract(
    name="mission",
    row_is="the observation mission whose reports these are",
    key=("mission",),
    columns=(
        Column("mission", "string", "short name of the mission"),
        Column("title", "string", "full name"),
        Column("format", "string", "kind of mission", one_of=MISSION_FORMATS),
        Column("languages", "string", "languages of its forms, joined by ;"),
        Column("simulated", "boolean", "true if the reports are invented"),
    ),
    example={
        "mission": "lumria-2024",
        "title": "Observation Mission Lumria 2024",
        "format": "full",
        "languages": "en;ru",
        "simulated": True,
    },
)

TEAM = Contract(
    name="team",
    row_is="one team of observers under a pseudonym",
    key=("team",),
    columns=(
        Column("team", "string", "pseudonym, the same in every snapshot of the mission"),
        Column(
            "observers",
            "integer",
            "members of the team; empty: not known, as of reports collected elsewhere",
            "observers",
            minimum=1,
            required=False,
        ),
        Column("nationalities", "string", "ISO 3166 codes of the members' states, joined by ;"),
        Column("institution", "string", "sending institution", required=False),
        Column("area", "string", "area of deployment", required=False),
        Column("long_term", "boolean", "true for long-term observers"),
        Column("excluded", "string", "why its forms are out of every analysis", required=False),
    ),
    example={
        "team": "t-5c1f09aa",
        "observers": 2,
        "nationalities": "DE;KZ",
        "institution": "ODIHR",
        "area": "North",
        "long_term": False,
        "excluded": None,
    },
)

DEPLOYMENT = Contract(
    name="deployment",
    row_is="one stop in a team's plan for election day",
    key=("election", "team", "stop"),
    columns=(
        Column("election", "string", "election id", refers_to="election"),
        Column("team", "string", "pseudonym", refers_to="team"),
        Column("stop", "integer", "place in the route, first is 1", minimum=1),
        Column("station", "string", "station code", refers_to="station"),
        Column("form", "string", "what is observed there", one_of=FORMS),
    ),
    example={
        "election": ELECTION_DAY,
        "team": "t-5c1f09aa",
        "stop": 1,
        "station": "N-01",
        "form": "opening",
    },
)

FORM_ITEM = Contract(
    name="form_item",
    row_is="one question of the codebook; its polarity hangs on its id, never on its wording",
    key=("item",),
    columns=(
        Column("item", "string", "id, for instance V35"),
        Column("form", "string", "form it belongs to; header: asked in several", required=True),
        Column("place", "integer", "place in the codebook", minimum=1),
        Column("type", "string", "how it is answered", one_of=ITEM_TYPES),
        Column("problem", "string", "answers that are a problem, joined by ;", required=False),
        Column("serious", "boolean", "a problem here is a serious violation"),
        Column("country", "boolean", "belongs to the block adapted to the country"),
        Column("asked_if", "string", "condition under which it is asked", required=False),
        Column("whole", "boolean", "can be judged only by who saw the stage from its start"),
        Column("standards", "string", "commitments, most specific first, joined by ;"),
        Column("supports", "string", "what kind of finding it can support", required=False),
        Column("unit", "string", "unit of a number", required=False),
        Column("field", "string", "field of the protocol", required=False, one_of=FIELDS),
        Column("channel", "string", "channel of that field", required=False, one_of=CHANNELS),
        Column("says", "string", "the question in English"),
    ),
    example={
        "item": "V35",
        "form": "voting",
        "place": 101,
        "type": "yes_no",
        "problem": "yes",
        "serious": False,
        "country": False,
        "asked_if": None,
        "whole": False,
        "standards": "CGP-I.4",
        "supports": "secrecy",
        "unit": None,
        "field": None,
        "channel": None,
        "says": "Did two or more voters mark ballots together?",
    },
)

OBSERVATION = Contract(
    name="observation",
    row_is="one form that a team sent: what it saw at one place at one stage",
    key=("observation",),
    columns=(
        Column("observation", "string", "id, the same in every snapshot of the mission"),
        Column("election", "string", "election id", refers_to="election"),
        Column("form", "string", "which form", one_of=FORMS),
        Column("version", "string", "version of the form as filled in"),
        Column("station", "string", "station code", required=False, refers_to="station"),
        Column("station_stated", "string", "code as stated, if no station has it", required=False),
        Column("area", "string", "area, where no station is named", required=False),
        Column("team", "string", "pseudonym", refers_to="team"),
        Column("day", "date", "day of arrival at the place", required=False),
        Column("arrived", "integer", "after midnight of that day", "minutes", required=False),
        Column("departed", "integer", "after the same midnight", "minutes", required=False),
        Column("seen", "string", "from its start, or a part", required=False, one_of=SEEN),
        Column("setting", "string", "what the place lies in", required=False, one_of=SETTINGS),
        Column("repeat", "boolean", "the team had been there before", required=False),
        Column("entry", "string", "how it reached the mission", one_of=ENTRY_MODES),
        Column("received", "string", "when the mission received it, ISO 8601 in UTC"),
        Column("late", "boolean", "received after the hour of the freeze"),
        Column("replaced_by", "string", "the correction that replaces it", required=False),
        Column("excluded", "string", "why it is out of every analysis", required=False),
    ),
    example={
        "observation": "o-8f0d2c7e6b5a4938",
        "election": ELECTION_DAY,
        "form": "voting",
        "version": "1",
        "station": "N-01",
        "station_stated": None,
        "area": None,
        "team": "t-5c1f09aa",
        "day": "2024-05-12",
        "arrived": 605,
        "departed": 640,
        "seen": None,
        "setting": "urban",
        "repeat": False,
        "entry": "phone",
        "received": "2024-05-12T10:45:10Z",
        "late": False,
        "replaced_by": None,
        "excluded": None,
    },
)

ANSWER = Contract(
    name="answer",
    row_is="the answer to one item of one form, or why there is none",
    key=("observation", "item"),
    columns=(
        Column("observation", "string", "observation id", refers_to="observation"),
        Column("item", "string", "item id; -CODE after it: of that contestant"),
        Column("state", "string", "given, not known, not applicable, …", one_of=ANSWER_STATES),
        Column(
            "value",
            "string",
            "the answer; several are joined by ;",
            "as the item says",
            required=False,
        ),
    ),
    example={
        "observation": "o-8f0d2c7e6b5a4938",
        "item": "V35",
        "state": "given",
        "value": "no",
    },
)

INCIDENT = Contract(
    name="incident",
    row_is="one incident that a team reported",
    key=("incident",),
    columns=(
        Column("incident", "string", "observation id of the report", refers_to="observation"),
        Column("categories", "string", "what happened, joined by ;", required=False),
        Column("how_known", "string", "seen, told, document, media", required=False),
        Column("verification", "string", "observed … refuted", required=False),
        Column("severity", "integer", "severity", minimum=1, maximum=4, required=False),
        Column("ongoing", "boolean", "still going on", required=False),
        Column("effect", "string", "effect on voting or counting", required=False),
    ),
    example={
        "incident": "o-8f0d2c7e6b5a4938",
        "categories": "secrecy",
        "how_known": "seen_both",
        "verification": "observed",
        "severity": 2,
        "ongoing": False,
        "effect": "none",
    },
)

REPORTING = Contract(
    name="reporting",
    row_is="how many reports of one form were expected and what became of those received",
    key=("election", "form"),
    columns=(
        Column("election", "string", "election id", refers_to="election"),
        Column("form", "string", "which form", one_of=FORMS),
        Column("expected", "integer", "by the deployment plan", "forms", minimum=0),
        Column("received", "integer", "accepted before the freeze", "forms", minimum=0),
        Column("late", "integer", "accepted after the freeze", "forms", minimum=0),
        Column("pending", "integer", "waiting for photos or for review", "forms", minimum=0),
        Column("excluded", "integer", "out of every analysis", "forms", minimum=0),
    ),
    example={
        "election": ELECTION_DAY,
        "form": "voting",
        "expected": 10,
        "received": 8,
        "late": 1,
        "pending": 1,
        "excluded": 0,
    },
)

ATTACHMENT = Contract(
    name="attachment",
    row_is="one photograph or file of a report, by its hash; the file itself enters no snapshot",
    key=("observation", "item"),
    columns=(
        Column("observation", "string", "observation id", refers_to="observation"),
        Column("item", "string", "item id"),
        Column("sha256", "string", "SHA-256 of the file as it was sent"),
        Column("size", "integer", "size of the file", "bytes", minimum=0),
    ),
    example={
        "observation": "o-8f0d2c7e6b5a4938",
        "item": "C41_photo1",
        "sha256": "9f86d081884c7d659a2feaa0c55ad015a3bf4f1b2b0b822cd15d6c15b0f00a08",
        "size": 301244,
    },
)

COMMENT_THEME = Contract(
    name="comment_theme",
    row_is="one theme of a comment, as a person coded it; the comment itself enters no snapshot",
    key=("observation", "item", "theme"),
    columns=(
        Column("observation", "string", "observation id", refers_to="observation"),
        Column("item", "string", "item id of the comment"),
        Column("theme", "string", "theme, a word of `supports` in the codebook"),
        Column("language", "string", "language of the comment, ISO 639", required=False),
    ),
    example={
        "observation": "o-8f0d2c7e6b5a4938",
        "item": "V64",
        "theme": "secrecy",
        "language": "ru",
    },
)

OBSERVER_COUNT = Contract(
    name="observer_count",
    row_is="how many observers there were, as somebody stated it; every statement is kept",
    key=("election", "term", "version"),
    columns=(
        Column("election", "string", "election id", refers_to="election"),
        Column("term", "string", "which observers", one_of=OBSERVER_TERMS),
        Column("version", "integer", "1 for the first statement", minimum=1),
        Column("stated_on", "date", "day of the statement", required=False),
        Column("observers", "integer", "observers", "observers", minimum=0),
        Column("states", "integer", "states they came from", "states", required=False),
        Column("at_least", "boolean", "stated as `over` or `more than`"),
        Column("source", "string", "who stated it"),
    ),
    example={
        "election": ELECTION_DAY,
        "term": "short_term",
        "version": 1,
        "stated_on": "2024-05-13",
        "observers": 40,
        "states": 12,
        "at_least": False,
        "source": "press release of the mission",
    },
)

OBSERVATION_CONTRACTS = (
    MISSION,
    TEAM,
    DEPLOYMENT,
    FORM_ITEM,
    OBSERVATION,
    ANSWER,
    INCIDENT,
    REPORTING,
    ATTACHMENT,
    COMMENT_THEME,
    OBSERVER_COUNT,
)
