"""XML from strangers: parsed only within limits, and never with a document type or an entity."""

import re
from dataclasses import dataclass

from lxml import etree

from paragraph8.intake.controls import without_controls
from paragraph8.kernel.problem import Problem

UTF8_BOM = b"\xef\xbb\xbf"
OTHER_BOMS = (b"\xff\xfe", b"\xfe\xff")
UTF8_NAMES = ("utf-8", "utf8", "us-ascii", "ascii")
DECLARED_ENCODING = re.compile(rb"<\?xml[^>]{0,200}?\bencoding\s*=\s*[\"']([^\"'>]*)[\"']")
# What may stand before the root element, and before a document type.
PROLOG = re.compile(rb"(?:\s++|<\?.*?\?>|<!--.*?-->)*+", re.DOTALL)
# An honest element needs at most two "<"; comments and processing instructions a few more.
MARKS_PER_ELEMENT = 4
MAX_NAMESPACES = 1_000
REASON_LENGTH = 200


@dataclass(frozen=True, slots=True)
class XmlLimits:
    """What an XML document may cost: bytes, nesting, elements, attributes of one element."""

    max_bytes: int = 10_000_000
    max_depth: int = 64
    max_elements: int = 200_000
    max_attributes: int = 100


def parse_xml(content: bytes, file: str, limits: XmlLimits = XmlLimits()) -> etree._Element:
    """The root element of an XML document in UTF-8, without comments and instructions.

    `file` is a name for the reader of messages. Nothing outside `content` is ever looked at.
    Problems: intake.xml_empty, intake.xml_too_large, intake.xml_wrong_encoding,
    intake.xml_doctype, intake.xml_not_well_formed, intake.xml_too_deep,
    intake.xml_too_many_elements, intake.xml_too_many_attributes.
    """
    _check_size(content, file, limits)
    _check_encoding(content, file)
    _check_prolog(content, file)
    _check_marks(content, file, limits)
    try:
        root = etree.fromstring(content, _parser())
    except etree.XMLSyntaxError as error:
        raise _syntax_problem(error, file, limits) from None
    _check_shape(root, file, limits)
    return root


def _parser() -> etree.XMLParser:
    return etree.XMLParser(
        encoding="utf-8",
        resolve_entities=False,
        load_dtd=False,
        dtd_validation=False,
        attribute_defaults=False,
        no_network=True,
        huge_tree=False,
        recover=False,
        remove_comments=True,
        remove_pis=True,
    )


def _check_size(content: bytes, file: str, limits: XmlLimits) -> None:
    if len(content) > limits.max_bytes:
        raise Problem("intake.xml_too_large", file=file, size=len(content), limit=limits.max_bytes)
    if not content.strip():
        raise Problem("intake.xml_empty", file=file)


def _check_encoding(content: bytes, file: str) -> None:
    if content.startswith(OTHER_BOMS):
        raise Problem("intake.xml_wrong_encoding", file=file, line=1, found="UTF-16")
    nul = content.find(b"\x00")
    if nul >= 0:
        raise _not_well_formed(file, *_place(content, nul), "a NUL byte, which XML cannot hold")
    declared = DECLARED_ENCODING.match(content.removeprefix(UTF8_BOM))
    if declared and declared[1].decode("ascii", "replace").lower() not in UTF8_NAMES:
        found = without_controls(declared[1].decode("ascii", "replace"))
        raise Problem("intake.xml_wrong_encoding", file=file, line=1, found=found)
    try:
        content.decode("utf-8")
    except UnicodeDecodeError as error:
        line, _ = _place(content, error.start)
        found = f"the byte {content[error.start]:#04x}"
        raise Problem("intake.xml_wrong_encoding", file=file, line=line, found=found) from None


def _check_prolog(content: bytes, file: str) -> None:
    """A document type stands before the root or nowhere, so a text that quotes one passes."""
    start = len(UTF8_BOM) if content.startswith(UTF8_BOM) else 0
    prolog = PROLOG.match(content, start)
    end = prolog.end() if prolog else start
    if content.startswith(b"<!DOCTYPE", end):
        line, _ = _place(content, end)
        raise Problem("intake.xml_doctype", file=file, line=line)


def _check_marks(content: bytes, file: str, limits: XmlLimits) -> None:
    """Refuse what would cost much to parse, by counting marks."""
    if content.count(b"<") > MARKS_PER_ELEMENT * limits.max_elements:
        raise Problem("intake.xml_too_many_elements", file=file, limit=limits.max_elements)
    if content.count(b"xmlns") > MAX_NAMESPACES:
        raise Problem(
            "intake.xml_too_many_attributes",
            file=file,
            line=1,
            element="the document (xmlns)",
            limit=MAX_NAMESPACES,
        )


def _check_shape(root: etree._Element, file: str, limits: XmlLimits) -> None:
    """Level by level, so that a nest of any depth costs no recursion."""
    level, depth, elements = [root], 0, 0
    while level:
        depth += 1
        elements += len(level)
        if depth > limits.max_depth:
            raise Problem("intake.xml_too_deep", file=file, limit=limits.max_depth)
        if elements > limits.max_elements:
            raise Problem("intake.xml_too_many_elements", file=file, limit=limits.max_elements)
        below: list[etree._Element] = []
        for element in level:
            if len(element.keys()) > limits.max_attributes:
                raise Problem(
                    "intake.xml_too_many_attributes",
                    file=file,
                    line=element.sourceline or 1,
                    element=str(element.tag)[:REASON_LENGTH],
                    limit=limits.max_attributes,
                )
            below.extend(element)
        level = below


def _syntax_problem(error: etree.XMLSyntaxError, file: str, limits: XmlLimits) -> Problem:
    reason = str(error.msg or "it ends before its root element")
    if "Excessive depth" in reason:
        return Problem("intake.xml_too_deep", file=file, limit=limits.max_depth)
    line, column = error.position
    reason = re.sub(r",?\s*line \d+, column \d+$", "", reason).strip()
    return _not_well_formed(file, line or 1, column or 1, reason)


def _not_well_formed(file: str, line: int, column: int, reason: str) -> Problem:
    return Problem(
        "intake.xml_not_well_formed",
        file=file,
        line=line,
        column=column,
        reason=without_controls(reason)[:REASON_LENGTH],
    )


def _place(content: bytes, position: int) -> tuple[int, int]:
    before = content[:position]
    return before.count(b"\n") + 1, position - before.rfind(b"\n")
