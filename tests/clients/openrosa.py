"""Form lists, manifests and answers as Collect reads them: what it refuses is refused."""

import xml.etree.ElementTree as ET
from dataclasses import dataclass
from pathlib import PurePosixPath

LIST = "{http://openrosa.org/xforms/xformsList}"
MANIFEST = "{http://openrosa.org/xforms/xformsManifest}"
RESPONSE = "{http://openrosa.org/http/response}"


class FormSourceFault(Exception):
    """What the client would tell its user; `status` is the HTTP status where there was one."""

    def __init__(self, said: str, status: int | None = None) -> None:
        super().__init__(said)
        self.status = status


@dataclass(frozen=True)
class Form:
    """An entry of a form list; `hash` is MD5 in hex, None where the list had none with "md5:"."""

    form_id: str
    name: str
    version: str | None
    hash: str | None
    download_url: str
    manifest_url: str | None


@dataclass(frozen=True)
class MediaFile:
    """An entry of a manifest; `hash` is MD5 in hex."""

    name: str
    hash: str
    download_url: str
    is_entity_list: bool
    integrity_url: str | None


def _root(body: bytes, tag: str) -> ET.Element:
    try:
        root = ET.fromstring(body)
    except ET.ParseError as error:
        raise FormSourceFault(f"not XML: {error}") from error
    if root.tag != tag:
        raise FormSourceFault(f"the root is {root.tag}, not {tag}")
    return root


def _texts(element: ET.Element, namespace: str) -> dict[str, str]:
    """Child elements of the namespace with text in them."""
    return {
        child.tag.removeprefix(namespace): child.text.strip()
        for child in element
        if child.tag.startswith(namespace) and child.text and child.text.strip()
    }


def read_form_list(body: bytes) -> list[Form]:
    """The forms of a form list.

    Raises:
        FormSourceFault: It is none, or any one form lacks formID, name or downloadUrl.
    """
    forms = []
    for element in _root(body, f"{LIST}xforms").iterfind(f"{LIST}xform"):
        said = _texts(element, LIST)
        if not {"formID", "name", "downloadUrl"} <= said.keys():
            raise FormSourceFault(f"a form without formID, name or downloadUrl: {said}")
        kind, _, hexadecimal = said.get("hash", "").partition(":")
        forms.append(
            Form(
                said["formID"],
                said["name"],
                said.get("version"),
                hexadecimal if kind == "md5" and hexadecimal else None,
                said["downloadUrl"],
                said.get("manifestUrl"),
            )
        )
    return forms


def read_manifest(body: bytes) -> list[MediaFile]:
    """The files of a manifest; of their names only what follows the last slash.

    Raises:
        FormSourceFault: It is none, or any one file lacks filename, hash or downloadUrl.
    """
    files = []
    for element in _root(body, f"{MANIFEST}manifest").iterfind(f"{MANIFEST}mediaFile"):
        said = _texts(element, MANIFEST)
        if not {"filename", "hash", "downloadUrl"} <= said.keys():
            raise FormSourceFault(f"a file without filename, hash or downloadUrl: {said}")
        if not said["hash"].startswith("md5:"):
            raise FormSourceFault(f"a hash without md5: {said}")
        files.append(
            MediaFile(
                PurePosixPath(said["filename"]).name,
                said["hash"].removeprefix("md5:"),
                said["downloadUrl"],
                element.get("type") == "entityList",
                said.get("integrityUrl"),
            )
        )
    return files


def read_integrity(body: bytes) -> dict[str, bool]:
    """Entity id -> whether it was deleted, of an integrity answer."""
    entities = _root(body, "data").iterfind("entities/entity")
    return {entity.get("id", ""): entity.findtext("deleted") == "true" for entity in entities}


def read_message(body: bytes) -> str | None:
    """The message of an OpenRosaResponse, or None."""
    try:
        root = ET.fromstring(body)
    except ET.ParseError:
        return None
    if root.tag != f"{RESPONSE}OpenRosaResponse":
        return None
    return (root.findtext(f"{RESPONSE}message") or "").strip() or None
