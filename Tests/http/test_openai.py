"""The official `openai` package is the judge of our form of OpenAI's interface."""

import json
import shlex
import socket
import sqlite3

import httpx2 as httpx
import openai
import pytest
from openai import OpenAI

from gateway import ROOT, TOKEN, Gateway

HELLO = [{"role": "user", "content": "Hello, who are you?"}]


def test_an_answer_has_text_reason_and_counts(client: OpenAI):
    answer = client.chat.completions.create(model="openclaw", messages=HELLO)
    choice = answer.choices[0]
    assert answer.id.startswith("chatcmpl_")
    assert (answer.object, answer.model, choice.finish_reason) == ("chat.completion", "openclaw", "stop")
    assert choice.message.role == "assistant"
    assert "script" in choice.message.content
    assert answer.usage.total_tokens == answer.usage.prompt_tokens + answer.usage.completion_tokens


def test_a_stream_is_the_same_answer_in_pieces(client: OpenAI):
    whole = client.chat.completions.create(model="openclaw", messages=HELLO).choices[0].message.content
    stream = client.chat.completions.create(
        model="openclaw", messages=HELLO, stream=True, stream_options={"include_usage": True})
    chunks = list(stream)
    assert {chunk.id for chunk in chunks} == {chunks[0].id}
    assert chunks[0].choices[0].delta.role == "assistant"
    text = "".join(chunk.choices[0].delta.content or "" for chunk in chunks if chunk.choices)
    assert text == whole
    assert len([chunk for chunk in chunks if chunk.choices and chunk.choices[0].delta.content]) > 1
    assert [chunk.choices[0].finish_reason for chunk in chunks if chunk.choices][-1] == "stop"
    assert chunks[-1].choices == [] and chunks[-1].usage is not None


def test_the_helper_for_streams_understands_them(client: OpenAI):
    with client.chat.completions.stream(model="openclaw", messages=HELLO) as stream:
        final = stream.get_final_completion()
    assert "script" in final.choices[0].message.content
    assert final.choices[0].finish_reason == "stop"


def test_a_user_keeps_a_session_and_no_user_has_a_new_one(gateway: Gateway, client: OpenAI):
    for _ in range(2):
        client.chat.completions.create(model="openclaw/main", messages=HELLO, user="Ann")
    client.chat.completions.create(model="openclaw", messages=HELLO)
    sessions = json.loads(gateway.command("sessions", "--json"))["sessions"]
    keys = [row["key"] for row in sessions]
    assert keys.count("agent:main:openai-user:ann") == 1
    assert any(key.startswith("agent:main:openai:") for key in keys)


def test_a_session_can_be_named(gateway: Gateway, client: OpenAI):
    client.chat.completions.create(
        model="gpt-5", messages=HELLO, extra_headers={"x-openclaw-session-key": "agent:main:named"})
    keys = [row["key"] for row in json.loads(gateway.command("sessions", "--json"))["sessions"]]
    assert "agent:main:named" in keys


def test_the_run_is_in_the_journal(gateway: Gateway, client: OpenAI):
    answer = client.chat.completions.create(model="openclaw", messages=HELLO)
    assert "delivered" in gateway.command("why", answer.id)


def test_models_are_the_agents(client: OpenAI):
    assert [model.id for model in client.models.list()] == ["openclaw", "openclaw/main"]
    assert client.models.retrieve("openclaw/main").owned_by == "openclaw"
    with pytest.raises(openai.NotFoundError, match="The model `gpt-5` does not exist"):
        client.models.retrieve("gpt-5")


@pytest.mark.parametrize("body, text", [
    ({"messages": []}, "Missing user message in `messages`."),
    ({"messages": [{"role": "system", "content": "x"}]}, "Missing user message in `messages`."),
    ({"messages": HELLO, "model": "openclaw/nobody"}, 'unknown agent id "nobody"'),
    ({"messages": [{"role": "user", "content": "a\0b"}]}, "message must not contain null bytes"),
])
def test_mistakes_are_said(client: OpenAI, body: dict, text: str):
    with pytest.raises(openai.BadRequestError) as caught:
        client.post("/chat/completions", cast_to=httpx.Response, body=body)
    assert caught.value.body == {"message": text, "type": "invalid_request_error"}


GHOST = {"x-openclaw-session-key": "agent:ghost:x"}


@pytest.mark.parametrize("path, body, headers, text", [
    ("/v1/chat/completions", {"messages": HELLO, "model": "openclaw/ghost"}, {}, 'unknown agent id "ghost"'),
    ("/v1/chat/completions", {"messages": HELLO}, {"x-openclaw-agent-id": "ghost"}, 'unknown agent id "ghost"'),
    ("/v1/chat/completions", {"messages": HELLO}, GHOST, 'invalid openai params: unknown agent id "ghost"'),
    ("/v1/chat/completions", {"messages": HELLO, "stream": True}, GHOST,
     'invalid openai params: unknown agent id "ghost"'),
    ("/v1/responses", {"model": "agent:ghost", "input": "x"}, {}, 'unknown agent id "ghost"'),
    ("/v1/responses", {"model": "openclaw", "input": "x"}, GHOST,
     'invalid openresponses params: unknown agent id "ghost"'),
    ("/tools/invoke", {"tool": "session_status", "sessionKey": "agent:ghost:x"}, {},
     'invalid tools.invoke params: unknown agent id "ghost"'),
])
def test_an_agent_that_does_not_exist_is_refused_before_anything_is_written(
        gateway: Gateway, path: str, body: dict, headers: dict, text: str):
    answer = httpx.post(
        f"http://127.0.0.1:{gateway.port}{path}", json=body, headers={"Authorization": f"Bearer {TOKEN}"} | headers)
    assert (answer.status_code, answer.json()) == (400, {"error": {"message": text, "type": "invalid_request_error"}})
    assert not (gateway.home / ".openclaw/agents/ghost").exists()
    assert "ghost" not in gateway.command("sessions", "--all-agents", "--json")
    with sqlite3.connect(f"file:{gateway.home}/.openclaw/state/journal.sqlite?mode=ro", uri=True) as journal:
        assert "ghost" not in "\n".join(journal.iterdump())


def test_a_wrong_key_is_refused(gateway: Gateway):
    with OpenAI(base_url=f"http://127.0.0.1:{gateway.port}/v1", api_key="wrong", max_retries=0) as client:
        with pytest.raises(openai.AuthenticationError, match="Unauthorized"):
            client.models.list()


def test_a_body_that_is_too_long_is_refused(client: OpenAI):
    with pytest.raises(openai.APIStatusError) as caught:
        client.chat.completions.create(model="openclaw", messages=[{"role": "user", "content": "x" * (1 << 20)}])
    assert caught.value.status_code == 413


def test_who_goes_away_does_not_end_the_run(gateway: Gateway):
    body = json.dumps({"messages": HELLO, "stream": True, "user": "leaver"})
    with socket.create_connection(("127.0.0.1", gateway.port)) as connection:
        connection.sendall(
            f"POST /v1/chat/completions HTTP/1.1\r\nHost: localhost\r\nAuthorization: Bearer {TOKEN}\r\n"
            f"Content-Length: {len(body)}\r\n\r\n{body}".encode())
        assert connection.recv(15) == b"HTTP/1.1 200 OK"
    with OpenAI(base_url=f"http://127.0.0.1:{gateway.port}/v1", api_key=TOKEN, max_retries=0) as client:
        client.chat.completions.create(model="openclaw", messages=HELLO, user="leaver")
    rows = json.loads(gateway.command("sessions", "--json"))["sessions"]
    assert [row["abortedLastRun"] for row in rows if row["key"] == "agent:main:openai-user:leaver"] == [False]


def invoke(gateway: Gateway, body: dict) -> httpx.Response:
    return httpx.post(
        f"http://127.0.0.1:{gateway.port}/tools/invoke", json=body, headers={"Authorization": f"Bearer {TOKEN}"})


def test_a_tool_runs_without_a_model(gateway: Gateway, client: OpenAI):
    client.chat.completions.create(model="openclaw", messages=HELLO, user="tools")
    answer = invoke(gateway, {"tool": "session_status", "sessionKey": "agent:main:openai-user:tools"})
    assert answer.status_code == 200
    result = answer.json()
    assert result["ok"] is True
    assert "Session: agent:main:openai-user:tools" in result["result"]["content"][0]["text"]
    missing = invoke(gateway, {"tool": "session_status", "sessionKey": "agent:main:none"})
    assert (missing.status_code, missing.json()["error"]["type"]) == (400, "tool_error")


@pytest.mark.parametrize("body, status, error", [
    ({}, 400, {"error": {"message": "tools.invoke requires body.tool", "type": "invalid_request_error"}}),
    ({"tool": "nothing"}, 404, {"ok": False, "error": {"type": "not_found", "message": "Tool not available: nothing"}}),
    ({"tool": "gateway"}, 404, {"ok": False, "error": {"type": "not_found", "message": "Tool not available: gateway"}}),
    ({"tool": "sessions_spawn"}, 404,
     {"ok": False, "error": {"type": "not_found", "message": "Tool not available: sessions_spawn"}}),
    ({"tool": "read", "args": []}, 400,
     {"error": {"message": "body.args must be an object", "type": "invalid_request_error"}}),
])
def test_s39_tools_that_cannot_be_had(gateway: Gateway, body: dict, status: int, error: dict):
    answer = invoke(gateway, body)
    assert (answer.status_code, answer.json()) == (status, error)


def test_a_tool_cannot_leave_the_workspace(gateway: Gateway):
    answer = invoke(gateway, {"tool": "read", "args": {"path": "/etc/passwd"}})
    assert answer.status_code == 400
    assert answer.json()["error"]["type"] == "tool_error"
    assert "root:" not in answer.text


def test_the_examples_of_the_documentation_work(gateway: Gateway):
    """Every `curl` of docs/http-api.md, with the port of this Gateway."""
    page = (ROOT / "docs/http-api.md").read_text().replace("18789", str(gateway.port))
    examples = [block.split("```")[0] for block in page.split("```sh\n")[1:]]
    calls = [example for example in examples if example.startswith("curl ")]
    assert len(calls) == 3
    for call in calls:
        words = shlex.split(call.replace("\\\n", "").replace("$OPENCLAW_GATEWAY_TOKEN", TOKEN))
        name, _, value = words[words.index("-H") + 1].partition(": ")
        answer = httpx.post(words[1], headers={name: value}, content=words[words.index("-d") + 1])
        assert answer.status_code == 200, answer.text
