"""Who is let in, and what the page says and does when it is not, or when the connection goes."""
import json
import re
import socket
import threading

import pytest
from playwright.sync_api import expect

from conftest import answers, say
from double import MAIN, TOKEN, Refusal


def stored(page, key: str) -> dict:
    return json.loads(page.evaluate("(key) => localStorage.getItem(key)", key))


def connected(page):
    expect(page.get_by_title("Connected")).to_be_visible(timeout=10_000)


def test_the_token_of_the_link_leaves_the_address_and_is_kept(gateway, visits):
    page = visits().open(f"{gateway.url}?session=main&password=p#token={TOKEN}")
    connected(page)
    assert page.url == f"{gateway.url}?session=main"
    settings = stored(page, "openclaw.control.settings.v1")
    origin = f"ws://127.0.0.1:{gateway.port}"
    assert (settings["token"], settings["gatewayUrl"]) == (TOKEN, origin)
    device = stored(page, "openclaw-device-identity-v1")
    assert set(device) == {"version", "deviceId", "publicKey", "privateKey", "createdAtMs"}
    auth = stored(page, "openclaw.device.auth.v1")
    assert auth["deviceId"] == device["deviceId"]
    assert auth["gateways"][origin]["operator"]["token"] == gateway.device_tokens[device["deviceId"]]
    assert gateway.connects[0]["scopes"] == ["operator.admin", "operator.approvals", "operator.pairing"]
    assert gateway.connects[0]["caps"] == ["tool-events"]


def test_a_query_token_works_too(gateway, visits):
    page = visits().open(f"{gateway.url}?token={TOKEN}")
    connected(page)
    assert page.url == gateway.url


def test_without_a_token_the_page_asks_for_it(gateway, visits):
    page = visits().open(gateway.url)
    gate = page.locator('[data-gate="credential"]')
    expect(gate).to_contain_text("The Gateway asks for its token")
    expect(gate).to_contain_text("openclaw dashboard --no-open")
    page.get_by_label("Gateway token").fill("wrong")
    page.keyboard.press("Enter")
    expect(gate).to_contain_text("The token is wrong")
    page.get_by_label("Gateway token").fill(TOKEN)
    page.get_by_role("button", name="Connect").click()
    connected(page)
    assert len(gateway.connects) == 3


def test_a_paired_device_needs_no_shared_token(gateway, visits):
    visit = visits()
    connected(visit.open(f"{gateway.url}#token={TOKEN}"))
    visit.page.evaluate("localStorage.removeItem('openclaw.control.settings.v1')")
    visit.page.reload()
    connected(visit.page)
    assert list(gateway.connects[-1]["auth"]) == ["deviceToken"]
    gateway.device_tokens.clear()
    visit.page.reload()
    expect(visit.page.locator('[data-gate="credential"]')).to_contain_text("asks for its token")
    assert "gateways" in stored(visit.page, "openclaw.device.auth.v1")
    assert stored(visit.page, "openclaw.device.auth.v1")["gateways"] == {}


def test_pairing_shows_the_request_and_goes_on_by_itself(gateway, visits):
    gateway.auto_pair = False
    page = visits().open(f"{gateway.url}#token={TOKEN}")
    gate = page.locator('[data-gate="pairing"]')
    expect(gate).to_contain_text("Waiting for approval")
    device, request = next(iter(gateway.pending.items()))
    expect(gate).to_contain_text(f"openclaw devices approve {request}")
    expect(gate).to_contain_text("openclaw devices list")
    expect(gate.get_by_label("Copy command")).to_have_count(2)
    gateway.paired.add(device)
    connected(page)


def test_over_plain_http_the_page_has_keys_and_copies_all_the_same(gateway, visits):
    gateway.auto_pair = False
    page = visits().open(f"http://claw.test:{gateway.port}/#token={TOKEN}")
    expect(page.locator('[data-gate="pairing"]')).to_be_visible()
    assert page.evaluate("[window.isSecureContext, typeof crypto.subtle]") == [False, "undefined"]
    page.get_by_label("Copy command").first.click()
    expect(page.get_by_label("Copied")).to_be_visible()
    gateway.paired.update(gateway.pending)
    connected(page)
    say(page, "hello")
    expect(answers(page)).to_contain_text("You said: hello")


@pytest.mark.parametrize(
    "refusal, gate, words",
    [
        (Refusal("origin not allowed (open the Control UI from the gateway host)"), "origin", "allowedOrigins"),
        (Refusal("unauthorized: too many failed authentication attempts", code="INVALID_REQUEST"), "rate-limited", "five minutes"),
        (Refusal("protocol mismatch"), "protocol", "protocol 4"),
        (Refusal("device signature expired"), "identity", "clocks differ"),
        (Refusal("something new"), "other", "something new"),
    ])
def test_other_refusals_name_the_next_step(gateway, visits, refusal, gate, words):
    details = {"rate-limited": {"code": "AUTH_RATE_LIMITED"}, "protocol": {"expectedProtocol": 4},
               "identity": {"code": "DEVICE_AUTH_SIGNATURE_EXPIRED"}}.get(gate)
    if details:
        refusal.error["details"] = details
    gateway.refusal = refusal
    page = visits().open(f"{gateway.url}#token={TOKEN}")
    expect(page.locator(f'[data-gate="{gate}"]')).to_contain_text(re.compile(words))
    gateway.refusal = None
    page.get_by_role("button", name="Try now").click()
    connected(page)


def test_a_refused_upgrade_is_told_from_a_gateway_that_is_away(gateway, visits):
    gateway.refuse_origins = True
    page = visits().open(f"{gateway.url}#token={TOKEN}")
    expect(page.locator('[data-gate="origin"]')).to_contain_text("gateway.controlUi.allowedOrigins")
    gateway.refuse_origins = False
    page.get_by_role("button", name="Try now").click()
    connected(page)


def test_a_gateway_that_comes_back_in_between_is_no_refusal(gateway, visits):
    # Its socket was refused while it started, and a moment later it serves the page.
    gateway.refuse_next_sockets = 1
    page = visits().open(f"{gateway.url}#token={TOKEN}")
    connected(page)
    assert gateway.refuse_next_sockets == 0


def test_s01_a_link_to_another_gateway_is_not_followed(gateway, visits):
    connections = []
    listener = socket.create_server(("127.0.0.1", 0))

    def listen():
        while True:
            try:
                connections.append(listener.accept())
            except OSError:
                return

    threading.Thread(target=listen, daemon=True).start()
    other = f"ws://127.0.0.1:{listener.getsockname()[1]}"
    page = visits().open(f"{gateway.url}?gatewayUrl={other}#token={TOKEN}")
    connected(page)
    expect(page.locator('[data-banner="ignored-gateway"]')).to_be_visible()
    assert page.url == gateway.url
    page.reload()
    connected(page)
    listener.close()
    assert connections == []
    assert stored(page, "openclaw.control.settings.v1")["gatewayUrl"] == f"ws://127.0.0.1:{gateway.port}"


def test_a_token_of_another_gateway_is_not_sent(gateway, visits):
    visit = visits()
    visit.context.add_init_script(
        """localStorage.setItem('openclaw.control.settings.v1',
             JSON.stringify({gatewayUrl: 'wss://elsewhere.example', token: 'not-yours', theme: 'dark', extra: 1}))""")
    page = visit.open(gateway.url)
    expect(page.locator('[data-gate="credential"]')).to_contain_text("asks for its token")
    assert [one["auth"] for one in gateway.connects] == [{}]


def test_a_message_written_offline_is_sent_once(gateway, chat):
    gateway.refuse_sockets = True
    gateway.drop()
    expect(chat.locator('[data-banner="offline"]')).to_contain_text("does not answer")
    say(chat, "are you there")
    expect(chat.locator(".outbox li")).to_contain_text("Waiting")
    gateway.refuse_sockets = False
    expect(answers(chat)).to_contain_text("You said: are you there", timeout=10_000)
    expect(chat.locator('[data-banner="offline"]')).to_have_count(0)
    assert len(gateway.sent("chat.send")) == 1


@pytest.mark.parametrize("original", [True, False])
def test_a_send_without_an_answer_is_done_once(gateway, visits, original):
    gateway.original = original
    chat = visits().open(f"{gateway.url}#token={TOKEN}")
    connected(chat)
    # The list of sessions is asked for once what was missed has been told.
    chat.get_by_role("navigation").get_by_role("button", name="ada").wait_for()
    gateway.hold_acks = 1
    say(chat, "only once")
    expect(chat.locator("article.user")).to_contain_text("only once")
    while not gateway.sent("chat.send"):
        chat.wait_for_timeout(20)
    gateway.drop()
    connected(chat)
    expect(answers(chat)).to_contain_text("You said: only once")
    expect(chat.locator(".outbox li")).to_have_count(0)
    keys = [one["idempotencyKey"] for one in gateway.sent("chat.send")]
    # A Gateway that tells what was missed has shown that the message arrived; another is asked again under the same key.
    assert len(keys) == (2 if original else 1) and len(set(keys)) == 1
    expect(chat.locator("article.user")).to_have_count(1)
    expect(answers(chat)).to_have_count(1)


def test_unsent_messages_survive_a_reload_of_the_page(gateway, chat):
    say(chat, "count forever")
    expect(chat.locator("article[data-live]")).to_contain_text("1 2")
    say(chat, "for later")
    gateway.refuse_sockets = True
    chat.reload()
    expect(chat.locator(".outbox li")).to_contain_text("for later")
    gateway.stop_runs()
    gateway.refuse_sockets = False
    expect(answers(chat).last).to_contain_text("You said: for later", timeout=10_000)
    assert [one["message"] for one in gateway.sent("chat.send")] == ["count forever", "for later"]


def test_a_message_for_another_session_is_sent_too(gateway, chat):
    # The list of sessions must be there before nothing comes any more.
    chat.get_by_role("navigation").get_by_role("button", name="ada").wait_for()
    gateway.refuse_sockets = True
    gateway.drop()
    say(chat, "left behind")
    chat.get_by_role("navigation").get_by_role("button", name="ada").click()
    expect(chat.locator(".outbox li")).to_have_count(0)
    gateway.refuse_sockets = False
    connected(chat)
    chat.get_by_role("navigation").get_by_role("button", name="Main conversation").click()
    expect(answers(chat)).to_contain_text("You said: left behind")
    assert gateway.sent("chat.send")[0]["sessionKey"] == MAIN


def test_a_silent_connection_is_opened_again(gateway, visits):
    visit = visits()
    visit.context.clock.install()
    page = visit.open(f"{gateway.url}#token={TOKEN}")
    connected(page)
    page.clock.fast_forward(60_000)
    page.wait_for_timeout(300)
    assert len(gateway.connects) == 1
    page.clock.fast_forward(30_000)
    for _ in range(200):
        if len(gateway.connects) > 1:
            break
        # The end of the old connection takes its time, and only then the delay of the next one begins.
        page.clock.run_for(100)
        page.wait_for_timeout(50)
    connected(page)
    assert len(gateway.connects) == 2


def test_a_restart_is_not_an_error(gateway, chat):
    gateway.refuse_sockets = True
    gateway.drop(1012)
    expect(chat.locator('[data-banner="offline"]')).to_contain_text("The Gateway restarts.")
    gateway.refuse_sockets = False
    connected(chat)


def test_the_page_works_below_a_base_path_and_on_a_deep_link(gateway, visits):
    page = visits().open(f"{gateway.url}claw/chat?session=agent:main:irc:direct:ada#token={TOKEN}")
    connected(page)
    expect(page.get_by_role("heading", name="ada")).to_be_visible()


def test_banners_for_the_script_safe_mode_and_other_devices(gateway, visits):
    gateway.model = ("demo", "scripted")
    gateway.safe_mode = "openclaw.json line 3, column 9: a comma is missing."
    gateway.requests_of_devices = [{"requestId": "r-0", "deviceId": "d", "displayName": "Tablet", "ts": 1}]
    page = visits().open(f"{gateway.url}#token={TOKEN}")
    connected(page)
    expect(page.locator('[data-banner="scripted"]')).to_contain_text("This is a script, not an AI")
    expect(page.locator('[data-banner="scripted"]')).to_contain_text("ANTHROPIC_API_KEY or OPENAI_API_KEY")
    expect(page.locator('[data-banner="safe-mode"]')).to_contain_text("line 3, column 9")
    expect(page.locator('[data-banner="pairing-request"]')).to_contain_text("Tablet asks")
    page.get_by_role("button", name="Reject").click()
    expect(page.locator('[data-banner="pairing-request"]')).to_have_count(0)
    gateway.announce("device.pair.requested", {"requestId": "r-1", "displayName": "Phone", "remoteIp": "10.0.0.7", "ts": 1})
    banner = page.locator('[data-banner="pairing-request"]')
    expect(banner).to_contain_text("Phone at 10.0.0.7")
    banner.get_by_role("button", name="Approve").click()
    expect(banner).to_have_count(0)
    assert gateway.sent("device.pair.approve") == [{"requestId": "r-1"}]
