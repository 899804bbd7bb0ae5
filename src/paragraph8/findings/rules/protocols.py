"""What protocols, their copies and the margins between contestants may be said to show."""

from collections.abc import Iterator

from paragraph8.analysis.protocols import arithmetic, channels, margins, sources
from paragraph8.analysis.protocols.rules import rules
from paragraph8.findings.proposals import Evidence, finding, ref
from paragraph8.findings.rules.areas import in_most_areas
from paragraph8.findings.scope import scope_of
from paragraph8.kernel.figure import Figure
from paragraph8.kernel.finding import Finding, Strength

COUNTING = ("CPH-7.4", "GC25-20", "CGP-I.3.2")
TECHNOLOGY = ("REC17-17", "COE-R(2004)11", "CPH-7.4", "CGP-I.3.2")
CHANNELS = ("REC17-6", "COE-R(2004)11", "CPH-7.4", "CGP-I.3.2")
MEMORY = {"left": "published", "right": "machine_memory", "options": "all"}


def publication(evidence: Evidence) -> Iterator[Finding]:
    """Results were published by station, so that the checks could be made at all."""
    checked = evidence.figure(f"{arithmetic.NAME}.any_fail", source="published")
    if checked:
        yield finding(
            evidence,
            id="protocols.publication",
            section="results",
            figures=(checked,),
            standards=COUNTING,
            strength=Strength.OBSERVED,
            limits=(
                "Publication by station lets anyone add up what was published; it does not show "
                "that the published figures are those signed in the stations.",
            ),
            sentence=(
                "The results used here are given for each station, so that "
                f"{ref(checked, 'denominator')} could be checked one by one."
            ),
            headline=True,
        )


def reconciliation(evidence: Evidence) -> Iterator[Finding]:
    """The numbers of a protocol disagree with each other."""
    any_fail = evidence.figure(f"{arithmetic.NAME}.any_fail", source="published")
    if any_fail and any_fail.value:
        yield finding(
            evidence,
            id="protocols.reconciliation",
            section="count",
            figures=(any_fail,),
            standards=COUNTING,
            strength=Strength.OBSERVED,
            scope=scope_of(any_fail, evidence.profile, in_most_areas(evidence, any_fail)),
            limits=arithmetic.LIMITS,
            sentence=(
                "The protocol's own numbers disagree with each other in at least one way on "
                f"{ref(any_fail, 'of')}; differences from the machine's memory are not among these."
            ),
            headline=True,
        )


def failing_rules(evidence: Evidence) -> Iterator[Finding]:
    """One finding for each rule on a single protocol that some protocols do not satisfy."""
    result = evidence.results.get(arithmetic.NAME)
    if result is None:
        return
    law = {rule.id: rule.law for rule in rules(result.parameters.get("rules"))}
    for figure in result.figures:
        if figure.name != f"{arithmetic.NAME}.fail" or not figure.value:
            continue
        rule, source = figure.dimensions["rule"], figure.dimensions["source"]
        if figure.dimensions["election"] != evidence.subject.election or rule.startswith(
            ("protocol.C8", "protocol.C9")
        ):
            continue
        size = evidence.figure(f"{arithmetic.NAME}.difference", rule=rule, source=source)
        largest = evidence.figure(f"{arithmetic.NAME}.largest", rule=rule, source=source)
        if size and largest:
            yield _failing_rule(evidence, figure, size, largest, law[rule])


def _failing_rule(
    evidence: Evidence, failed: Figure, size: Figure, largest: Figure, law: str
) -> Finding:
    rule, source = failed.dimensions["rule"], failed.dimensions["source"]
    # Rules on the published protocol are the ones that a statement speaks of first.
    of_source = "" if source == "published" else f".{source}"
    seen = "" if source == "published" else f", in {{{{source:{source}}}}}"
    return finding(
        evidence,
        id=f"protocols.{rule}{of_source}",
        section="count",
        figures=(failed, size, largest),
        law_articles=(law,) if law else (),
        standards=COUNTING,
        strength=Strength.OBSERVED,
        scope=scope_of(failed, evidence.profile, in_most_areas(evidence, failed)),
        limits=arithmetic.LIMITS,
        sentence=(
            f"The rule “{{{{rule:{rule}}}}}” is not satisfied on {ref(failed, 'of')}{seen}; the "
            f"differences there add up to {ref(size, 'count')}, the largest is "
            f"{ref(largest, 'count')}."
        ),
    )


def memory(evidence: Evidence) -> Iterator[Finding]:
    """Protocol and machine memory give different votes."""
    name = channels.NAME
    found = {
        short: evidence.figure(f"{name}.{short}", **MEMORY)
        for short in ("differ", "absolute", "median", "largest")
    }
    figures = tuple(figure for figure in found.values() if figure)
    if len(figures) < len(found) or not figures[0].value:
        return
    differ, absolute, median, largest = figures
    sentence = (
        "Votes written in the protocol and votes in the machine's memory differ for at least one "
        f"contestant at {ref(differ, 'of')}. The differences add up to {ref(absolute, 'count')}; "
        f"among the stations that differ, the one in the middle differs by {ref(median, 'count')} "
        f"and the largest difference is {ref(largest, 'count')}."
    )
    yield finding(
        evidence,
        id="protocols.memory",
        section="technology",
        figures=figures,
        standards=TECHNOLOGY,
        strength=Strength.OBSERVED,
        scope=scope_of(differ, evidence.profile, in_most_areas(evidence, differ)),
        limits=(*channels.LIMITS[1:], *sources.LIMITS),
        sentence=sentence,
        headline=True,
    )


def memory_beside(evidence: Evidence) -> Iterator[Finding]:
    """The same comparison in the election beside, with what its procedure was."""
    subject = evidence.subject
    if not (subject.beside and subject.beside_change):
        return
    where = {"election": subject.beside, **MEMORY}
    differ = evidence.figure(f"{channels.NAME}.differ", **where)
    if differ:
        yield finding(
            evidence,
            id="protocols.memory_beside",
            section="technology",
            figures=(differ,),
            standards=TECHNOLOGY,
            strength=Strength.OBSERVED,
            limits=channels.LIMITS[1:],
            sentence=(
                f"On {{{{date:beside}}}}, when {subject.beside_change}, protocol and memory "
                f"differed at {ref(differ, 'of')}. That was another procedure; it is no measure of "
                "what was to be expected."
            ),
        )


def direction(evidence: Evidence) -> Iterator[Finding]:
    """To which side protocols differ from the machines."""
    higher = evidence.figure(f"{channels.NAME}.stations_higher", **MEMORY)
    lower = evidence.figure(f"{channels.NAME}.stations_lower", **MEMORY)
    level = evidence.figure(f"{channels.NAME}.stations_level", **MEMORY)
    lists = evidence.figure(f"{channels.NAME}.level", level="incompatible")
    if not (higher and lower and level and lists and higher.value != lower.value):
        return
    yield finding(
        evidence,
        id="protocols.direction",
        section="technology",
        figures=(higher, lower, level, lists),
        standards=TECHNOLOGY,
        strength=Strength.OBSERVED,
        limits=(
            "That differences lean to a side has innocent causes: printed slips that voters took "
            "away or did not put into the box are missing from a count of slips and not from the "
            "memory. This explains neither stations where only the split between contestants "
            "differs nor those where the protocol gives more.",
            "The test assumes that stations err independently of each other. With many votes even "
            "a slight lean is told from chance, so the word speaks as much of how many votes a "
            "line of the ballot received as of the lean.",
        ),
        sentence=(
            f"The protocol gives fewer votes in all than the memory at {ref(lower, 'of')}, more at "
            f"{ref(higher, 'count')}, and as many, split differently between contestants, at "
            f"{ref(level, 'count')}. For {ref(lists, 'of')} the direction of the differences is "
            "incompatible with the assumption that they fall to either side by chance."
        ),
    )


def both_channels(evidence: Evidence) -> Iterator[Finding]:
    """Paper and machine voting side by side, and what cannot be compared."""
    both = evidence.figure(f"{channels.NAME}.both")
    machine = evidence.figure(f"{channels.NAME}.ballots", channel="machine")
    by_contestant = evidence.figure(f"{channels.NAME}.by_contestant")
    if not (both and machine and by_contestant and both.value):
        return
    sentence = (
        f"Voters used both paper and machines at {ref(both, 'of')}; "
        f"{ref(machine, 'share')} were cast by machine."
    )
    if not by_contestant.value:
        sentence += (
            " The data used here give paper votes of a station only as a total, so whether paper "
            "and machine votes of a contestant agree with any other record is not checkable."
        )
    yield finding(
        evidence,
        id="protocols.both_channels",
        section="technology",
        figures=(both, machine, by_contestant),
        standards=CHANNELS,
        strength=Strength.OBSERVED,
        limits=channels.LIMITS[:1],
        sentence=sentence,
    )


def margin(evidence: Evidence) -> Iterator[Finding]:
    """The votes failures could touch, set against margins."""
    where = {"contest": "list"}
    reach = evidence.figure(f"{margins.NAME}.reach", **where)
    within = evidence.figure(f"{margins.NAME}.within_reach", **where)
    if reach and within and reach.value:
        shift = evidence.figure(f"{margins.NAME}.seat_shift", **where)
        seats = (
            f" Moving {ref(shift, 'count')} from one contestant to another would change a seat."
            if shift
            else ""
        )
        yield finding(
            evidence,
            id="protocols.margins",
            section="results",
            figures=(reach, within, shift) if shift else (reach, within),
            standards=COUNTING,
            strength=Strength.OBSERVED,
            limits=margins.LIMITS,
            sentence=(
                "If each difference within protocols, and each difference between the sources of "
                "the votes, stood for votes missing or added, a national margin could change by "
                f"{ref(reach, 'count')}, provided that all fell to one side. For "
                f"{ref(within, 'of')} the margin is no larger than that.{seats}"
            ),
        )


def copies(evidence: Evidence) -> Iterator[Finding]:
    """Any two other sources of a station."""
    result = evidence.results.get(sources.NAME)
    for figure in result.figures if result else ():
        where = figure.dimensions
        if (
            figure.name != f"{sources.NAME}.differ"
            or where["election"] != evidence.subject.election
        ):
            continue
        if (where["left"], where["right"]) == (MEMORY["left"], MEMORY["right"]):
            continue
        pair = {key: where[key] for key in ("left", "right", "options")}
        absolute = evidence.figure(f"{sources.NAME}.absolute", **pair)
        if absolute is None:
            continue
        left, right = (f"{{{{source:{where[side]}}}}}" for side in ("left", "right"))
        sentence = (
            f"Between {left} and {right}, the votes of at least one contestant differ at "
            f"{ref(figure, 'of')}; the differences add up to {ref(absolute, 'count')}."
            if figure.value
            else f"Both {left} and {right} give every contestant the same votes, at "
            f"{ref(figure, 'denominator')}."
        )
        yield finding(
            evidence,
            id=f"protocols.copies.{where['left']}.{where['right']}",
            section="results",
            figures=(figure, absolute),
            standards=COUNTING,
            strength=Strength.OBSERVED if figure.value else Strength.CORROBORATED,
            scope=scope_of(figure, evidence.profile, in_most_areas(evidence, figure)),
            limits=sources.LIMITS,
            sentence=sentence,
        )
