"""Sealed backups: what goes in comes out, by age alone too; what was touched is refused."""

import hashlib
import json
import os
import shutil
import stat
import subprocess
import sys
import tarfile
from io import BytesIO
from pathlib import Path

import pytest

from paragraph8.kernel.problem import Problem
from paragraph8.server.backup.age import Identity, encrypt, new_identity
from paragraph8.server.backup.keys import (
    WHERE_TO_KEEP,
    make_key_pair,
    read_identity,
    recipient,
    recipients,
)
from paragraph8.server.backup.manifest import Manifest
from paragraph8.server.backup.opened import check_sealed, open_sealed
from paragraph8.server.backup.sealed import Member, Sealed, seal

CREATED = "2024-05-12T23:00:00+05:00"
AGE = shutil.which("age")
needs_age = pytest.mark.skipif(not AGE, reason="NOT RUN: needs age (Debian's package age)")
PHOTO = os.urandom(300_001)
MEMBERS = (Member("database.sqlite", b"x" * 1024), Member("empty", b""))


@pytest.fixture(scope="module")
def identity() -> Identity:
    return new_identity()


@pytest.fixture
def photo(tmp_path: Path) -> Path:
    path = tmp_path / "photo.jpg"
    path.write_bytes(PHOTO)
    return path


@pytest.fixture
def sealed(tmp_path: Path, photo: Path, identity: Identity) -> Sealed:
    members = (*MEMBERS, Member("blobs/ab/photo.jpg", photo))
    return seal(tmp_path / "backup.age", members, CREATED, [identity.recipient])


def refused(code: str, file: Path, identity: Identity) -> Problem:
    """Opening and checking both refuse with this code, and nothing is left on the disk."""
    before = sorted(file.parent.iterdir())
    with pytest.raises(Problem) as checked:
        check_sealed(file, identity)
    with pytest.raises(Problem) as opened:
        open_sealed(file, identity, file.parent / "restored")
    assert checked.value.code == opened.value.code == code
    assert sorted(file.parent.iterdir()) == before
    return opened.value


# There and back


def test_what_was_sealed_comes_out(sealed, identity, tmp_path):
    manifest = open_sealed(sealed.file, identity, tmp_path / "restored")
    assert manifest == sealed.manifest == check_sealed(sealed.file, identity)
    assert [entry.name for entry in manifest.members] == [
        *("database.sqlite", "empty", "blobs/ab/photo.jpg")
    ]
    restored = tmp_path / "restored"
    assert (restored / "blobs/ab/photo.jpg").read_bytes() == PHOTO
    assert (restored / "empty").read_bytes() == b""
    assert (restored / "database.sqlite").read_bytes() == b"x" * 1024
    written = (restored / "manifest.json").read_bytes()
    assert hashlib.sha256(written).hexdigest() == sealed.manifest_sha256
    assert json.loads(written)["created"] == CREATED
    assert stat.S_IMODE(restored.stat().st_mode) == 0o700
    assert stat.S_IMODE((restored / "empty").stat().st_mode) == 0o600


def test_the_sealed_file_is_what_it_says_and_readable_by_its_owner_only(sealed):
    assert sealed.size == sealed.file.stat().st_size
    assert sealed.sha256 == hashlib.sha256(sealed.file.read_bytes()).hexdigest()
    assert stat.S_IMODE(sealed.file.stat().st_mode) == 0o600
    assert not list(sealed.file.parent.glob("*.partial"))
    assert b"database.sqlite" not in sealed.file.read_bytes()


def test_every_key_opens_it(tmp_path):
    first, second = new_identity(), new_identity()
    keys = recipients([str(first.recipient), str(second.recipient), str(first.recipient)])
    assert len(keys) == 2
    file = seal(tmp_path / "b.age", MEMBERS, CREATED, keys).file
    assert check_sealed(file, first) == check_sealed(file, second)


@needs_age
def test_age_and_tar_open_it_without_us(sealed, tmp_path):
    secret = tmp_path / "secret.key"
    public = make_key_pair(secret)
    file = tmp_path / "other.age"
    seal(file, [*MEMBERS, Member("blobs/photo", tmp_path / "photo.jpg")], CREATED, [public])
    archive = subprocess.run(
        [AGE, "--decrypt", "-i", secret, file], check=True, capture_output=True
    ).stdout
    out = tmp_path / "out"
    out.mkdir()
    subprocess.run(["tar", "-x", "-C", out], input=archive, check=True)
    listed = json.loads((out / "manifest.json").read_text())["members"]
    assert len(listed) == 3
    for entry in listed:
        content = (out / entry["name"]).read_bytes()
        assert len(content) == entry["size"]
        assert hashlib.sha256(content).hexdigest() == entry["sha256"]


@needs_age
def test_what_age_encrypted_is_opened(identity, tmp_path):
    file = tmp_path / "by-age.age"
    command = [AGE, "--encrypt", "-r", str(identity.recipient), "-o", file]
    subprocess.run(command, input=archive_of(), check=True)
    assert check_sealed(file, identity).members == ()


def test_memory_does_not_grow_with_the_size(tmp_path):
    """300 MB out and in, measured in a process of its own."""
    script = f"""
import resource
from pathlib import Path
from paragraph8.server.backup.age import new_identity
from paragraph8.server.backup.opened import check_sealed
from paragraph8.server.backup.sealed import Member, seal
folder, key = Path({str(tmp_path)!r}), new_identity()
with (folder / "big").open("wb") as big:
    big.truncate(300 << 20)
peak = lambda: resource.getrusage(resource.RUSAGE_SELF).ru_maxrss // 1024
before = peak()
sealed = seal(folder / "b.age", [Member("big", folder / "big")], "", [key.recipient])
check_sealed(sealed.file, key)
print(peak() - before)
"""
    run = subprocess.run([sys.executable, "-c", script], capture_output=True, text=True, check=True)
    assert int(run.stdout) < 40


# Damage


@pytest.mark.parametrize("keep", [0, 10, 150, 300, 70_000, -70_000, -1])
def test_a_truncated_file_is_refused(sealed, identity, keep):
    sealed.file.write_bytes(sealed.file.read_bytes()[:keep])
    refused("backup.damaged", sealed.file, identity)


def test_a_file_cut_between_two_chunks_of_age_is_refused(sealed, identity):
    content = sealed.file.read_bytes()
    header = content.index(b"\n", content.index(b"\n---") + 1) + 1
    sealed.file.write_bytes(content[: header + 16 + 65_536 + 16])
    refused("backup.damaged", sealed.file, identity)


@pytest.mark.parametrize("at", [3, -1, -2, 0.3, 0.5, 0.9])
def test_a_flipped_bit_is_found(sealed, identity, at):
    content = bytearray(sealed.file.read_bytes())
    content[int(at * len(content)) if isinstance(at, float) else at] ^= 1
    sealed.file.write_bytes(content)
    refused("backup.damaged", sealed.file, identity)


def test_appended_bytes_are_found(sealed, identity):
    sealed.file.write_bytes(sealed.file.read_bytes() + b"\0")
    refused("backup.damaged", sealed.file, identity)


def test_another_key_does_not_open_it(sealed):
    refused("backup.wrong_key", sealed.file, new_identity())


def test_a_missing_file_is_told(tmp_path, identity):
    refused("file.not_usable", tmp_path / "none.age", identity)


# Archives that someone else sealed with our public key


def manifest_of(*names: str, **changes: object) -> bytes:
    document = json.loads(Manifest(CREATED, ()).to_json())
    empty = hashlib.sha256(b"").hexdigest()
    document["members"] = [{"name": n, "size": 0, "sha256": empty} for n in names]
    return json.dumps(document | changes).encode()


def archive_of(*members: tarfile.TarInfo, manifest: bytes | None = None) -> bytes:
    """A tar archive of empty members with a manifest that lists them."""
    buffer = BytesIO()
    with tarfile.open(fileobj=buffer, mode="w", format=tarfile.GNU_FORMAT) as archive:
        for info in members:
            archive.addfile(info)
        content = manifest_of(*(i.name for i in members)) if manifest is None else manifest
        last = tarfile.TarInfo("manifest.json")
        last.size = len(content)
        archive.addfile(last, BytesIO(content))
    return buffer.getvalue()


def sealed_by_others(tmp_path: Path, archive: bytes, identity: Identity) -> Path:
    file = tmp_path / "foreign.age"
    with file.open("wb") as out:
        encrypt(iter([archive]), out.write, [identity.recipient])
    return file


def info(name: str, kind: bytes = tarfile.REGTYPE, target: str = "") -> tarfile.TarInfo:
    made = tarfile.TarInfo(name)
    made.type, made.linkname = kind, target
    return made


@pytest.mark.parametrize(
    "member",
    [
        info("/etc/passwd"),
        info("../outside"),
        info("a/../../outside"),
        info("a/./b"),
        info("a//b"),
        info(".ssh"),
        info("a\\b"),
        info("a\nb"),
        info("Upper"),
        info("n" * 101),
        info("manifest.json/below"),
        info("link", tarfile.SYMTYPE, "/etc/passwd"),
        info("hard", tarfile.LNKTYPE, "/etc/passwd"),
        info("folder", tarfile.DIRTYPE),
        info("pipe", tarfile.FIFOTYPE),
        info("device", tarfile.CHRTYPE),
        info("sparse", tarfile.GNUTYPE_SPARSE),
    ],
    ids=lambda member: f"{member.type!r} {member.name[:20]!r}",
)
def test_names_and_kinds_that_could_leave_the_folder_are_refused(member, identity, tmp_path):
    file = sealed_by_others(tmp_path, archive_of(info("first"), member), identity)
    problem = refused("backup.unsafe_member", file, identity)
    # The member itself is named, or the header that a long name brings with it.
    assert problem.facts["name"] in (member.name, member.name[:100], "././@LongLink")


def test_a_name_given_twice_is_refused(identity, tmp_path):
    file = sealed_by_others(tmp_path, archive_of(info("a/b"), info("a/b")), identity)
    refused("backup.unsafe_member", file, identity)


@pytest.mark.parametrize(
    "archive",
    [
        b"",
        b"no archive " * 200,
        archive_of(manifest=b"{"),
        archive_of(manifest=b"[]"),
        archive_of(manifest=b"[" * 100_000),
        archive_of(manifest=manifest_of(version=2)),
        archive_of(manifest=manifest_of(format="other")),
        archive_of(manifest=manifest_of(members={})),
        archive_of(manifest=manifest_of(members=[{"name": "a"}])),
        archive_of() + b"something",
        archive_of(info("a"))[: tarfile.BLOCKSIZE],
        bytes(2 * tarfile.BLOCKSIZE),
    ],
)
def test_another_format_is_refused(archive, identity, tmp_path):
    refused("backup.unknown_format", sealed_by_others(tmp_path, archive, identity), identity)


@pytest.mark.parametrize(
    ("held", "listed"),
    [(("a",), ("b",)), (("a",), ()), ((), ("a",)), (("a", "b"), ("b", "a"))],
)
def test_a_manifest_that_lists_something_else_is_refused(held, listed, identity, tmp_path):
    archive = archive_of(*map(info, held), manifest=manifest_of(*listed))
    refused("backup.altered", sealed_by_others(tmp_path, archive, identity), identity)


def test_a_member_with_another_hash_is_refused(identity, tmp_path):
    members = [{"name": "a", "size": 0, "sha256": "0" * 64}]
    archive = archive_of(info("a"), manifest=manifest_of(members=members))
    problem = refused("backup.altered", sealed_by_others(tmp_path, archive, identity), identity)
    assert problem.facts["name"] == "a"


# Sealing refuses before it leaves anything


def not_sealed(code: str, folder: Path, members: list[Member], identity: Identity) -> None:
    with pytest.raises(Problem) as caught:
        seal(folder / "no.age", members, CREATED, [identity.recipient])
    assert caught.value.code == code
    assert not list(folder.glob("no.age*"))


@pytest.mark.parametrize("name", ["../x", "/x", "", "A", "x/", "manifest.json", "n" * 101, "é"])
def test_a_bad_name_is_not_sealed(name, identity, tmp_path):
    not_sealed("backup.bad_name", tmp_path, [Member(name, b"")], identity)


def test_a_name_that_is_the_folder_of_another_is_not_sealed(identity, tmp_path):
    members = [Member("a/b", b""), Member("a", b"")]
    not_sealed("backup.bad_name", tmp_path, members, identity)
    not_sealed("backup.bad_name", tmp_path, members[::-1], identity)


def test_a_missing_member_is_named(identity, tmp_path):
    not_sealed("file.not_usable", tmp_path, [Member("a", tmp_path / "gone")], identity)


@pytest.mark.parametrize("change", [b"", b"longer" * 300_000])
def test_a_file_that_changes_meanwhile_is_not_sealed(change, identity, tmp_path):
    growing = tmp_path / "growing"
    growing.write_bytes(b"x" * 1_500_000)

    class Changing(type(growing)):
        """Another process writes right after the file was opened and looked at."""

        def open(self, *arguments: object, **options: object):
            opened = super().open(*arguments, **options)
            first = opened.read

            class Opened:
                def __enter__(self):
                    return self

                def __exit__(self, *_: object):
                    opened.close()

                def fileno(self) -> int:
                    return opened.fileno()

                def read(self, size: int) -> bytes:
                    growing.write_bytes(change)
                    return first(size)

            return Opened()

    not_sealed("backup.member_changed", tmp_path, [Member("a", Changing(growing))], identity)


def test_nothing_is_overwritten(sealed, identity, tmp_path):
    before = sealed.file.read_bytes()
    with pytest.raises(Problem) as caught:
        seal(sealed.file, [], CREATED, [identity.recipient])
    assert caught.value.code == "backup.exists"
    assert sealed.file.read_bytes() == before
    with pytest.raises(Problem) as caught:
        open_sealed(sealed.file, identity, tmp_path)
    assert caught.value.code == "backup.folder_exists"


def test_an_interrupted_run_leaves_nothing(identity, tmp_path):
    def members():
        yield Member("a", b"x" * 200_000)
        raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        seal(tmp_path / "no.age", members(), CREATED, [identity.recipient])
    assert not list(tmp_path.iterdir())


# Keys


def test_a_key_pair_is_made_once_and_says_where_it_belongs(tmp_path):
    secret = tmp_path / "secret.key"
    public = make_key_pair(secret)
    assert stat.S_IMODE(secret.stat().st_mode) == 0o600
    assert str(read_identity(secret).recipient) == str(public)
    text = secret.read_text()
    assert all(line in text for line in WHERE_TO_KEEP)
    assert "away from the server" in text
    with pytest.raises(Problem) as caught:
        make_key_pair(secret)
    assert caught.value.code == "backup.key_exists"
    assert secret.read_text() == text


@pytest.mark.parametrize(
    "text", [b"", b"# nothing\n", b"AGE-SECRET-KEY-1X", b"\xff\xfe", b"a\nb\n"]
)
def test_a_file_without_one_secret_key_is_refused(text, tmp_path):
    (tmp_path / "k").write_bytes(text)
    with pytest.raises(Problem) as caught:
        read_identity(tmp_path / "k")
    assert caught.value.code == "backup.bad_secret_key"


def test_public_keys_are_checked_and_a_secret_one_is_never_repeated(identity):
    for bad in ("", "age1abc", "ssh-ed25519 AAAA"):
        with pytest.raises(Problem) as caught:
            recipient(bad)
        assert caught.value.code == "backup.bad_public_key"
    with pytest.raises(Problem) as caught:
        recipients([identity.secret])
    assert caught.value.code == "backup.secret_key_given"
    assert identity.secret not in f"{caught.value}{caught.value.facts}"
    with pytest.raises(Problem) as caught:
        recipients([])
    assert caught.value.code == "backup.no_public_key"
    assert identity.secret not in f"{identity!r}{identity}"
