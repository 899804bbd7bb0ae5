"""The envelope of a filled-in form: which form, which instance, when; and its answers by name."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass

from lxml import etree

from paragraph8.intake.xml_guard import parse_xml

SUBMISSION = "the submitted form"
# Beside the answers stand the standard's own node and the one that KoboToolbox adds.
ENVELOPES = ("meta", "formhub")
# Namespaces that say what kind of XML it is, not which form.
COMMON_NAMESPACES = (
    "http://www.w3.org/2002/xforms",
    "http://openrosa.org/xforms",
    "http://openrosa.org/javarosa",
    "http://opendatakit.org/submissions",
)


@dataclass(frozen=True, slots=True)
class Envelope:
    """What stands on the outside of a submission; "" for what it does not say.

    form_id        attribute `id` of the root, else its namespace, else its name
    version        attribute `version`
    instance_id    meta/instanceID in any namespace, else the root's attribute instanceID
    deprecated_id  the instance that this one corrects
    instance_name  meta/instanceName
    encrypted      its answers are sealed; only the envelope can be read
    entities       attributes of each meta/entity as they stand, and its label
    start, end     when the form was opened and finished, as the device wrote it
    """

    form_id: str
    version: str
    instance_id: str
    deprecated_id: str
    instance_name: str
    encrypted: bool
    entities: tuple[Mapping[str, str], ...]
    start: str
    end: str


def local_name(element: etree._Element) -> str:
    """The name of an element without its namespace."""
    # Plain text work: a large form asks this a thousand times.
    return str(element.tag).rpartition("}")[2]


def text_of(element: etree._Element) -> str:
    """The text directly in an element, without blanks around it."""
    return str(element.text or "").strip()


def read_envelope(content: etree._Element | bytes) -> Envelope:
    """The envelope of a submission, given as bytes or as its root element.

    Raises the problems of `parse_xml` for bytes that are no sound XML.
    """
    root = parse_xml(content, SUBMISSION) if isinstance(content, bytes) else content
    meta = _meta(root)
    return Envelope(
        form_id=_form_id(root),
        version=_attribute(root, "version"),
        instance_id=meta.get("instanceID") or _attribute(root, "instanceID"),
        deprecated_id=meta.get("deprecatedID", ""),
        instance_name=meta.get("instanceName", ""),
        encrypted=_attribute(root, "encrypted").lower() in ("yes", "true"),
        entities=tuple(_entities(root)),
        start=_top_text(root, "start"),
        end=_top_text(root, "end"),
    )


def answers_of(root: etree._Element) -> dict[str, str]:
    """Node name -> text of every leaf in document order, without `meta` and `formhub`.

    A name that occurs again (in a repeat) is `name#2`, `name#3` …; an empty node is "".
    """
    answers: dict[str, str] = {}
    times: dict[str, int] = {}
    for leaf in leaves(root):
        name = local_name(leaf)
        times[name] = times.get(name, 0) + 1
        answers[name if times[name] == 1 else f"{name}#{times[name]}"] = text_of(leaf)
    return answers


def leaves(root: etree._Element) -> Iterator[etree._Element]:
    """The elements below `root` that hold no others, without those of ENVELOPES, in order."""
    todo = list(reversed([child for child in root if local_name(child) not in ENVELOPES]))
    while todo:
        element = todo.pop()
        inner = list(element)
        if inner:
            todo.extend(reversed(inner))
        else:
            yield element


def _form_id(root: etree._Element) -> str:
    name = etree.QName(root)
    namespace = name.namespace or ""
    if namespace.rstrip("/") in COMMON_NAMESPACES:
        namespace = ""
    return str(root.get("id", "").strip() or namespace or name.localname)


def _attribute(root: etree._Element, name: str) -> str:
    """An attribute of the root, with or without a namespace."""
    if name in root.keys():  # noqa: SIM118 - an element iterates over its children
        return str(root.get(name, "")).strip()
    for key, value in root.items():
        if str(key).rpartition("}")[2] == name:
            return str(value).strip()
    return ""


def _metas(root: etree._Element) -> Iterator[etree._Element]:
    return (child for child in root if local_name(child) == "meta")


def _meta(root: etree._Element) -> dict[str, str]:
    """The first non-empty text of each name in `meta`."""
    found: dict[str, str] = {}
    for meta in _metas(root):
        for child in meta:
            if text_of(child):
                found.setdefault(local_name(child), text_of(child))
    return found


def _entities(root: etree._Element) -> Iterator[Mapping[str, str]]:
    for meta in _metas(root):
        for child in meta:
            if local_name(child) == "entity":
                labels = {local_name(inner): text_of(inner) for inner in child}
                attributes = {str(key): str(value) for key, value in child.items()}
                yield {**labels, **attributes}


def _top_text(root: etree._Element, name: str) -> str:
    for child in root:
        if local_name(child) == name:
            return text_of(child)
    return ""
