"""Clients that were written for the original Gateway connect, pair, chat and read history, unchanged."""

import asyncio
import json
import re

import pytest
from bamboo_claw_client import device_identity as bamboo_identity
from bamboo_claw_client.gateway import GatewayClient, _ConnectRejected
from openclaw_sdk.gateway.protocol import ProtocolGateway
from openclaw_webchat_adapter.config import AdapterSettings
from openclaw_webchat_adapter.ws_adapter import DeviceIdentity, OpenClawChatWsAdapter

from gateway import TOKEN, Gateway

SESSION = "agent:main:friends"


def test_a_control_ui_client_chats_streams_and_reads_history(gateway: Gateway):
    """Signs with a device key, sends an Origin, and expects streaming text and the stored history."""

    async def talk():
        client = GatewayClient(gateway.url, TOKEN, data_dir=str(gateway.home / "bamboo"))
        hello = await client.connect()
        assert hello["payload"]["protocol"] == 3
        states: list[dict] = []

        async def on_event(event: dict):
            states.append(event)

        answer = await client.send_chat_message("Hello, who are you?", SESSION, on_event=on_event)
        assert answer["sessionKey"] == SESSION
        assert "script" in answer["content"]
        assert states[-1] == {"state": "final", "content": answer["content"]}
        assert all(answer["content"].startswith(event["content"].rstrip()) for event in states)
        history = await client.get_chat_history(SESSION)
        assert [(row["role"], row["state"]) for row in history["messages"]] == [("user", "final"), ("assistant", "final")]
        assert history["messages"][0]["content"] == "Hello, who are you?"
        assert history["messages"][1]["content"] == answer["content"]
        await client.disconnect()

    asyncio.run(talk())


def test_a_device_token_is_issued_and_replaces_the_shared_one(gateway: Gateway):
    folder = str(gateway.home / "bamboo")

    async def connect(token: str) -> str:
        client = GatewayClient(gateway.url, token, data_dir=folder)
        hello = await client.connect()
        await client.disconnect()
        return hello["payload"]["auth"]["deviceToken"]

    issued = asyncio.run(connect(TOKEN))
    device = bamboo_identity.load_or_create_identity(folder).device_id
    assert bamboo_identity.load_device_token(folder, device, "operator") == issued
    assert asyncio.run(connect("not the shared token")) == issued

    gateway.command("devices", "revoke", "--device", device, "--role", "operator")
    with pytest.raises(_ConnectRejected, match="^Gateway authentication failed: unauthorized"):
        asyncio.run(connect("not the shared token"))


def test_another_platform_of_a_paired_device_waits_for_approval(gateway: Gateway):
    """The same key claims another platform: refused with the text that clients look for, approved by the CLI, let in."""
    folder = str(gateway.home / "bamboo")

    async def pair():
        client = GatewayClient(gateway.url, TOKEN, data_dir=folder)
        await client.connect()
        await client.disconnect()

    asyncio.run(pair())
    key = bamboo_identity.load_or_create_identity(folder).private_key
    settings = AdapterSettings(
        url=gateway.url, token=TOKEN, session_key=SESSION, client_id="openclaw-control-ui", platform="browser")

    def connect() -> OpenClawChatWsAdapter:
        return OpenClawChatWsAdapter.create_connected(
            settings, ensure_session_key=SESSION, device=DeviceIdentity.from_private_key_bytes(key))

    with pytest.raises(RuntimeError, match="pairing required"):
        connect()
    pending = json.loads(gateway.command("devices", "list", "--json"))["pending"]
    assert [request["platform"] for request in pending] == ["browser"]
    gateway.command("devices", "approve", pending[0]["requestId"])

    adapter = connect()
    assert adapter.hello_payload["type"] == "hello-ok"
    pieces = list(adapter.stream_chat("What time is it?"))
    assert re.search(r"Time: \w{3} \d{4}-\d\d-\d\d \d\d:\d\d", "".join(pieces))
    history = adapter.get_chat_history(SESSION)
    assert history.session_key == SESSION
    assert history.messages[0].role == "user"
    assert history.messages[0].content[0].text == "What time is it?"
    adapter.stop()


def test_a_client_uses_the_identity_that_the_cli_left(gateway: Gateway, monkeypatch: pytest.MonkeyPatch):
    """Reads identity/device.json and identity/device-auth.json of the state directory, as the original CLI writes them."""
    gateway.command("agent", "--message", "Hello", "--json")
    gateway.command("status", "--json")
    monkeypatch.setenv("HOME", str(gateway.home))

    async def ask():
        client = ProtocolGateway(f"{gateway.url}/gateway", token=TOKEN)
        await client.connect()
        health = await client.health()
        assert health.healthy
        models = await client.models_list()
        assert "scripted" in [model["id"] for model in models["models"]]
        sessions = await client.sessions_list()
        await client.close()
        return sessions

    sessions = asyncio.run(ask())
    assert "agent:main:main" in [row["key"] for row in sessions]
