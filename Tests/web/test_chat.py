"""The conversation itself."""
import os
import re

import pytest
from playwright.sync_api import expect

from conftest import answers, say
from double import MAIN


REAL = os.environ.get("OPENCLAW_TEST_URL")


@pytest.mark.parametrize("which", ["double", "gateway"] if REAL else ["double"])
def test_a_message_is_answered(which, request, visits):
    double = f"{request.getfixturevalue('gateway').url}#token=a-shared-token"
    page = visits().open(REAL if which == "gateway" else double)
    expect(page.get_by_title("Connected")).to_be_visible()
    before = answers(page).count()
    say(page, "hello")
    expect(page.locator("article.user").last).to_contain_text("hello")
    expect(answers(page)).to_have_count(before + 1, timeout=30_000)
    expect(answers(page).last.locator(".markdown").last).not_to_be_empty()
    page.reload()
    expect(page.locator("article.user").last).to_contain_text("hello")


def test_the_text_grows_while_it_is_written(gateway, chat):
    say(chat, "a somewhat longer message, so that the answer comes in many pieces")
    live = chat.locator("article[data-live] .markdown")
    expect(live).to_contain_text("You said")
    first = live.inner_text()
    expect(answers(chat)).to_have_count(1)
    whole = answers(chat).locator(".markdown").inner_text()
    assert whole.startswith(first.strip()) and len(whole) > len(first)
    sends = gateway.sent("chat.send")
    assert len(sends) == 1
    assert sends[0]["sessionKey"] == MAIN and sends[0]["deliver"] is False
    assert re.fullmatch(r"[0-9a-f]{8}-[0-9a-f]{4}-4[0-9a-f]{3}-[89ab][0-9a-f]{3}-[0-9a-f]{12}", sends[0]["idempotencyKey"])
    expect(answers(chat).locator(".turn-model")).to_have_text("anthropic/claude-sonnet-4")
    expect(answers(chat).locator("time")).to_be_visible()


def test_tool_calls_are_cards_that_open(chat):
    say(chat, "use tools")
    card = chat.locator('.tool[data-tool="read"]')
    expect(chat.locator(".tool.running .spinner").first).to_be_visible()
    expect(card.locator(".tool-args")).to_have_text("notes/today.md")
    expect(answers(chat).last).to_contain_text("You want to buy milk")
    expect(chat.locator('.tool[data-tool="write"]')).to_have_class(re.compile("failed"))
    expect(chat.locator("article.assistant")).to_have_count(1)
    head = card.get_by_role("button")
    expect(head).to_have_attribute("aria-expanded", "false")
    head.press("Enter")
    expect(head).to_have_attribute("aria-expanded", "true")
    expect(card).to_contain_text("buy milk\ncall Ada")
    chat.reload()
    expect(chat.locator(".tool")).to_have_count(2)
    expect(chat.locator("article.assistant strong")).to_have_text("buy milk")


def test_stop_keeps_what_was_written(gateway, chat):
    say(chat, "count forever")
    expect(chat.locator("article[data-live]")).to_contain_text("3 4 5")
    chat.get_by_label("Stop the answer").click()
    expect(answers(chat)).to_contain_text("3 4 5")
    expect(answers(chat)).to_contain_text("Stopped")
    say(chat, "count forever")
    expect(chat.locator("article[data-live]")).to_contain_text("1 2")
    chat.keyboard.press("Escape")
    expect(chat.get_by_text("Stopped")).to_have_count(2)
    say(chat, "count forever")
    expect(chat.locator("article[data-live]")).to_contain_text("1 2")
    say(chat, "stop")
    expect(chat.get_by_text("Stopped")).to_have_count(3)
    assert len(gateway.sent("chat.abort")) == 3
    assert len(gateway.sent("chat.send")) == 3


def test_a_message_waits_while_an_answer_is_written(gateway, chat):
    say(chat, "count forever")
    expect(chat.locator("article[data-live]")).to_contain_text("1 2")
    say(chat, "second")
    say(chat, "third")
    queue = chat.get_by_label("Messages not sent yet")
    expect(queue.locator("li")).to_have_count(2)
    queue.locator("li").last.get_by_label("Remove").click()
    expect(queue.locator("li")).to_have_count(1)
    assert len(gateway.sent("chat.send")) == 1
    chat.keyboard.press("Escape")
    expect(answers(chat).last).to_contain_text("You said: second")
    expect(queue).to_have_count(0)
    assert [one["message"] for one in gateway.sent("chat.send")] == ["count forever", "second"]


def test_a_failed_run_and_a_refused_message_say_why(chat):
    say(chat, "break")
    expect(chat.locator(".turn-error")).to_contain_text("check ANTHROPIC_API_KEY")
    expect(chat.locator("article.user")).to_contain_text("break")
    say(chat, "refuse this")
    failed = chat.locator(".outbox li.failed")
    expect(failed).to_contain_text("send blocked by session policy")
    failed.get_by_role("button", name="Edit").click()
    expect(chat.get_by_label("Message", exact=True)).to_have_value("refuse this")


def test_thinking_can_be_read_and_hidden(chat):
    say(chat, "think")
    expect(answers(chat)).to_contain_text("Four.")
    thinking = chat.get_by_role("button", name="Thinking", exact=True)
    thinking.click()
    expect(chat.locator(".thinking-body")).to_have_text("The user wants the sum of 2 and 2.")
    chat.get_by_label("Show thinking").click()
    expect(thinking).to_have_count(0)
    chat.reload()
    expect(answers(chat)).to_contain_text("Four.")
    expect(thinking).to_have_count(0)


def test_markdown_is_drawn_and_code_is_copied(gateway, visits):
    visit = visits(permissions=["clipboard-read", "clipboard-write"])
    page = visit.open(f"{gateway.url}#token=a-shared-token")
    say(page, "rich")
    expect(answers(page).locator("table")).to_contain_text("rsync -a")
    expect(answers(page).get_by_role("link", name="the manual")).to_have_attribute("rel", "noopener noreferrer nofollow")
    page.locator(".code-head button").click()
    expect(page.locator(".code-head button")).to_have_text("Copied")
    assert page.evaluate("navigator.clipboard.readText()").strip() == "rsync -a --info=progress2 ~/notes/ backup:/srv/notes/"
    answers(page).hover()
    answers(page).get_by_label("Copy message").click()
    expect(answers(page).get_by_label("Copied")).to_be_visible()
    assert page.evaluate("navigator.clipboard.readText()").startswith("## Three ways to copy a file")


def test_hostile_text_does_nothing(gateway, visits):
    visit = visits()
    page = visit.open(f"{gateway.url}#token=a-shared-token")
    say(page, "hostile")
    expect(answers(page)).to_contain_text("<script>window.harm = 1</script>")
    expect(answers(page).get_by_role("link", name="Image: track")).to_be_visible()
    assert page.evaluate("window.harm") is None
    assert page.locator(".markdown img, .markdown script, .markdown [onclick]").count() == 0
    hrefs = page.eval_on_selector_all(".markdown a", "links => links.map((link) => link.protocol)")
    assert set(hrefs) == {"https:"}
    assert visit.foreign == []


def test_sessions_are_listed_and_opened(gateway, chat):
    gateway.history["agent:main:irc:direct:ada"] = [
        {"role": "user", "content": "Is it raining?", "timestamp": 1_700_000_000_000},
        {"role": "assistant", "content": [{"type": "text", "text": "Not today."}], "timestamp": 1_700_000_001_000},
        {"role": "assistant", "content": [{"type": "text", "text": "NO_REPLY"}], "timestamp": 1_700_000_002_000},
    ]
    sessions = chat.get_by_role("navigation", name="Conversations")
    expect(sessions.get_by_role("button", name="Main conversation")).to_have_attribute("aria-current", "true")
    sessions.get_by_role("button", name="ada").click()
    expect(answers(chat)).to_have_count(1)
    expect(answers(chat)).to_contain_text("Not today.")
    say(chat, "hello")
    expect(answers(chat).last).to_contain_text("You said: hello")
    assert gateway.sent("chat.send")[-1]["sessionKey"] == "agent:main:irc:direct:ada"
    chat.reload()
    expect(chat.get_by_role("heading", name="ada")).to_be_visible()


def test_start_over_asks_first(gateway, chat):
    say(chat, "hello")
    expect(answers(chat)).to_have_count(1)
    chat.get_by_role("button", name="Start over").click()
    assert gateway.sent("sessions.reset") == []
    chat.get_by_role("group", name="Start over").get_by_role("button", name="Start over").click()
    expect(chat.locator("article")).to_have_count(0)
    assert gateway.sent("sessions.reset") == [{"key": MAIN, "reason": "new"}]
    expect(chat.get_by_role("heading", name="What shall we do?")).to_be_visible()


def test_a_run_of_another_client_appears(gateway, chat):
    gateway.history[MAIN] = [
        {"role": "user", "content": "from the phone", "timestamp": 1_700_000_000_000},
        {"role": "assistant", "content": [{"type": "text", "text": "Seen."}], "timestamp": 1_700_000_001_000}]
    gateway.announce("chat", {"runId": "other", "sessionKey": MAIN, "seq": 9, "state": "final"})
    expect(answers(chat)).to_contain_text("Seen.")
    expect(chat.locator("article.user")).to_contain_text("from the phone")


def test_enter_of_an_input_method_does_not_send(gateway, chat):
    box = chat.get_by_label("Message", exact=True)
    box.fill("にほん")
    box.dispatch_event("keydown", {"key": "Enter", "isComposing": True, "bubbles": True})
    box.dispatch_event("keydown", {"key": "Enter", "keyCode": 229, "bubbles": True})
    expect(box).to_have_value("にほん")
    box.press("Shift+Enter")
    box.press_sequentially("x")
    expect(box).to_have_value("にほん\nx")
    assert gateway.sent("chat.send") == []
    box.press("Enter")
    expect(box).to_have_value("")
    expect(answers(chat)).to_have_count(1)
