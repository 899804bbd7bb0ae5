"""The queries to teams by name: what is odd, what to do about it, and how much hangs on it."""

from dataclasses import dataclass

# What hangs on it: a finding of the statement may; the form's place in the figures does; little.
SEVERITIES = ("urgent", "ask", "note")


@dataclass(frozen=True, slots=True)
class Query:
    """One query.

    sentence   what is odd
    remedy     what to ask the team, or what the desk can do itself
    severity   urgent: ask before the statement, a finding may rest on it; ask: ask the team;
               note: the desk can settle it
    base       what can be checked, in words that can follow "of the voting forms"
    """

    name: str
    sentence: str
    remedy: str
    severity: str
    base: str


QUERIES = (
    Query(
        "serious_without_comment",
        "The form reports a serious violation and says nothing about it.",
        "Ask what happened, when, how it is known, and who by role; no names.",
        "urgent",
        "that report a serious violation",
    ),
    Query(
        "best_mark_with_serious",
        "The form reports a serious violation and gives the best overall mark.",
        "Ask which of both is meant; a mistaken tick is corrected by a new form.",
        "urgent",
        "with an overall mark and an answer about serious violations",
    ),
    Query(
        "worst_mark_without_problem",
        "The form gives the worst overall mark and reports no problem.",
        "Ask what the mark rests on; what was seen belongs into the answers or the comment.",
        "ask",
        "with an overall mark and an answer about problems",
    ),
    Query(
        "short_visit",
        "The team left sooner than it can have seen what the form asks.",
        "Ask whether the times are right, and if so why the team left; answers about the whole "
        "visit stand on little.",
        "ask",
        "whose times are given and in order",
    ),
    Query(
        "departure_before_arrival",
        "The team left before it came.",
        "Ask for the right times.",
        "ask",
        "whose times are given",
    ),
    Query(
        "no_times",
        "The day, the arrival or the departure is not given.",
        "Ask for the times; without them the visit cannot be compared with others.",
        "note",
        "that ask for times",
    ),
    Query(
        "future_or_late",
        "The report was received before the departure it tells of.",
        "Ask for the right time of departure, and look at the clock of the phone.",
        "note",
        "whose departure and time of receipt are given",
    ),
    Query(
        "two_places",
        "The team was at different places at the same time.",
        "Ask which station and which times are right, or whether the team divided.",
        "ask",
        "whose place and times are given",
    ),
    Query(
        "impossible_travel",
        "The way from the last station, or to the next, is too long for the time between.",
        "Ask for the numbers of the stations first, then for the times.",
        "ask",
        "whose times and whose station's position are given, beside others of their team",
    ),
    Query(
        "sent_twice",
        "The team reports the same visit more than once.",
        "Ask which report stands, and enter it as the correction of the other.",
        "urgent",
        "whose place and arrival are given",
    ),
    Query(
        "straight_lining",
        "Many forms of the team give nearly the same answers where those of others vary.",
        "Speak with the team about how it fills in its forms; places may really be alike.",
        "ask",
        "with enough answers to compare, of teams with enough forms",
    ),
    Query(
        "copied",
        "Forms about different visits agree more than chance brings about.",
        "Ask the team whether a form was filled in from another; compare comments and photographs.",
        "ask",
        "with enough answers to compare",
    ),
    Query(
        "protocol_figures",
        "The numbers copied from the result protocol do not agree with each other.",
        "Compare with the photograph; if the form copies it rightly, the protocol is at fault.",
        "urgent",
        "whose figures can be checked",
    ),
    Query(
        "turnout_backwards",
        "Fewer voters at departure than at arrival, or more than the list and those added.",
        "Ask for the numbers and where they were read.",
        "note",
        "that give the numbers of voters",
    ),
    Query(
        "duplicate_photo",
        "The same photograph came with another report too.",
        "Find out which station it shows, and ask for the missing photograph.",
        "ask",
        "with a photograph",
    ),
    Query(
        "unknown_station",
        "The station stated is not in the list of stations.",
        "Find the station, or add it to the list; until then it has no region in any table.",
        "note",
        "that name a station",
    ),
    Query(
        "unknown_item",
        "The form answers a question that the codebook does not have.",
        "Find out which version of the form the device uses; these answers are in no figure.",
        "note",
        "received",
    ),
    Query(
        "polarity_of_versions",
        "The share of problems in this version mirrors that in another: the question may have been "
        "turned round.",
        "Read both wordings; if it was, name the item and the version under polarity_changed in "
        "the mission file.",
        "urgent",
        "of both versions",
    ),
)
BY_NAME = {query.name: query for query in QUERIES}
