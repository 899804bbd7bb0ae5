"""The definition of a form (XForm): its fields, and which of them hold the names of files."""

from collections.abc import Iterator
from dataclasses import dataclass
from functools import cached_property

from lxml import etree

from paragraph8.intake.observations.envelope import local_name, text_of
from paragraph8.intake.xml_guard import parse_xml
from paragraph8.kernel.problem import Problem

DEFINITION = "the form definition"
BINARY_KINDS = ("image", "audio", "video", "signature", "file")
TRUE_WORDS = ("true()", "true", "1")


@dataclass(frozen=True, slots=True)
class Field:
    """One node of a form that takes an answer.

    path      names from the root down, /data/group/name
    kind      one of BINARY_KINDS for a node that holds the name of a file; else the type of its
              bind (string, int, date, select1 …), `string` where it has none
    required  it must always be answered
    relevant  the condition under which it is asked, as XPath; "" is always
    """

    name: str
    path: str
    kind: str
    required: bool
    relevant: str

    @property
    def binary(self) -> bool:
        """Whether its answer is the name of a file sent beside the form."""
        return self.kind in BINARY_KINDS


@dataclass(frozen=True)
class Definition:
    """A form as published: id, version, title, and its fields in the order of its instance."""

    form_id: str
    version: str
    title: str
    fields: tuple[Field, ...]

    @cached_property
    def binary_searches(self) -> tuple[str, ...]:
        """How to find the nodes that hold names of files, from the root, in document order."""
        paths = (field.path.split("/")[2:] for field in self.fields if field.binary)
        return tuple("/".join(f"{{*}}{name}" for name in path) for path in paths)

    @cached_property
    def names(self) -> frozenset[str]:
        """The names of all its fields."""
        return frozenset(field.name for field in self.fields)


def read_definition(xform: bytes, file: str = DEFINITION) -> Definition:
    """The definition in an XForm. `file` is a name for the reader of messages.

    Raises the problems of `parse_xml`, and intake.not_a_form for XML without a form instance.
    """
    document = parse_xml(xform, file)
    model = next(_named(document, "model"), None)
    instance = next(_children(model, "instance"), None) if model is not None else None
    root = next(iter(instance), None) if instance is not None else None
    if model is None or root is None:
        raise Problem("intake.not_a_form", file=file, root=local_name(document))
    binds = {bind.get("nodeset", "").replace(" ", ""): bind for bind in _children(model, "bind")}
    uploads = {
        upload.get("ref", "").replace(" ", ""): _upload_kind(upload)
        for upload in _named(document, "upload")
    }
    # A repeat stands there twice: as a template, and as its first copy.
    leaf_by_path = {path: leaf for leaf, path in reversed(list(_leaf_paths(root)))}
    fields = tuple(
        _field(leaf, path, binds.get(path), uploads.get(path))
        for path, leaf in reversed(leaf_by_path.items())
    )
    title = next((text_of(found) for found in _named(document, "title")), "")
    version = root.get("version") or _any_namespace(root, "version")
    return Definition(root.get("id") or local_name(root), version, title, fields)


def attached_names(root: etree._Element, definition: Definition | None) -> tuple[str, ...]:
    """The names of the files that belong to a submission, each once, in document order.

    They are the non-empty answers of the definition's binary fields. A sealed (encrypted)
    submission names its files itself; of any other nothing is known without a definition.
    """
    if root.get("encrypted"):
        names = [text_of(leaf) for leaf, path in _leaf_paths(root) if _is_sealed_file(path)]
    elif definition is None:
        names = []
    else:
        names = [
            text_of(leaf) for path in definition.binary_searches for leaf in root.iterfind(path)
        ]
    return tuple(dict.fromkeys(name for name in names if name))


def _is_sealed_file(path: str) -> bool:
    return path.endswith(("/encryptedXmlFile", "/media/file"))


def _field(
    leaf: etree._Element, path: str, bind: etree._Element | None, upload: str | None
) -> Field:
    kind = bind.get("type", "string") if bind is not None else "string"
    kind = kind.rpartition(":")[2] or "string"
    if upload or kind == "binary":
        kind = upload or "file"
    return Field(
        name=local_name(leaf),
        path=path,
        kind=kind,
        required=bind is not None and bind.get("required", "").strip() in TRUE_WORDS,
        relevant=bind.get("relevant", "").strip() if bind is not None else "",
    )


def _upload_kind(upload: etree._Element) -> str:
    media = upload.get("mediatype", "").partition("/")[0]
    if "signature" in upload.get("appearance", "").split():
        return "signature"
    return media if media in BINARY_KINDS else "file"


def _leaf_paths(root: etree._Element) -> Iterator[tuple[etree._Element, str]]:
    """Every element without others inside, with its path of names, in document order."""
    todo = [(root, f"/{local_name(root)}")]
    while todo:
        element, path = todo.pop()
        inner = [(child, f"{path}/{local_name(child)}") for child in element]
        if inner:
            todo.extend(reversed(inner))
        elif element is not root:
            yield element, path


def _named(document: etree._Element, name: str) -> Iterator[etree._Element]:
    yield from document.iter(f"{{*}}{name}")


def _children(element: etree._Element, name: str) -> Iterator[etree._Element]:
    yield from element.iterchildren(f"{{*}}{name}")


def _any_namespace(root: etree._Element, name: str) -> str:
    return next((str(v) for k, v in root.items() if str(k).rpartition("}")[2] == name), "")
