"""From an XLSForm to the XForm that devices load, by pyxform."""

import re
from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass, replace

from lxml import etree
from pyxform.errors import PyXFormError
from pyxform.xls2xform import convert as pyxform_convert

from paragraph8.kernel.problem import Problem
from paragraph8.server.forms.generate.sheets import Workbook, columns, read_sheets

XFORMS = "{http://www.w3.org/2002/xforms}"
HTML = "{http://www.w3.org/1999/xhtml}"
_CONTROLS = (
    *(XFORMS + tag for tag in ("input", "select", "select1", "upload", "range", "trigger")),
    "{http://www.opendatakit.org/xforms}rank",
)

# What the catalogue of forms can hold; an identifier also stands in addresses and file names.
_FORM_ID = re.compile(r"[^\s/\\\x00-\x1f\x7f]{1,64}")
_MAX_VERSION, _MAX_TITLE = 40, 200
_MEDIA = re.compile(r"jr://(?:file|file-csv|images|audio|video)/([^'\"<>\s)]+)")

# Columns of the sheet `settings` that matter here, in the spellings that pyxform knows.
_SPELLINGS = {
    "id_string": "form_id",
    "form_id": "form_id",
    "set_form_id": "form_id",
    "form_title": "form_title",
    "set_form_title": "form_title",
    "title": "form_title",
    "version": "version",
    "submission_url": "submission_url",
    "omit_instanceid": "omit_instanceID",
}

# What pyxform raises besides its own errors for sheets that are no XLSForm, found by feeding it
# such sheets.
_PYXFORM_FAULTS = (
    PyXFormError,
    AttributeError,
    IndexError,
    KeyError,
    RecursionError,
    TypeError,
    ValueError,
)


@dataclass(frozen=True, slots=True)
class Converted:
    """A form as devices load it.

    xml        the XForm, UTF-8; the same input gives the same bytes
    warnings   what pyxform remarks on, in its words
    languages  as the form names them, the one it begins with first; empty if it has only one
    media      files that the form needs beside it, by name: lists, pictures
    itemsets   the file itemsets.csv for forms with a sheet external_choices; else empty
    """

    xml: bytes
    warnings: tuple[str, ...]
    form_id: str
    version: str
    title: str
    languages: tuple[str, ...] = ()
    media: tuple[str, ...] = ()
    itemsets: bytes = b""


def convert(
    source: Workbook | bytes, *, file: str = "form.xlsx", form_id: str = "", version: str = ""
) -> Converted:
    """The XForm of a workbook, or of the bytes of an uploaded one.

    `form_id` and `version` hold where the sheet `settings` gives none.

    Problems: those of `read_sheets`; forms.not_an_xlsform (in pyxform's words, which name the
        row), forms.missing_setting, forms.bad_setting, forms.repeated_name, forms.sends_elsewhere.
    """
    book = source if isinstance(source, Workbook) else read_sheets(file, source)
    book = _with_settings(file, book, form_id, version)
    warnings: list[str] = []
    try:
        result = pyxform_convert(_as_pyxform(book), warnings=warnings, validate=False)
    except _PYXFORM_FAULTS as fault:
        raise Problem("forms.not_an_xlsform", file=file, reason=_reason(fault)) from fault
    xml = result.xform.encode("utf-8")
    root = _tree(xml)
    _check_names(file, root)
    return _described(
        Converted(
            xml=xml,
            warnings=tuple(warnings),
            form_id=book.settings[0]["form_id"],
            version=book.settings[0]["version"],
            title="",
            itemsets=(result.itemsets or "").encode("utf-8"),
        ),
        root,
    )


def question_names(xml: bytes) -> list[str]:
    """Names of the nodes that somebody answers, in the order in which the form asks them."""
    body = _tree(xml).find(f"{HTML}body")
    controls = () if body is None else body.iter(*_CONTROLS)
    return [str(control.get("ref", "")).rpartition("/")[2] for control in controls]


def _tree(xml: bytes) -> etree._Element:
    return etree.fromstring(xml, etree.XMLParser(resolve_entities=False, no_network=True))


def _with_settings(file: str, book: Workbook, form_id: str, version: str) -> Workbook:
    """The same form with one row of settings that has an identifier and a version."""
    first: Mapping[str, str] = next((row for row in book.settings if row), {})
    given = {_SPELLINGS.get(_spelled(column), column): text for column, text in first.items()}
    given["form_id"] = given.get("form_id") or form_id
    given["version"] = given.get("version") or version
    for setting in ("form_id", "version"):
        if not given[setting]:
            raise Problem("forms.missing_setting", file=file, setting=setting)
    if _FORM_ID.fullmatch(given["form_id"]) is None:
        wanted = "1 to 64 characters without blanks and slashes"
        raise _bad_setting(file, "form_id", given["form_id"], wanted)
    if len(given["version"]) > _MAX_VERSION:
        raise _bad_setting(file, "version", given["version"], f"at most {_MAX_VERSION} characters")
    if len(given.get("form_title", "")) > _MAX_TITLE:
        wanted = f"at most {_MAX_TITLE} characters"
        raise _bad_setting(file, "form_title", given["form_title"], wanted)
    if given.get("omit_instanceID", "").lower() not in ("", "no", "false", "false()"):
        raise _bad_setting(file, "omit_instanceID", given["omit_instanceID"], "no")
    if given.get("submission_url"):
        raise Problem("forms.sends_elsewhere", file=file, address=given["submission_url"])
    return replace(book, settings=[given])


def _spelled(column: str) -> str:
    return column.lower().replace(" ", "_")


def _bad_setting(file: str, setting: str, value: str, expected: str) -> Problem:
    return Problem(
        "forms.bad_setting", file=file, setting=setting, value=value[:100], expected=expected
    )


def _as_pyxform(book: Workbook) -> dict[str, object]:
    """As pyxform takes it: copies, since it changes what it is given."""
    sheets: dict[str, object] = {"sheet_names": list(book.sheets())}
    for name, rows in book.sheets().items():
        sheets[name] = [dict(row) for row in rows]
        sheets[f"{name}_header"] = [dict.fromkeys(columns(rows))]
    return sheets


def _reason(fault: Exception) -> str:
    words = " ".join(str(fault).split()) or "its sheets contradict each other"
    kind = "" if isinstance(fault, PyXFormError) else f"{type(fault).__name__}: "
    return kind + words.rstrip(".")


def _check_names(file: str, root: etree._Element) -> None:
    """Answers are kept by the name of their question, so a name may stand in one place only."""
    binds = root.iterfind(f"{HTML}head/{XFORMS}model/{XFORMS}bind")
    paths = {bind.get("nodeset", "") for bind in binds if "/meta/" not in bind.get("nodeset", "")}
    counts: Mapping[str, int] = Counter(path.rpartition("/")[2] for path in sorted(paths))
    for name, count in counts.items():
        if count > 1:
            raise Problem("forms.repeated_name", file=file, name=name)


def _described(converted: Converted, root: etree._Element) -> Converted:
    """With title, languages and media as they stand in the finished form."""
    translations = [t for t in root.iter(f"{XFORMS}translation") if t.get("lang")]
    translations.sort(key=lambda t: t.get("default") is None)
    languages = tuple(str(t.get("lang")) for t in translations)
    media = dict.fromkeys(_MEDIA.findall(converted.xml.decode("utf-8")))
    return replace(
        converted,
        title=root.findtext(f"{HTML}head/{HTML}title", ""),
        languages=() if languages == ("default",) else languages,
        media=tuple(media),
    )
