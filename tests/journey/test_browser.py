"""The built statement in a real browser: what a reader sees and can do, also without scripts."""

import os
import re
import shutil
from collections.abc import Iterator
from functools import partial
from http.server import SimpleHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from threading import Thread

import pytest
from playwright.sync_api import Browser, Page, sync_playwright

from helpers import lumria
from missions import LUMRIA_MISSION, accept_all
from paragraph8.statement.build import gather
from paragraph8.statement.mission import read_mission
from paragraph8.statement.publication import publish
from paragraph8.tables.snapshot import write_snapshot

CHROMIUM = os.environ.get("P8_CHROMIUM") or shutil.which("chromium")
pytestmark = pytest.mark.skipif(
    not CHROMIUM, reason="NOT RUN: needs Chromium (P8_CHROMIUM, or chromium on PATH)"
)
ARGUMENTS = (
    "--no-sandbox",
    "--disable-gpu",
    "--disable-background-networking",
    "--disable-quic",
    "--no-first-run",
    "--disable-component-update",
    "--disable-sync",
)
PHONE, DESK = {"width": 360, "height": 740}, {"width": 1280, "height": 900}
OVERFLOW = "document.documentElement.scrollWidth - document.documentElement.clientWidth"


class Quiet(SimpleHTTPRequestHandler):
    def log_message(self, format: str, *args: object) -> None:
        """Nothing on standard error."""


@pytest.fixture(scope="module")
def browser() -> Iterator[Browser]:
    with sync_playwright() as playwright:
        opened = playwright.chromium.launch(executable_path=CHROMIUM, args=ARGUMENTS)
        yield opened
        opened.close()


@pytest.fixture(scope="module")
def serve() -> Iterator:
    """serve(folder) -> address on this machine."""
    servers = []

    def start(folder: Path) -> str:
        handler = partial(Quiet, directory=str(folder))
        server = ThreadingHTTPServer(("127.0.0.1", 0), handler)
        Thread(target=server.serve_forever, daemon=True).start()
        servers.append(server)
        return f"http://127.0.0.1:{server.server_address[1]}/"

    yield start
    for server in servers:
        server.shutdown()
        server.server_close()


@pytest.fixture(scope="module")
def demo_address(demo_folder: Path, serve) -> str:
    return serve(demo_folder / "statement")


class Visit:
    """A page with what it asked for and complained of."""

    def __init__(self, browser: Browser, address: str, **context: object) -> None:
        self.address = address
        self.context = browser.new_context(**context)
        self.page: Page = self.context.new_page()
        self.requests: list[str] = []
        self.complaints: list[str] = []
        self.page.on("request", lambda request: self.requests.append(request.url))
        self.page.on("requestfailed", lambda request: self.complaints.append(request.url))
        self.page.on("pageerror", lambda error: self.complaints.append(str(error)))
        self.page.on(
            "console",
            lambda message: (
                self.complaints.append(message.text)
                if message.type in ("error", "warning")
                else None
            ),
        )

    def __enter__(self) -> "Visit":
        self.page.goto(self.address)
        return self

    def __exit__(self, *fault: object) -> None:
        self.context.close()

    def assert_sound(self) -> None:
        assert self.complaints == []
        home = re.match(r"http://[^/]+/", self.address)[0]
        foreign = [url for url in self.requests if not url.startswith((home, "data:"))]
        assert foreign == []


def a_figure(page: Page):
    """The first figure in a finding's sentence."""
    return page.locator(".finding .sentence a.fig").first


@pytest.mark.parametrize("viewport", [PHONE, DESK], ids=["360", "1280"])
@pytest.mark.parametrize("path", ["index.html", "standards.html", "evidence"])
def test_no_page_overflows_or_complains(browser, demo_folder, demo_address, viewport, path):
    if path == "evidence":
        # The widest table, and the longest query.
        pages = (demo_folder / "statement" / "evidence").iterdir()
        path = f"evidence/{max(pages, key=lambda page: page.stat().st_size).name}"
    with Visit(browser, demo_address + path, viewport=viewport) as visit:
        visit.page.wait_for_load_state("networkidle")
        assert visit.page.evaluate(OVERFLOW) <= 0
        assert visit.page.evaluate("document.fonts.size") > 0
        visit.assert_sound()


@pytest.mark.parametrize("viewport", [PHONE, DESK], ids=["360", "1280"])
def test_a_figure_opens_its_box_in_place(browser, demo_address, viewport):
    with Visit(browser, f"{demo_address}index.html", viewport=viewport) as visit:
        page, figure = visit.page, a_figure(visit.page)
        box = page.locator(f"#{figure.get_attribute('data-box')}")
        assert not box.is_visible()
        figure.click()
        assert box.is_visible()
        assert page.url == visit.address
        numerator, denominator = re.search(r"([\d,]+) of ([\d,]+) ", box.inner_text()).groups()
        assert numerator in figure.inner_text()
        assert denominator in figure.inner_text()
        assert "Excluded" in box.inner_text()
        assert page.evaluate(OVERFLOW) <= 0
        seen = box.bounding_box()
        assert seen["x"] >= 0
        assert seen["x"] + seen["width"] <= viewport["width"]
        box.get_by_role("link", name="How this was computed").click()
        page.wait_for_url("**/evidence/*.html")
        assert f"{numerator} of {denominator}" in page.locator("h1").inner_text()
        page.get_by_role("link", name="Back to the statement").click()
        page.wait_for_url("**/index.html")
        visit.assert_sound()


def test_figures_are_reached_opened_and_left_by_keyboard(browser, demo_address):
    with Visit(browser, f"{demo_address}index.html", viewport=DESK) as visit:
        page = visit.page
        on_figure = "document.activeElement.matches('a.fig[data-box]')"
        for _ in range(60):
            page.keyboard.press("Tab")
            if page.evaluate(on_figure):
                break
        assert page.evaluate(on_figure), "no figure is reached by Tab"
        assert page.evaluate("getComputedStyle(document.activeElement).outlineStyle") != "none"
        box = page.locator(f"#{page.evaluate('document.activeElement.dataset.box')}")
        page.keyboard.press("Enter")
        assert box.is_visible()
        assert page.url == visit.address
        # The box's own link is the next stop.
        page.keyboard.press("Tab")
        assert page.evaluate("document.activeElement.textContent") == "How this was computed"
        page.keyboard.press("Escape")
        assert not box.is_visible()
        assert page.evaluate(on_figure), "focus is back on the figure"
        visit.assert_sound()


def test_without_scripts_a_figure_leads_to_its_evidence(browser, demo_address):
    address = f"{demo_address}index.html"
    with Visit(browser, address, viewport=PHONE, java_script_enabled=False) as visit:
        figure = a_figure(visit.page)
        says = figure.inner_text()
        figure.click()
        visit.page.wait_for_url("**/evidence/*.html")
        heading = visit.page.locator("h1").inner_text()
        assert re.findall(r"[\d,]+", heading)[:1] == re.findall(r"[\d,]+", says)[:1]
        assert visit.page.get_by_text("Denominator").is_visible()
        visit.assert_sound()


def test_charts_are_described_and_tables_have_headers(browser, demo_address):
    with Visit(browser, f"{demo_address}index.html", viewport=DESK) as visit:
        charts = visit.page.locator("figure.chart [role=img]")
        assert charts.count() >= 3
        for chart in charts.all():
            assert len(chart.get_attribute("aria-label")) > 20
        for table in visit.page.locator("table").all():
            assert table.locator("th[scope=col]").count() > 1
        assert visit.page.locator("html").get_attribute("lang") == "en"


@pytest.fixture(scope="module")
def arabic(tmp_path_factory: pytest.TempPathFactory, serve) -> str:
    """Lumria's statement by a mission that writes Arabic."""
    mission = LUMRIA_MISSION.replace('language = "en"', 'language = "ar"')
    mission = mission.replace(
        'conclusions = "', 'conclusions = "رأى المراقبون التصويت في مراكز الاقتراع. '
    )
    mission = mission.replace('title = "Election of the Assembly of Lumria, ', 'title = "لومريا، ')
    folder = tmp_path_factory.mktemp("arabic")
    tables = write_snapshot(lumria(), folder / "snapshot")
    material = gather(read_mission("mission.toml", mission), tables, "mission.toml")
    decisions = accept_all(material)
    snapshot, out = folder / "snapshot", folder / "statement"
    publish(material, decisions, mission, snapshot, out, lambda _: None)
    return serve(out)


@pytest.mark.parametrize("viewport", [PHONE, DESK], ids=["360", "1280"])
def test_a_right_to_left_statement(browser, arabic, viewport):
    with Visit(browser, f"{arabic}index.html", viewport=viewport) as visit:
        page = visit.page
        page.wait_for_load_state("networkidle")
        assert page.locator("html").get_attribute("dir") == "rtl"
        assert page.locator("html").get_attribute("lang") == "ar"
        assert "رأى المراقبون" in page.locator("main").inner_text()
        # In a right-to-left page the overflow would be to the left.
        assert page.evaluate(OVERFLOW) <= 0
        assert page.evaluate("document.documentElement.scrollLeft") == 0
        heading = page.locator("h1").bounding_box()
        start = page.evaluate(
            "(() => { const range = document.createRange();"
            " range.selectNodeContents(document.querySelector('h1'));"
            " return range.getBoundingClientRect().right })()"
        )
        assert start == pytest.approx(heading["x"] + heading["width"], abs=2)
        a_figure(page).click()
        box = page.locator(".popover:popover-open")
        assert box.is_visible()
        assert page.evaluate(OVERFLOW) <= 0
        visit.assert_sound()
