import os
import pathlib

import pytest
from playwright.sync_api import Browser, Page, expect, sync_playwright

from double import GatewayDouble, TOKEN

ROOT = pathlib.Path(__file__).resolve().parents[2]
SCREENSHOTS = ROOT / ".test-servers/screenshots"
# Only a failure waits this long; a machine that builds something else at the same time needs more than the default of 5 s.
expect.set_options(timeout=20_000)


@pytest.fixture(scope="session")
def gateway_double():
    return GatewayDouble()


@pytest.fixture
def gateway(gateway_double: GatewayDouble):
    gateway_double.restore()
    yield gateway_double
    assert gateway_double.violations == []


@pytest.fixture(scope="session")
def browser():
    program = os.environ.get("OPENCLAW_TEST_BROWSER", str(ROOT / ".test-servers/chromium/start"))
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(
            executable_path=program, headless=True,
            # claw.test is this machine under a name that is no secure context: no WebCrypto, no clipboard.
            args=["--no-sandbox", "--disable-gpu", "--host-resolver-rules=MAP claw.test 127.0.0.1"])
        yield browser
        browser.close()


class Visit:
    """One browser profile with one page, and what went wrong in it."""

    def __init__(self, browser: Browser, **options):
        options = {"viewport": {"width": 1280, "height": 800}, "locale": "en-GB", "reduced_motion": "reduce"} | options
        self.context = browser.new_context(**options)
        self.page: Page = self.context.new_page()
        self.faults: list[str] = []
        self.foreign: list[str] = []
        self.expected_faults: tuple[str, ...] = ("WebSocket connection", "503", "ERR_CONNECTION")
        self.page.on("pageerror", lambda error: self.faults.append(f"error: {error}"))
        self.page.on("console", self._heard)
        self.page.on("request", self._requested)

    def _heard(self, message):
        if message.type == "error" and not any(part in message.text for part in self.expected_faults):
            self.faults.append(f"console: {message.text}")

    def _requested(self, request):
        host = request.url.split("/")[2] if "://" in request.url else ""
        if host and not host.startswith(("127.0.0.1", "claw.test", "localhost")):
            self.foreign.append(request.url)

    def open(self, url: str):
        self.page.goto(url)
        return self.page


@pytest.fixture
def visits(browser):
    made: list[Visit] = []

    def visit(**options) -> Visit:
        made.append(Visit(browser, **options))
        return made[-1]

    yield visit
    faults = [fault for one in made for fault in one.faults + one.foreign]
    for one in made:
        one.context.close()
    assert faults == []


@pytest.fixture
def chat(gateway, visits) -> Page:
    """A page that is connected with the right token."""
    page = visits().open(f"{gateway.url}#token={TOKEN}")
    expect(page.get_by_title("Connected")).to_be_visible()
    return page


def say(page: Page, text: str):
    page.get_by_label("Message", exact=True).fill(text)
    page.get_by_label("Message", exact=True).press("Enter")


def answers(page: Page):
    return page.locator("article.assistant:not([data-live])")


def expect_sent(page: Page, double: GatewayDouble, method: str, count: int):
    """A request may still be on its way when the page shows the state that asks for it."""
    for _ in range(1_000):
        if len(double.sent(method)) >= count:
            break
        page.wait_for_timeout(20)
    assert len(double.sent(method)) == count


def shoot(page: Page, name: str):
    SCREENSHOTS.mkdir(parents=True, exist_ok=True)
    page.screenshot(path=SCREENSHOTS / f"{name}.png")
