"""A page whose connection goes shows in the end, and all along, what one shows whose connection never went."""
import os
import pathlib
import random
import sys
import time

import pytest
from playwright.sync_api import Page, expect

from conftest import answers, expect_sent, say, shoot
from cutting import ModelServer, Way
from double import MAIN, TOKEN, Refusal

sys.path.append(str(pathlib.Path(__file__).parents[1] / "clients"))
import gateway as process  # noqa: E402

REAL = os.environ.get("OPENCLAW_TEST_URL")
BLOCKS = """(articles) => articles.map((article) => [...article.querySelectorAll(".turn-body > *:not(.writing)")].map(
    (block) => block.matches(".tool") ? `${block.dataset.tool} ${block.className}` : block.innerText.trim()))"""


class Stage:
    """What answers, and the steps it is told to take."""

    def __init__(self, port: int, token: str, put):
        self.way = Way(port)
        self.put = put
        self.straight = f"http://127.0.0.1:{port}/#token={token}"
        self.cuttable = f"http://127.0.0.1:{self.way.port}/#token={token}"

    def say(self, text: str):
        self.put(("say", text))

    def say_after_a_pause(self, text: str):
        """The Gateway tells a text that grows at most every 150 ms, and what came in between with the next piece."""
        time.sleep(0.2)
        self.say(text)


@pytest.fixture(params=["double", "gateway"] if REAL else ["double"])
def stage(request, tmp_path_factory):
    if request.param == "double":
        double = request.getfixturevalue("gateway")
        stage = Stage(double.port, TOKEN, lambda step: double.loop.call_soon_threadsafe(double.script.put_nowait, step))
        yield stage
        stage.way.end()
        return
    model = ModelServer()
    provider = {"baseUrl": f"http://127.0.0.1:{model.port}/v1", "apiKey": "unused", "api": "openai-completions",
                "models": [{"id": "m", "name": "m", "contextWindow": 200_000, "maxTokens": 8192}]}
    real = process.Gateway(tmp_path_factory.mktemp("gateway"), more={
        "models": {"providers": {"steps": provider}}, "agents": {"defaults": {"model": {"primary": "steps/m"}}}})
    stage = Stage(real.port, process.TOKEN, lambda step: model.loop.call_soon_threadsafe(model.steps.put_nowait, step))
    yield stage
    stage.way.end()
    real.stop()
    model.end()


def blocks(page: Page, kind: str = "article[data-live]"):
    return page.eval_on_selector_all(kind, BLOCKS)


def shows(page: Page, expected: list, kind: str = "article[data-live]"):
    for _ in range(1_000):
        if blocks(page, kind) == expected:
            return
        page.wait_for_timeout(20)
    assert blocks(page, kind) == expected


def connected(page: Page):
    expect(page.get_by_title("Connected")).to_be_visible()


def connect_again(page: Page):
    expect(page.get_by_title("Connected")).to_have_count(0)
    # The network is back: the page does not wait for its own delay.
    page.evaluate("window.dispatchEvent(new Event('online'))")
    connected(page)


def cut(stage: Stage, page: Page, meanwhile=lambda: None):
    stage.way.cut()
    meanwhile()
    connect_again(page)


def test_fifty_cuts_while_an_answer_is_written(stage, visits, request):
    # Another device that is never cut, and this one.
    whole = visits().open(stage.straight)
    page = visits().open(stage.cuttable)
    connected(whole)
    connected(page)
    say(page, "by script")
    chance = random.Random(50)
    written = ["", ""]
    part = 0
    stage.say("It begins. ")
    written[0] += "It begins. "
    shows(page, [["It begins."]])
    for number in range(50):
        word = f"word{number} "
        written[part] += word
        if number == 20:
            # The call begins and ends while nobody is there.
            part = 1
            cut(stage, page, lambda: (stage.say(word), stage.put(("tool", "session_status", {}, "Fine."))))
            continue
        pieces = [word[:chance.randrange(len(word))]]
        pieces.append(word[len(pieces[0]):])
        stage.say(pieces[0])
        cut(stage, page, lambda: stage.say(pieces[1]))
        if number in (10, 19, 30, 49):
            stage.say_after_a_pause(". ")
            written[part] += ". "
            tools = ["session_status tool done"] if part else []
            shows(page, [[written[0].strip()] + tools + [text.strip() for text in written[1:] if text]])
    stage.way.cut()
    stage.say("The end.")
    stage.put(("final",))
    expect(answers(whole)).to_contain_text("The end.")
    connect_again(page)
    expected = [[written[0].strip(), "session_status tool done", f"{written[1]}The end."]]
    for one in (whole, page):
        shows(one, expected, "article.assistant")
        assert blocks(one, "article.user") == [["by script"]]
        expect(one.locator("article[data-live]")).to_have_count(0)
    texts = [one.get_by_role("region", name="Conversation").inner_text() for one in (page, whole)]
    assert texts[0] == texts[1]
    if "double" in request.node.name:
        # Each page loads the conversation when it opens and at the end of the answer; what was missed is not loaded again.
        double = request.getfixturevalue("gateway")
        expect_sent(page, double, "chat.history", 4)
        # A connection that is cut as soon as it stands takes its question with it, so there may be fewer than connections.
        asked = double.sent("events.since")
        assert len(asked) <= len(double.connects) == 53
        assert [one for one in asked if "seq" not in one] == [{"sessions": [MAIN]}] * 2


def test_what_happened_while_the_page_was_away_too_long_is_told_by_a_snapshot(stage, visits, request):
    if "double" not in request.node.name:
        pytest.skip("a Gateway that is started anew has no runs that go on")
    double = request.getfixturevalue("gateway")
    page = visits().open(stage.cuttable)
    connected(page)
    say(page, "by script")
    stage.say("Before.")
    shows(page, [["Before."]])
    double.forgets = True
    cut(stage, page, lambda: (stage.put(("tool", "read", {"path": "a"}, "milk")), stage.say("Between")))
    shows(page, [["Before.", "read tool done", "Between"]])
    assert blocks(page, "article.assistant:not([data-live])") == []
    stage.say(" and after.")
    shows(page, [["Before.", "read tool done", "Between and after."]])
    # A call that goes on, and a device that waits, are in the snapshot itself: nobody needs the other lists for them.
    waiting = {"requestId": "r-1", "deviceId": "d", "displayName": "Phone", "ts": 1}
    begun = ["Before.", "read tool done", "Between and after.", "read tool running"]
    double.history_refusal = Refusal("not now")
    cut(stage, page, lambda: (
        stage.put(("long tool", "read", {"path": "b"}, "cream")), double.requests_of_devices.append(waiting)))
    shows(page, [begun])
    expect(page.locator('[data-banner="pairing-request"]')).to_contain_text("Phone asks")
    assert double.sent("device.pair.list") == []
    stage.put(("go on",))
    shows(page, [begun[:3] + ["read tool done"]])
    double.history_refusal = None
    double.requests_of_devices = []
    stage.way.cut()
    stage.put(("error", {"errorMessage": "The key is wrong."}))
    double.forgets = False
    connect_again(page)
    expect(page.locator(".turn-error")).to_have_text("The key is wrong.")
    expect(page.locator("article[data-live]")).to_have_count(0)


def test_a_page_that_opens_in_the_middle_shows_the_answer_so_far(stage, visits):
    first = visits().open(stage.straight)
    connected(first)
    say(first, "by script")
    stage.say("So far.")
    stage.put(("tool", "session_status", {}, "Fine."))
    stage.say_after_a_pause("So good.")
    whole = ["So far.", "session_status tool done", "So good."]
    shows(first, [whole])
    second = visits().open(stage.straight)
    shows(second, [whole])
    assert blocks(second, "article.assistant:not([data-live])") == []
    stage.put(("final",))
    for page in (first, second):
        shows(page, [whole], "article.assistant:not([data-live])")


def test_a_gateway_that_was_started_anew_ends_the_answer(stage, visits, request):
    if "double" not in request.node.name:
        pytest.skip("the Gateway of this test is not started anew")
    double = request.getfixturevalue("gateway")
    page = visits().open(stage.cuttable)
    connected(page)
    say(page, "by script")
    stage.say("Half an answer")
    shows(page, [["Half an answer"]])
    stage.way.cut()
    double.stop_runs()
    double.instance, double.sequence, double.told = "another", 3, []
    connect_again(page)
    expect(page.locator("article[data-live]")).to_have_count(0)
    shows(page, [["Half an answer", "Stopped"]], "article.assistant")


def test_the_original_gateway_is_asked_for_the_history(gateway, visits):
    gateway.original = True
    page = visits().open(f"{gateway.url}#token={TOKEN}")
    connected(page)
    expect_sent(page, gateway, "chat.history", 1)
    gateway.history[MAIN] = [{"role": "assistant", "content": [{"type": "text", "text": "Missed."}], "timestamp": 1}]
    gateway.drop()
    connect_again(page)
    expect(answers(page)).to_contain_text("Missed.")
    assert len(gateway.sent("chat.history")) == 2
    gateway.announce("tick", {"ts": 1})
    gateway.announce("tick", {"ts": 2}, skip=3)
    expect_sent(page, gateway, "chat.history", 3)
    assert gateway.sent("events.since") == []


def test_a_number_that_is_left_out_is_asked_for(gateway, chat):
    expect_sent(chat, gateway, "events.since", 1)
    expect_sent(chat, gateway, "chat.history", 1)
    gateway.announce("tick", {"ts": 1})
    sockets, gateway.sockets = gateway.sockets, set()
    gateway.announce("device.pair.requested", {"requestId": "r-1", "displayName": "Phone", "ts": 1})
    gateway.sockets = sockets
    gateway.announce("tick", {"ts": 2})
    expect(chat.locator('[data-banner="pairing-request"]')).to_contain_text("Phone")
    assert len(gateway.sent("events.since")) == 2
    assert len(gateway.sent("chat.history")) == 1
    assert gateway.sent("events.since")[-1]["seq"] == 1


@pytest.mark.parametrize("width", [1280, 390])
def test_while_the_gateway_is_away_the_answer_stays(gateway, visits, width):
    page = visits(viewport={"width": width, "height": 800}).open(f"{gateway.url}#token={TOKEN}")
    connected(page)
    say(page, "by script")
    gateway.loop.call_soon_threadsafe(gateway.script.put_nowait, ("say", "Half an answer"))
    shows(page, [["Half an answer"]])
    gateway.refuse_sockets = True
    gateway.drop()
    expect(page.locator('[data-banner="offline"]')).to_be_visible()
    shows(page, [["Half an answer"]], "article.assistant")
    expect(page.locator(".writing")).to_have_count(0)
    expect(page.get_by_label("Stop the answer")).to_have_count(0)
    shoot(page, f"away-{width}")
    gateway.refuse_sockets = False
    connect_again(page)
    expect(page.locator(".writing")).to_have_count(1)
    expect(page.get_by_label("Stop the answer")).to_be_visible()
