"""What protocols show of the voter list on election day."""

from collections.abc import Iterator

from paragraph8.analysis.voterlist import additions, list_quality, reconciliation
from paragraph8.findings.proposals import Evidence, finding, ref
from paragraph8.kernel.figure import Figure
from paragraph8.kernel.finding import Finding, Strength
from paragraph8.kernel.slug import slug

LIST_STANDARDS = ("CGP-I.1.2", "CPH-7.3", "ICCPR-25b", "GC25-11")
STANDARDS = ("CGP-I.1.2", "GC25-11", "CPH-7.3", "ICCPR-25b")


def added_voters(evidence: Evidence) -> Iterator[Finding]:
    """Voters added on the day: how many, where, and how they spread over ordinary stations."""
    name = additions.NAME
    everywhere = evidence.figure(f"{name}.added", source="published", stations="all")
    ordinary = evidence.figure(f"{name}.added", source="published", stations="ordinary")
    abroad = evidence.figure(f"{name}.added", source="published", stations="abroad")
    median = evidence.figure(f"{name}.median", source="published", stations="ordinary")
    if not (everywhere and ordinary and median and everywhere.value):
        return
    figures = [everywhere, ordinary, median]
    sentence = (
        f"Stations added {ref(everywhere, 'count')} to their lists on election day, which is "
        f"{ref(everywhere, 'share')}. "
    )
    at_ordinary = "At ordinary"
    if abroad:
        figures.append(abroad)
        sentence += (
            f"Abroad, where adding voters is how voting works, it was {ref(abroad, 'share')}; "
        )
        at_ordinary = "at ordinary"
    sentence += (
        f"{at_ordinary} stations it was {ref(ordinary, 'share')}, and the ordinary station in the "
        f"middle added {ref(median, 'count')}."
    )
    yield finding(
        evidence,
        id="voterlist.additions",
        section="voter_registration",
        figures=tuple(figures),
        standards=STANDARDS,
        strength=Strength.OBSERVED,
        limits=additions.LIMITS,
        sentence=sentence,
    )


def lists_differ(evidence: Evidence) -> Iterator[Finding]:
    """The numbers of names differ between paper and electronic list: net and gross, together."""
    result = evidence.results.get(reconciliation.NAME)
    for net in result.figures if result else ():
        if net.name == f"{reconciliation.NAME}.net" and _of_subject(evidence, net):
            yield from _difference(evidence, net.dimensions["comparison"])


def _of_subject(evidence: Evidence, figure: Figure) -> bool:
    return figure.dimensions["election"] == evidence.subject.election


def _difference(evidence: Evidence, comparison: str) -> Iterator[Finding]:
    def figure(name: str, **where: str) -> Figure | None:
        return evidence.figure(f"{reconciliation.NAME}.{name}", comparison=comparison, **where)

    paper, electronic = figure("entries", side="paper"), figure("entries", side="electronic")
    gross, net = figure("gross"), figure("net")
    if not (paper and electronic and gross and net):
        return
    figures = [paper, electronic, net, gross]
    stations, differ = figure("stations"), figure("stations_differ")
    opening = ""
    if stations and differ and stations.value > 1 and differ.value:
        longer, shorter = figure("stations_paper_longer"), figure("stations_electronic_longer")
        figures.append(differ)
        opening = (
            "The number of names differed between the paper and the electronic list at "
            f"{ref(differ, 'of')}"
        )
        if longer and shorter and longer.value and shorter.value:
            figures += [longer, shorter]
            opening += (
                f": the paper list was longer at {ref(longer, 'number')}, the electronic list at "
                f"{ref(shorter, 'number')}"
            )
        opening += ". "
    sentence = (
        f"{opening}Paper lists held {ref(paper, 'count')} and electronic lists "
        f"{ref(electronic, 'count')}; compared name by name, {ref(gross, 'share')} stood on one "
        "list only"
    )
    only = [figure("category", category=f"only_{side}") for side in ("paper", "electronic")]
    if all(only):
        there = [each for each in only if each]
        figures += there
        sentence += (
            f", {ref(there[0], 'number')} on paper and {ref(there[1], 'number')} on the electronic "
            "list"
        )
    yield finding(
        evidence,
        id=f"voterlist.lists_differ.{slug(comparison)}",
        section="voter_registration",
        figures=tuple(figures),
        standards=LIST_STANDARDS,
        strength=Strength.OBSERVED,
        limits=reconciliation.LIMITS,
        sentence=f"{sentence}.",
        headline=True,
    )


def second_entries(evidence: Evidence) -> Iterator[Finding]:
    """Entries that are probably of one person, beside the namesakes that chance alone gives."""
    result = evidence.results.get(list_quality.NAME)
    figures = result.figures if result else ()
    for name in sorted({f.dimensions["list"] for f in figures if _of_subject(evidence, f)}):
        yield from _second_entries(evidence, name)


def _second_entries(evidence: Evidence, name: str) -> Iterator[Finding]:
    def figure(kind: str, test: str, measure: str) -> Figure | None:
        return evidence.figure(f"{list_quality.NAME}.{kind}", list=name, test=test, measure=measure)

    pairs = figure("found", "L04", "pairs")
    if not (pairs and pairs.value):
        return
    namesakes, chance = figure("found", "L03", "pairs"), figure("expected", "L03", "pairs")
    figures = [pairs]
    sentence = (
        f"On the list “{name}”, {ref(pairs, 'number')} pairs of entries are probably of one person"
    )
    if namesakes and chance:
        figures += [namesakes, chance]
        sentence += (
            f"; {ref(namesakes, 'number')} pairs of namesakes share a birth date, where chance "
            f"alone would give {ref(chance, 'number')}"
        )
    yield finding(
        evidence,
        id=f"voterlist.second_entries.{slug(name)}",
        section="voter_registration",
        figures=tuple(figures),
        standards=LIST_STANDARDS,
        strength=Strength.OBSERVED,
        limits=list_quality.LIMITS,
        sentence=f"{sentence}.",
    )
