"""The page that tells people with phones and laptops how to trust this network's server.

One page per language, whole in itself: no script, no picture, nothing from elsewhere. It comes
over plain HTTP, so it cannot prove itself; it says so and asks for a fingerprint read aloud.
"""

import base64
import hashlib
import plistlib
import uuid
from collections.abc import Sequence
from html import escape

from paragraph8.server.lan.trust_words import LANGUAGES, Steps, Words

CERTIFICATE_PATH, PROFILE_PATH = "/paragraph8-ca.crt", "/paragraph8-ca.mobileconfig"
GROUP, GROUPS_IN_ROW = 4, 4

STYLE = """
:root { color-scheme: light dark; --paper: #fbfaf7; --ink: #1d1d1b; --quiet: #4a4a46;
  --line: #d8d5cc; --act: #0b4a8f; --act-ink: #fff; --look: #6b4200; --look-paper: #fbf1dd }
@media (prefers-color-scheme: dark) { :root { --paper: #161615; --ink: #ecebe6; --quiet: #c3c1b9;
  --line: #45443f; --act: #9cc8ff; --act-ink: #10151c; --look: #f0c987; --look-paper: #2b2415 } }
* { box-sizing: border-box }
body { margin: 0; background: var(--paper); color: var(--ink);
  font: 1.0625rem/1.55 system-ui, "Noto Sans", sans-serif }
main, header { max-width: 42rem; margin-inline: auto; padding-inline: 1.25rem }
header { padding-block-start: 1rem }
main { padding-block-end: 3rem }
nav { display: flex; flex-wrap: wrap; gap: .25rem 1.25rem }
nav a, nav b { padding-block: .6rem; min-block-size: 44px }
a { color: var(--act) }
a:focus-visible, summary:focus-visible { outline: 3px solid var(--act); outline-offset: 2px }
h1 { font-size: 1.6rem; line-height: 1.25; margin-block: 1rem .75rem }
h2 { font-size: 1.15rem; margin-block: 2.25rem .5rem }
p { margin-block: .5rem }
.look { background: var(--look-paper); border-inline-start: 4px solid var(--look);
  padding: .25rem 1rem .75rem; margin-block: 1.5rem }
.look h2 { color: var(--look); margin-block: .75rem .25rem }
.print { direction: ltr; border-collapse: collapse; margin-block: 1rem .25rem;
  font: 1.05rem/1.7 ui-monospace, "Noto Sans Mono", monospace; font-variant-numeric: tabular-nums }
.print th { font: .8rem/1.7 system-ui, sans-serif; color: var(--quiet); text-align: start;
  padding-inline-end: .75rem; white-space: nowrap }
.print td { padding-inline-end: .7rem }
.act { display: block; background: var(--act); color: var(--act-ink); text-decoration: none;
  border-radius: .3rem; padding: .8rem 1rem; font-weight: 600; text-align: center }
@media (min-width: 30rem) { .act { display: inline-block; min-inline-size: 18rem } }
details { border-block-start: 1px solid var(--line) }
details:last-of-type { border-block-end: 1px solid var(--line) }
summary { padding-block: .9rem; font-weight: 600; cursor: pointer }
details p { color: var(--quiet) }
ol, ul { padding-inline-start: 1.4rem; margin-block: .5rem 1.25rem }
li { margin-block: .6rem; overflow-wrap: anywhere }
"""

STYLE_HASH = base64.b64encode(hashlib.sha256(STYLE.encode()).digest()).decode()
# Served with every page: nothing is fetched, run or framed.
POLICY = (
    f"default-src 'none'; style-src 'sha256-{STYLE_HASH}'; "
    "base-uri 'none'; form-action 'none'; frame-ancestors 'none'"
)


def trust_page(language: str, label: str, fingerprint: str, sites: Sequence[str]) -> str:
    """The HTML page in one of LANGUAGES.

    `label` is the certificate's name in the device's lists, `fingerprint` its SHA-256 as
    hexadecimal digits, `sites` the addresses (https://…) at which the server then opens.
    """
    words = LANGUAGES[language]
    devices = "".join(_device(words, steps) for steps in words.devices)
    links = "".join(f'<li><a href="{escape(site)}">{escape(site)}</a></li>' for site in sites)
    return f"""<!doctype html>
<html lang="{words.language}" dir="{words.direction}">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<title>{escape(words.lead)}</title>
<style>{STYLE}</style>
</head>
<body>
<header>{_languages(words)}</header>
<main>
<h1>{escape(words.lead)}</h1>
<p>{escape(words.before)}</p>
<section class="look">
<h2>{escape(words.compare_title)}</h2>
<p>{escape(words.compare)}</p>
<p>{escape(words.certificate)}: <b>{escape(label)}</b></p>
{_fingerprint(words, fingerprint)}
</section>
{devices}
<h2>{escape(words.open_title)}</h2>
<p>{escape(words.open_text)}</p>
<ul>{links}</ul>
<h2>{escape(words.after_title)}</h2>
<p>{escape(words.after)}</p>
</main>
</body>
</html>
"""


def groups(fingerprint: str) -> list[list[str]]:
    """The fingerprint as rows of groups that can be read aloud."""
    parts = [fingerprint[at : at + GROUP] for at in range(0, len(fingerprint), GROUP)]
    return [parts[at : at + GROUPS_IN_ROW] for at in range(0, len(parts), GROUPS_IN_ROW)]


def profile(label: str, fingerprint: str, der: bytes) -> bytes:
    """The certificate as a configuration profile (.mobileconfig) for iPhone and iPad.

    The same certificate makes the same profile, so that installing it twice keeps one.
    """
    certificate_id, profile_id = (
        str(uuid.uuid5(uuid.NAMESPACE_URL, f"{fingerprint}/{part}"))
        for part in ("certificate", "profile")
    )
    named = f"local.server.{fingerprint[:16].lower()}"
    root = {
        "PayloadType": "com.apple.security.root",
        "PayloadVersion": 1,
        "PayloadIdentifier": f"{named}.certificate",
        "PayloadUUID": certificate_id.upper(),
        "PayloadDisplayName": label,
        "PayloadContent": der,
    }
    whole = {
        "PayloadType": "Configuration",
        "PayloadVersion": 1,
        "PayloadIdentifier": named,
        "PayloadUUID": profile_id.upper(),
        "PayloadDisplayName": label,
        "PayloadRemovalDisallowed": False,
        "PayloadContent": [root],
    }
    return plistlib.dumps(whole)


def _languages(shown: Words) -> str:
    items = [
        f'<b aria-current="page">{escape(words.name)}</b>'
        if words is shown
        else f'<a href="/?lang={words.language}" lang="{words.language}" '
        f'hreflang="{words.language}">{escape(words.name)}</a>'
        for words in LANGUAGES.values()
    ]
    return f"<nav>{''.join(items)}</nav>"


def _fingerprint(words: Words, fingerprint: str) -> str:
    rows = "".join(
        f'<tr><th scope="row">{escape(words.row)} {number}</th>'
        + "".join(f"<td>{escape(group)}</td>" for group in row)
        + "</tr>"
        for number, row in enumerate(groups(fingerprint), 1)
    )
    return f'<table class="print">{rows}</table>'


def _device(words: Words, device: Steps) -> str:
    links = {
        "{certificate}": _link(CERTIFICATE_PATH, words.download),
        "{profile}": _link(PROFILE_PATH, words.profile),
    }
    steps = "".join(f"<li>{_filled(step, links)}</li>" for step in device.steps)
    return (
        f"<details open><summary>{escape(device.title)}</summary>"
        f"<p>{escape(device.note)}</p><ol>{steps}</ol></details>"
    )


def _filled(step: str, links: dict[str, str]) -> str:
    text = escape(step)
    for mark, link in links.items():
        text = text.replace(mark, link)
    return text


def _link(path: str, text: str) -> str:
    return f'<a class="act" href="{path}">{escape(text)}</a>'
