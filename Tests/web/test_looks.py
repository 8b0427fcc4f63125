"""The page at the width of a phone and of a desk, in both colours; with pictures in .test-servers/screenshots."""
import time

import pytest
from playwright.sync_api import expect

from answers import NOTES_QUESTION
from conftest import answers, say, shoot
from double import MAIN, TOKEN, Refusal

SIZES = {"phone": {"width": 360, "height": 740}, "desk": {"width": 1280, "height": 800}}


def overflow(page) -> int:
    """By how many pixels the page is wider than the window."""
    return page.evaluate("document.documentElement.scrollWidth - document.documentElement.clientWidth")


def open_page(gateway, visits, size, scheme, **options):
    touch = {"has_touch": True, "is_mobile": True} if size == "phone" else {}
    visit = visits(viewport=SIZES[size], color_scheme=scheme, **touch, **options)
    return visit.open(f"{gateway.url}#token={TOKEN}")


@pytest.mark.parametrize("scheme", ["light", "dark"])
@pytest.mark.parametrize("size", SIZES)
def test_a_conversation(gateway, visits, size, scheme):
    gateway.sessions += [
        {"key": "agent:main:irc:channel:#swift", "kind": "group", "channel": "irc", "displayName": "#swift", "updatedAt": 1},
        {"key": "agent:main:web-1", "kind": "direct", "derivedTitle": "Plan the move to the new flat in spring", "updatedAt": 1}]
    page = open_page(gateway, visits, size, scheme)
    expect(page.get_by_role("heading", name="What shall we do?")).to_be_visible()
    shoot(page, f"welcome-{size}-{scheme}")
    say(page, "use tools")
    expect(answers(page)).to_have_count(1)
    page.locator(".tool button").first.click()
    say(page, "rich")
    expect(answers(page)).to_have_count(2)
    shoot(page, f"chat-{size}-{scheme}")
    assert overflow(page) == 0
    box = page.locator(".composer").bounding_box()
    assert box["y"] + box["height"] <= SIZES[size]["height"]


def test_a_phone_opens_the_list_as_a_drawer(gateway, visits):
    page = open_page(gateway, visits, "phone", "light")
    drawer = page.get_by_role("navigation", name="Conversations")
    expect(drawer).to_be_hidden()
    page.get_by_role("button", name="Conversations").click()
    expect(drawer).to_be_visible()
    shoot(page, "drawer-phone-light")
    drawer.get_by_role("button", name="ada").click()
    expect(drawer).to_be_hidden()
    expect(page.get_by_role("heading", name="ada")).to_be_visible()


def test_the_picture_in_the_documentation(gateway, visits):
    gateway.sessions += [
        {"key": "agent:main:irc:channel:#boats", "kind": "group", "channel": "irc", "displayName": "#boats",
         "updatedAt": int(time.time() * 1000) - 7_000_000}]
    page = open_page(gateway, visits, "desk", "light")
    say(page, NOTES_QUESTION)
    expect(answers(page)).to_have_count(1)
    shoot(page, "picture")


@pytest.mark.parametrize("size", SIZES)
def test_the_gates_fit(gateway, visits, size):
    gateway.auto_pair = False
    page = open_page(gateway, visits, size, "light")
    expect(page.locator('[data-gate="pairing"]')).to_be_visible()
    shoot(page, f"pairing-{size}")
    assert overflow(page) == 0
    gateway.refusal = Refusal("unauthorized: gateway token mismatch (open the dashboard link)")
    gateway.refusal.error["details"] = {"code": "AUTH_TOKEN_MISMATCH"}
    expect(page.locator('[data-gate="credential"]')).to_be_visible(timeout=10_000)
    shoot(page, f"token-{size}")
    assert overflow(page) == 0


@pytest.mark.parametrize("size", SIZES)
def test_everything_at_once_fits(gateway, visits, size):
    gateway.model = ("demo", "scripted")
    gateway.safe_mode = "openclaw.json line 3, column 9: a comma is missing."
    page = open_page(gateway, visits, size, "dark")
    say(page, "count forever")
    expect(page.locator("article[data-live]")).to_contain_text("1 2")
    say(page, "and then tell me a rather long story about the sea, please")
    gateway.refuse_sockets = True
    gateway.drop()
    expect(page.locator('[data-banner="offline"]')).to_be_visible()
    shoot(page, f"states-{size}")
    assert overflow(page) == 0


def test_the_keyboard_reaches_everything(gateway, chat):
    gateway.history[MAIN] = []
    reached = []
    chat.locator("body").evaluate("body => document.activeElement.blur()")
    for _ in range(14):
        chat.keyboard.press("Tab")
        reached.append(chat.evaluate("document.activeElement.getAttribute('aria-label') ?? document.activeElement.textContent"))
    assert {"Start over", "Show thinking", "Colours: system", "Conversation", "Message"} <= set(reached)
    outline = chat.get_by_label("Show thinking")
    outline.focus()
    assert chat.evaluate("getComputedStyle(document.querySelector('[aria-label=\"Show thinking\"]')).outlineStyle") == "solid"


def test_the_colours_can_be_chosen(gateway, visits):
    page = open_page(gateway, visits, "desk", "dark")
    colour = "getComputedStyle(document.body).backgroundColor"
    expect(page.get_by_title("Connected")).to_be_visible()
    dark = page.evaluate(colour)
    page.get_by_label("Colours: system").click()
    light = page.evaluate(colour)
    assert dark != light
    page.reload()
    expect(page.get_by_label("Colours: light")).to_be_visible()
    assert page.evaluate(colour) == light
    page.get_by_label("Colours: light").click()
    assert page.evaluate(colour) == dark
