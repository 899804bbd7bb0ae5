"""The uploader with which other tests stand for ODK Collect, against a server that is strict."""

import hashlib
import ssl

import pytest

from clients import faults
from clients.collect import Collect
from clients.faults import Fault, Kind
from clients.openrosa import FormSourceFault, read_form_list, read_manifest
from clients.strict_server import FORM, PASSWORD, USER, StrictServer, certificate
from clients.wire import Request, Wire


@pytest.fixture
def server():
    with StrictServer() as running:
        yield running


def instance(*files: str) -> bytes:
    nodes = "".join(f"<f{at}>{name}</f{at}>" for at, name in enumerate(files))
    return f'<data id="opening" version="3">{nodes}<meta/></data>'.encode()


def names(post) -> list[str]:
    return [part.name for part in post.parts]


def test_a_submission_as_collect_sends_it(server):
    files = {"b.jpg": b"B", "ფოტო 1.jpg": b"F", "audit.csv": b"A", "a.jpg": b"A"}
    sent = instance("b.jpg", "ფოტო 1.jpg", "a.jpg")
    with Collect(server.url("open"), "collect:1 2") as device:
        outcome = device.send(sent, files)
    assert (outcome.status, outcome.message, outcome.attempts) == (201, "received", 1)
    assert [request.method for request in server.requests] == ["HEAD", "POST"]
    for request in server.requests:
        assert request.path == "/open/submission?deviceID=collect%3A1%202"
        assert request.headers["X-OpenRosa-Version"] == "1.0"
        assert request.headers["User-Agent"].startswith("org.odk.collect.android/")
    (post,) = server.posts
    # As the instance names them, then what it does not name.
    assert names(post) == ["xml_submission_file", "b.jpg", "ფოტო 1.jpg", "a.jpg", "audit.csv"]
    assert [part.filename for part in post.parts] == ["instance.xml", *names(post)[1:]]
    kinds = [part.kind for part in post.parts]
    assert kinds == ["text/xml", "image/jpeg", "image/jpeg", "image/jpeg", "text/csv"]
    assert post.parts[0].content == sent


def test_a_submission_is_split_by_the_size_that_the_server_takes(server):
    server.limit = 1000
    files = {f"{at}.jpg": bytes(400) for at in range(4)} | {"4.jpg": bytes(5000), "5.jpg": b""}
    device = Collect(server.url("open"))
    assert device.send(instance(*files), files).succeeded
    more = "*isIncomplete*"
    assert [names(post)[1:] for post in server.posts] == [
        ["0.jpg", "1.jpg", more],
        ["2.jpg", "3.jpg", more],
        # Too large for the server, and sent all the same, alone.
        ["4.jpg", more],
        ["5.jpg"],
    ]
    assert {post.parts[0].content for post in server.posts} == {instance(*files)}
    assert [part.content for part in server.posts[0].parts if part.name == more] == [b"yes"]


def test_a_post_has_at_most_101_files(server):
    files = {f"{at:03}.jpg": b"" for at in range(203)}
    assert Collect(server.url("open")).send(instance(*files), files).succeeded
    assert [len(post.parts) for post in server.posts] == [103, 103, 2]
    assert [names(post)[-1] for post in server.posts] == ["*isIncomplete*"] * 2 + ["202.jpg"]


def test_digest_is_asked_for_once_and_then_sent_unasked(server):
    device = Collect(server.url("digest"), username=USER, password=PASSWORD)
    assert device.send(instance()).succeeded
    assert device.send(instance()).succeeded
    shape = [(request.method, request.status, request.count) for request in server.requests]
    assert shape == [
        ("HEAD", 401, None),
        ("HEAD", 204, 1),
        ("POST", 201, 2),
        ("HEAD", 204, 3),
        ("POST", 201, 4),
    ]


def test_an_old_nonce_is_replaced_without_a_new_question(server):
    server.uses = 1
    device = Collect(server.url("digest"), username=USER, password=PASSWORD)
    assert device.send(instance()).succeeded
    assert [request.status for request in server.requests] == [401, 204, 401, 201]


@pytest.mark.parametrize("username", [None, USER, "somebody else"])
def test_who_is_not_known_gets_nothing(server, username):
    device = Collect(server.url("digest"), username=username, password="wrong")
    outcome = device.send(instance())
    assert (outcome.status, outcome.succeeded, server.posts) == (401, False, [])
    with pytest.raises(FormSourceFault) as caught:
        device.form_list()
    assert caught.value.status == 401


def test_basic_is_for_tls_only(server, tmp_path):
    plain = Collect(server.url("basic"), username=USER, password=PASSWORD)
    assert plain.send(instance()).status == 401
    assert not any("Authorization" in request.headers for request in server.requests)
    own = certificate(tmp_path)
    with StrictServer(own) as secure:
        trusted = ssl.create_default_context(cafile=own)
        device = Collect(secure.url("basic"), username=USER, password=PASSWORD, context=trusted)
        assert device.send(instance()).succeeded
        assert Collect(secure.url("open")).send(instance()).status is None


@pytest.mark.parametrize(
    ("base", "status", "says"),
    [
        ("captive-head", 200, "OpenRosa submission endpoint"),
        ("captive-post", 200, "network login failure"),
        ("elsewhere", 204, "different host"),
        ("redirect", 302, "different host"),
        ("no-content", 204, "(204)"),
        ("closed", 404, "Error: This form is closed."),
        ("down", 503, "(503)"),
    ],
)
def test_what_collect_takes_for_failure(server, base, status, says):
    outcome = Collect(server.url(base)).send(instance())
    assert not outcome.succeeded
    assert outcome.status == status
    assert says in outcome.message


def test_a_place_on_the_same_host_is_followed(server):
    device = Collect(server.url("moved"))
    assert device.send(instance()).succeeded
    assert device.send(instance()).succeeded
    paths = [(request.method, request.path.partition("?")[0]) for request in server.requests]
    # It is asked for once.
    assert paths == [("HEAD", "/moved/submission")] + [("POST", "/open/submission")] * 2
    assert all("deviceID=" in request.path for request in server.requests)


def test_a_form_names_its_own_place(server):
    action = server.url("open") + "/submission?token=1"
    assert Collect(server.url("down")).send(instance(), action=action).succeeded
    assert server.requests[-1].path == ("/open/submission?token=1&deviceID=collect%3Atest-device")


# Forms


def test_forms_with_media_and_a_conditional_get(server):
    device = Collect(server.url("open"))
    for status in (200, 304):
        server.requests.clear()
        (form,) = device.form_list("opening")
        assert (form.form_id, form.version) == ("opening", "3")
        got = device.download(form)
        assert (got.xml, got.media) == (FORM, {"stations.csv": b"name,label\n17,School\n"})
        assert got.entities == ("stations.csv",)
        assert [request.status for request in server.requests] == [status] * 4
        assert all("deviceID=" in request.path for request in server.requests)
    assert "formID=opening" in server.requests[0].path


@pytest.mark.parametrize(
    ("base", "says"),
    [("wrong-type", "text/xml"), ("no-version", "not an OpenRosa"), ("wrong-hash", "announced")],
)
def test_forms_that_collect_refuses(server, base, says):
    device = Collect(server.url(base))
    with pytest.raises(FormSourceFault, match=says):
        device.download(device.form_list()[0])


def test_one_entry_without_its_fields_spoils_the_list():
    head = '<xforms xmlns="http://openrosa.org/xforms/xformsList">'
    good = "<xform><formID>a</formID><name>A</name><downloadUrl>u</downloadUrl>%s</xform>"
    (form,) = read_form_list((head + good % "<hash>abc</hash>" + "</xforms>").encode())
    # Without md5: it is no hash.
    assert form.hash is None
    with pytest.raises(FormSourceFault, match="downloadUrl"):
        read_form_list((head + good % "" + "<xform><formID>b</formID></xform></xforms>").encode())
    with pytest.raises(FormSourceFault, match="root"):
        read_form_list(b"<xforms/>")


@pytest.mark.parametrize("fields", ["", "<filename>a</filename><hash>md5:1</hash>"])
def test_one_file_without_its_fields_spoils_the_manifest(fields):
    head = '<manifest xmlns="http://openrosa.org/xforms/xformsManifest">'
    with pytest.raises(FormSourceFault):
        read_manifest(f"{head}<mediaFile>{fields}</mediaFile></manifest>".encode())


# Faults


@pytest.mark.parametrize(
    ("fault", "received"),
    [
        (faults.before(), 1),
        (faults.cut(0), 1),
        (faults.cut(10), 1),
        (faults.cut(0.9), 1),
        (faults.lost_ack(), 2),
        (faults.lost_ack(-1), 2),
        (Fault(Kind.ACK, abrupt=False), 2),
    ],
)
def test_a_lost_answer_is_a_retry_with_the_same_bytes(server, fault, received):
    outcome = Collect(server.url("open")).send(instance("a"), {"a": bytes(100_000)}, fault)
    assert (outcome.status, outcome.attempts) == (201, 2)
    assert len(server.posts) == received
    assert len({post.body for post in server.posts}) == 1


def test_a_deaf_client_may_have_been_heard(server):
    outcome = Collect(server.url("open")).send(instance(), fault=Fault(Kind.DEAF, abrupt=False))
    assert (outcome.status, outcome.attempts) == (201, 2)
    assert len(server.posts) in (1, 2)


def test_tries_end(server):
    bad_luck = [faults.before()] * 3
    outcome = Collect(server.url("open")).send(instance(), fault=bad_luck, tries=3)
    assert (outcome.status, outcome.attempts, outcome.succeeded) == (None, 3, False)
    assert outcome.message.startswith("Error: ")


@pytest.mark.parametrize(("resumes", "sent"), [(False, [0, 0, 1, 2]), (True, [0, 1, 2])])
def test_a_retry_begins_where_its_version_does(server, resumes, sent):
    server.limit = 1000
    files = {f"{at}.jpg": bytes(900) for at in range(3)}
    device = Collect(server.url("open"), resumes=resumes)
    assert device.send(instance(*files), files, faults.cut(chunk=1)).attempts == 2
    assert [names(post)[1] for post in server.posts] == [f"{at}.jpg" for at in sent]


@pytest.mark.parametrize("times", [2, 20])
@pytest.mark.parametrize("base", ["open", "digest"])
def test_the_same_from_many_sockets_at_once(server, times, base):
    server.together = times
    device = Collect(server.url(base), username=USER, password=PASSWORD)
    outcome = device.send(instance(), fault=Fault(Kind.PARALLEL, times=times))
    assert [answer.status for answer in outcome.answers] == [201] * times
    assert len({post.body for post in server.posts}) == 1
    # The server saw them at the same time.
    assert server.most_together == times


def test_chunks_in_reverse_order(server):
    server.limit = 1000
    files = {f"{at}.jpg": bytes(900) for at in range(3)}
    outcome = Collect(server.url("open")).send(instance(*files), files, Fault(Kind.REORDER))
    assert outcome.succeeded
    assert [names(post)[1] for post in server.posts] == ["2.jpg", "1.jpg", "0.jpg"]


@pytest.mark.parametrize(
    ("fault", "header", "value"),
    [
        (Fault(Kind.CHUNKED), "Transfer-Encoding", "chunked"),
        (Fault(Kind.EXPECT), "Expect", "100-continue"),
        (Fault(Kind.DRIP, times=5, seconds=0.2), "Content-Length", None),
    ],
)
def test_bodies_that_arrive_in_other_ways(server, fault, header, value):
    files = {"a": hashlib.sha256(b"a").digest() * 1000}
    assert Collect(server.url("open")).send(instance("a"), files, fault).attempts == 1
    assert server.requests[-1].headers[header] == (value or str(len(server.posts[0].body)))
    assert server.posts[0].parts[1].content == files["a"]
    took = server.requests[-1].seconds
    assert (took > 0.1) == (fault.kind is Kind.DRIP)


def test_a_body_that_the_server_does_not_want_is_not_sent(server):
    outcome = Collect(server.url("too-large")).send(instance(), fault=Fault(Kind.EXPECT))
    assert (outcome.status, outcome.message) == (413, "Error: Too large.")
    assert server.posts == []


def test_a_plan_is_the_same_for_the_same_seed():
    assert faults.plan(7, 50, chunks=3) == faults.plan(7, 50, chunks=3)
    assert faults.plan(7, 50) != faults.plan(8, 50)
    assert {fault.kind for fault in faults.plan(7, 200)} == set(Kind)


def test_a_seeded_plan_ends_in_success(server):
    files = {"a.jpg": bytes(2000), "b.jpg": bytes(2000)}
    server.limit = 3000
    outcome = Collect(server.url("open")).send(
        instance(*files), files, faults.plan(3, 12, chunks=2)
    )
    assert outcome.succeeded
    assert outcome.attempts > 1


def test_an_idle_connection_is_used_again_and_replaced_when_closed(server):
    wire = Wire()
    request = Request("HEAD", server.url("open") + "/submission", ())
    for _ in range(3):
        assert wire.exchange(request).status == 204
    assert server.connections == 1
    server.hang_up()
    assert wire.exchange(request).status == 204
    assert server.connections == 2
