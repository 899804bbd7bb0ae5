"""The engines with which other tests fill forms: JavaRosa, and that of ODK Web Forms."""

import subprocess
import sys
import xml.etree.ElementTree as ET
from pathlib import Path

import pytest
from pyxform.xls2xform import convert

from clients.engine import EngineFault

pytest_plugins = ("clients.pytest_engines",)
TESTS = Path(__file__).parents[1]

SHEET = """
| survey |
| | type | name | label | required | constraint | relevant | calculation | choice_filter |
| | begin_group | opening | Opening | | | | | |
| | select_one yes_no | open | Open? | yes | | | | |
| | integer | voters | Voters | | . >= 0 and . <= 100 | ${open} = 'yes' | | |
| | select_multiple things | seen | Seen | | | | | |
| | end_group | | | | | | | |
| | note | thanks | Thanks | | | | | |
| | decimal | share | Share | | | | | |
| | date | day | Day | | | | | |
| | time | at | At | | | | | |
| | geopoint | place | Place | | | | | |
| | image | photo | Photo | | | | | |
| | acknowledge | sure | Sure? | | | | | |
| | text | remark | Remark | | | | | |
| | calculate | twice | | | | | ${voters} * 2 | |
| | deviceid | device | | | | | | |
| choices |
| | list_name | name | label |
| | yes_no | yes | Yes |
| | yes_no | no | No |
| | things | box | Box |
| | things | seal | Seal |
| settings |
| | form_id | version | title |
| | opening | 3 | Opening |
"""
STATIONS = """
| survey |
| | type | name | label |
| | select_one_from_file stations.csv | station | Station |
| settings |
| | form_id | version | title |
| | stations | 1 | Stations |
"""
ANSWERS = {
    "open": "yes",
    "voters": "42",
    "seen": ["box", "seal"],
    "share": "0.25",
    "day": "2026-11-03",
    "at": "07:30",
    "place": "41.7 44.8 500 5",
    "photo": "ფოტო 1.jpg",
    "sure": "OK",
    "remark": "ერთი & <ორი>\nthree",
}

ASKED = ["open", "voters", "seen", "thanks", "share", "day", "at", "place", "photo", "sure"]
ASKED += ["remark"]


def xform(sheet: str) -> bytes:
    return convert(sheet).xform.encode()


def values(instance: bytes) -> dict[str, str]:
    """Path below the root -> text, of the nodes without children that are not empty."""
    found = {}

    def walk(node: ET.Element, path: str) -> None:
        for child in node:
            below = f"{path}/{child.tag.rpartition('}')[2]}".lstrip("/")
            if len(child):
                walk(child, below)
            elif child.text:
                found[below] = child.text

    walk(ET.fromstring(instance), "")
    return found


def test_an_engine_fills_a_form(form_engine):
    filled = form_engine.fill(xform(SHEET), ANSWERS)
    found = values(filled.xml)
    assert filled.refused == {}
    assert filled.asked == ASKED
    assert found.pop("meta/instanceID").startswith("uuid:")
    assert found.pop("at").startswith("07:30:00")
    assert found == {
        "opening/open": "yes",
        "opening/voters": "42",
        "opening/seen": "box seal",
        "share": "0.25",
        "day": "2026-11-03",
        "place": "41.7 44.8 500.0 5.0",
        "photo": "ფოტო 1.jpg",
        "sure": "OK",
        "remark": "ერთი & <ორი>\nthree",
        "twice": "84",
        "device": "collect:test-device",
    }
    root = ET.fromstring(filled.xml)
    assert (root.get("id"), root.get("version")) == ("opening", "3")


@pytest.mark.parametrize(
    "answers",
    [
        ANSWERS,
        {},
        {"open": "no", "voters": "42"},
        {"open": "yes", "voters": "101"},
        {"open": "maybe", "voters": "many", "share": "half", "seen": ["box", "urn"]},
    ],
)
def test_both_engines_agree(javarosa, xforms_engine, answers):
    first, second = (engine.fill(xform(SHEET), answers) for engine in (javarosa, xforms_engine))
    found, other = values(first.xml), values(second.xml)
    for each in (found, other):
        each.pop("meta/instanceID")
        each["at"] = each.get("at", "")[:8]
    assert found == other
    assert first.asked == second.asked
    assert first.refused == second.refused


def test_what_an_engine_refuses(form_engine):
    filled = form_engine.fill(xform(SHEET), {"open": "yes", "voters": "101", "share": "half"})
    assert filled.refused == {"voters": "constraint", "share": "type: cannot read half"}
    assert "opening/voters" not in values(filled.xml)
    filled = form_engine.fill(xform(SHEET), {"voters": "42", "seen": "urn"})
    assert filled.refused == {"open": "required", "seen": "choice: no choice urn"}
    # What is not relevant is neither asked nor sent.
    assert "voters" not in filled.asked
    assert b"voters" not in filled.xml


def test_a_path_goes_before_a_name(form_engine):
    filled = form_engine.fill(xform(SHEET), {"open": "no", "opening/open": "yes"})
    assert values(filled.xml)["opening/open"] == "yes"


def test_an_engine_reads_lists_beside_the_form(form_engine):
    files = {"stations.csv": b"name,label\n17,School\n18,Town hall\n"}
    filled = form_engine.fill(xform(STATIONS), {"station": "18"}, files)
    assert (filled.refused, values(filled.xml)["station"]) == ({}, "18")


def test_a_list_that_is_missing(javarosa, xforms_engine):
    # Collect opens such a form with an empty list; Web Forms does not open it.
    filled = javarosa.fill(xform(STATIONS), {"station": "18"})
    assert filled.refused == {"station": "choice: no choice 18"}
    with pytest.raises(EngineFault):
        xforms_engine.fill(xform(STATIONS), {"station": "18"})


def test_a_broken_form_does_not_end_an_engine(form_engine):
    with pytest.raises(EngineFault):
        form_engine.fill(b"<html/>", {})
    assert form_engine.fill(xform(SHEET), {"open": "no"}).refused == {}


def test_clients_know_no_django():
    modules = ("collect", "javarosa", "xforms_engine")
    code = "import sys; " + "; ".join(f"import clients.{name}" for name in modules)
    code += "; sys.exit('django' in sys.modules or 'paragraph8' in sys.modules)"
    subprocess.run([sys.executable, "-c", code], cwd=TESTS, check=True)
