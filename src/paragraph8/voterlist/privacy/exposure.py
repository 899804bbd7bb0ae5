"""Simple signs that a folder is not only on this machine's disk. No sign is no proof of safety."""

import re
from pathlib import Path

MOUNTS = Path("/proc/self/mounts")
NETWORK = re.compile(
    r"(fuse\.)?(9p|afp|afpfs|afs|ceph|cifs|davfs2?|glusterfs|lustre|ncpfs|nfs4?|rclone|s3fs|smb3|smbfs"
    r"|sshfs|webdav)"
)
# Names that the programs give their folders.
SYNCED = re.compile(
    r"dropbox|onedrive|google ?drive|my drive|icloud|mobile documents|nextcloud|owncloud"
    r"|yandex\.disk|pcloud|mega ?sync|seafile|resilio",
    re.IGNORECASE,
)
# Files that the programs leave in folders of other names.
SYNC_MARKS = (".dropbox", ".stfolder", ".sync", ".owncloudsync.log", ".nextcloudsync.log")


def exposure_notes(folder: Path, mounts: Path = MOUNTS) -> tuple[str, ...]:
    """Sentences for who chose the folder; none if no sign was found.

    mounts   the table of mounted file systems as Linux writes it

    Says nothing of backups, of snapshots of the file system, of swap, or of whether the disk is
    encrypted: none of that can be seen from here.
    """
    place = folder.resolve()
    return tuple(note for note in (_share_note(place, mounts), _sync_note(place)) if note)


def _share_note(place: Path, mounts: Path) -> str | None:
    if place.drive.startswith("\\\\"):
        return _travels("a network share")
    try:
        lines = mounts.read_text(encoding="utf-8", errors="replace").splitlines()
    except OSError:
        return "Whether the working folder lies on a network share could not be seen here."
    kind = _file_system(place, lines)
    return _travels(f"a network share ({kind})") if NETWORK.fullmatch(kind) else None


def _file_system(place: Path, lines: list[str]) -> str:
    """The kind of the file system whose mount point is nearest above the place."""
    depth, kind = -1, ""
    for fields in (line.split() for line in lines):
        if len(fields) < 3:
            continue
        # The kernel writes blanks of a path as octal numbers.
        at = Path(re.sub(r"\\([0-7]{3})", lambda m: chr(int(m[1], 8)), fields[1]))
        if place.is_relative_to(at) and len(at.parts) >= depth:
            depth, kind = len(at.parts), fields[2]
    return kind


def _sync_note(place: Path) -> str | None:
    for above in (place, *place.parents):
        marks = [mark for mark in SYNC_MARKS if (above / mark).exists()]
        if SYNCED.search(above.name) or marks:
            sign = marks[0] if marks else above.name
            return _travels(f"a folder that seems to be synchronised ({sign})")
    return None


def _travels(what: str) -> str:
    return (
        f"The working folder lies in {what}: names would be copied to other machines, where no "
        "purge reaches them. Use a folder on an encrypted disk of this machine."
    )
