"""The official `openai` package is the judge of our form of OpenAI's responses."""

import base64
import json
import socket
import time

import httpx2 as httpx
import openai
import pytest
from openai import OpenAI

from gateway import TOKEN, Gateway

HELLO = "Hello, who are you?"
PNG = base64.b64decode(
    "iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAYAAAAfFcSJAAAADUlEQVR42mNk+M9QDwADhgGAWjR9awAAAABJRU5ErkJggg==")


def keys(gateway: Gateway) -> list[str]:
    return [row["key"] for row in json.loads(gateway.command("sessions", "--json"))["sessions"]]


def post(gateway: Gateway, body: dict, **headers: str) -> httpx.Response:
    return httpx.post(
        f"http://127.0.0.1:{gateway.port}/v1/responses", json=body,
        headers={"Authorization": f"Bearer {TOKEN}"} | headers)


def test_an_answer_has_text_status_and_counts(client: OpenAI):
    answer = client.responses.create(model="openclaw", input=HELLO, metadata={"a": "b"})
    assert answer.id.startswith("resp_")
    assert (answer.object, answer.model, answer.status) == ("response", "openclaw", "completed")
    assert (answer.error, answer.incomplete_details, answer.metadata) == (None, None, {"a": "b"})
    [message] = answer.output
    assert (message.type, message.role, message.status) == ("message", "assistant", "completed")
    assert message.id.startswith("msg_")
    assert "script" in answer.output_text
    assert answer.usage.total_tokens == answer.usage.input_tokens + answer.usage.output_tokens > 0


def test_a_stream_is_the_same_answer_in_pieces(client: OpenAI):
    whole = client.responses.create(model="openclaw", input=HELLO).output_text
    events = list(client.responses.create(model="openclaw", input=HELLO, stream=True))
    deltas = [event.delta for event in events if event.type == "response.output_text.delta"]
    assert len(deltas) > 1 and "".join(deltas) == whole
    assert [event.type for event in events if event.type != "response.output_text.delta"] == [
        "response.created", "response.in_progress", "response.output_item.added", "response.content_part.added",
        "response.output_text.done", "response.content_part.done", "response.output_item.done", "response.completed"]
    assert [event.sequence_number for event in events] == list(range(len(events)))
    assert events[0].response.status == "in_progress"
    assert events[-1].response.output_text == whole
    assert events[-1].response.usage.output_tokens > 0


def test_the_helper_for_streams_understands_them(client: OpenAI):
    with client.responses.stream(model="openclaw", input=HELLO) as stream:
        text = "".join(event.delta for event in stream if event.type == "response.output_text.delta")
        final = stream.get_final_response()
    assert final.status == "completed"
    assert final.output_text == text
    assert "script" in text


def test_an_answer_can_be_continued(gateway: Gateway, client: OpenAI):
    first = client.responses.create(model="openclaw", input="My name is Ann.")
    before = len(keys(gateway))
    second = client.responses.create(model="openclaw", input="What is my name?", previous_response_id=first.id)
    assert second.output_text == "Your name is Ann."
    assert second.previous_response_id == first.id
    assert len(keys(gateway)) == before
    alone = client.responses.create(model="openclaw", input="What is my name?")
    assert "You have not told me" in alone.output_text


def test_an_answer_that_is_not_known_cannot_be_continued(client: OpenAI):
    with pytest.raises(openai.BadRequestError) as caught:
        client.responses.create(model="openclaw", input=HELLO, previous_response_id="resp_none")
    assert caught.value.body == {
        "message": "Previous response with id 'resp_none' not found.", "type": "invalid_request_error"}


def test_what_was_answered_can_be_sent_back(client: OpenAI):
    first = client.responses.create(model="openclaw", input=[{"role": "user", "content": "repeat One."}])
    items = [{"role": "user", "content": "repeat One."}] + [item.model_dump() for item in first.output]
    again = client.responses.create(model="openclaw", input=items + [{"role": "user", "content": "Two"}])
    assert again.status == "completed"


def test_a_user_keeps_a_session_and_a_header_names_one(gateway: Gateway, client: OpenAI):
    for _ in range(2):
        client.responses.create(model="openclaw/main", input=HELLO, user="Bob")
    client.responses.create(
        model="gpt-5", input=HELLO, extra_headers={"x-openclaw-session-key": "agent:main:answers"})
    client.responses.create(model="openclaw", input=HELLO)
    found = keys(gateway)
    assert found.count("agent:main:openresponses-user:bob") == 1
    assert "agent:main:answers" in found
    assert any(key.startswith("agent:main:openresponses:") for key in found)


def test_the_run_is_in_the_journal(gateway: Gateway, client: OpenAI):
    answer = client.responses.create(model="openclaw", input=HELLO)
    assert "delivered" in gateway.command("why", answer.id)


def test_images_and_files_are_taken(gateway: Gateway, client: OpenAI):
    answer = client.responses.create(model="openclaw", instructions="Be brief.", user="files", input=[{
        "role": "user", "content": [
            {"type": "input_text", "text": "repeat what is attached"},
            {"type": "input_image", "detail": "auto",
             "image_url": "data:image/png;base64," + base64.b64encode(PNG).decode()},
            {"type": "input_file", "filename": "note.txt",
             "file_data": "data:text/plain;base64," + base64.b64encode(b"Remember the milk.").decode()}]}])
    # The scripted model repeats what it read: the words, then what stands for an image.
    assert answer.output_text == "what is attached\n[image left out: this model reads no images]"
    [image] = (gateway.home / ".openclaw/media/inbound").iterdir()
    assert image.read_bytes() == PNG
    assert image.stat().st_mode & 0o777 == 0o600


def test_a_failed_run_is_told_and_not_tried_again(gateway: Gateway, tmp_path):
    """No model has a key, so the run fails; the official client would send a plain 500 three times."""
    home = tmp_path / "failing"
    home.mkdir()
    failing = Gateway(home, {"http": {"endpoints": {"responses": {"enabled": True}}}},
                      more={"agents": {"defaults": {"model": "openai/gpt-5.2"}}})
    try:
        with OpenAI(base_url=f"http://127.0.0.1:{failing.port}/v1", api_key=TOKEN, max_retries=2) as client:
            with pytest.raises(openai.InternalServerError) as caught:
                client.responses.create(model="openclaw", input=HELLO, user="failing")
            body = caught.value.response.json()
            assert (body["status"], body["output"], body["error"]["code"]) == ("failed", [], "server_error")
            assert body["error"]["message"] != ""
            events = list(client.responses.create(model="openclaw", input=HELLO, stream=True))
            assert [event.type for event in events][-1] == "response.failed"
            assert events[-1].response.error.message == body["error"]["message"]
        [work] = [
            row for row in json.loads(failing.command("sessions", "--json"))["sessions"]
            if row["key"] == "agent:main:openresponses-user:failing"]
        history = json.loads(failing.command(
            "gateway", "call", "chat.history", "--params", json.dumps({"sessionKey": work["key"]}), "--json"))
        assert len([entry for entry in history["messages"] if entry["role"] == "user"]) == 1
    finally:
        failing.stop()


@pytest.mark.parametrize("body, text", [
    ({"model": "openclaw", "input": []}, "Missing user message in `input`."),
    ({"model": "openclaw", "input": [{"role": "system", "content": "x"}]}, "Missing user message in `input`."),
    ({"input": "x"}, "model: is required"),
    ({"model": "openclaw", "input": "x", "nonsense": 1}, "nonsense: is not known here"),
    ({"model": "openclaw/nobody", "input": "x"}, 'unknown agent id "nobody"'),
    ({"model": "openclaw", "input": "a\0b"}, "message must not contain null bytes"),
    ({"model": "openclaw", "input": "x", "instructions": "a\0b"}, "message must not contain null bytes"),
    ({"model": "openclaw", "input": "x", "tools": [{"type": "web_search"}]},
     "tools.0.type: only functions are supported"),
    ({"model": "openclaw", "input": [{"role": "user", "content": [
        {"type": "input_image", "image_url": "http://127.0.0.1:1/x.png"}]}]},
     "input.0.content.0: The address is not fetched. Its host is not a public one."),
    ({"model": "openclaw", "input": [{"role": "user", "content": [
        {"type": "input_file", "file_url": "http://localhost:1/notes.txt"}]}]},
     "input.0.content.0: The address is not fetched. Its host is not a public one."),
])
def test_mistakes_are_said(gateway: Gateway, body: dict, text: str):
    answer = post(gateway, body)
    assert (answer.status_code, answer.json()) == (400, {"error": {"message": text, "type": "invalid_request_error"}})


@pytest.mark.parametrize("body", [b"[]", b"{", b'{"model":"a","model":"b"}', b"\xff"])
def test_what_is_no_object_is_refused(gateway: Gateway, body: bytes):
    answer = httpx.post(
        f"http://127.0.0.1:{gateway.port}/v1/responses", content=body, headers={"Authorization": f"Bearer {TOKEN}"})
    assert (answer.status_code, answer.json()["error"]["type"]) == (400, "invalid_request_error")
    assert answer.json()["error"]["message"].startswith("The body ")


def test_the_limit_of_a_body_is_that_of_the_configuration(gateway: Gateway):
    answer = post(gateway, {"model": "openclaw", "input": "x" * 100_000})
    assert (answer.status_code, answer.json()["error"]["message"]) == (413, "Payload too large")
    assert post(gateway, {"model": "openclaw", "input": "x" * 90_000}).status_code == 200


def test_the_door_is_that_of_the_other_routes(gateway: Gateway):
    body = {"model": "openclaw", "input": HELLO}
    unauthorized = {"error": {"message": "Unauthorized", "type": "unauthorized"}}
    wrong = post(gateway, body, Authorization="Bearer wrong")
    assert (wrong.status_code, wrong.json()) == (401, unauthorized)
    forwarded = {"X-Forwarded-For": "203.0.113.7"}
    assert post(gateway, body, **forwarded).status_code == 200
    foreign = post(gateway, body, Origin="http://evil.example")
    assert (foreign.status_code, foreign.json()["error"]["type"]) == (403, "permission_error")
    got = httpx.get(f"http://127.0.0.1:{gateway.port}/v1/responses", headers={"Authorization": f"Bearer {TOKEN}"})
    assert (got.status_code, got.headers["allow"], got.text) == (405, "POST", "Method Not Allowed")


def test_who_goes_away_does_not_end_the_run(gateway: Gateway, client: OpenAI):
    body = json.dumps({"model": "openclaw", "input": HELLO, "stream": True, "user": "goer"})
    with socket.create_connection(("127.0.0.1", gateway.port)) as connection:
        connection.sendall(
            f"POST /v1/responses HTTP/1.1\r\nHost: localhost\r\nAuthorization: Bearer {TOKEN}\r\n"
            f"Content-Length: {len(body)}\r\n\r\n{body}".encode())
        assert connection.recv(15) == b"HTTP/1.1 200 OK"
    client.responses.create(model="openclaw", input=HELLO, user="goer")
    rows = json.loads(gateway.command("sessions", "--json"))["sessions"]
    assert [row["abortedLastRun"] for row in rows if row["key"] == "agent:main:openresponses-user:goer"] == [False]


def test_it_is_off_until_it_is_turned_on(gateway: Gateway, tmp_path):
    home = tmp_path / "off"
    home.mkdir()
    off = Gateway(home, {"controlUi": {"enabled": False}})
    try:
        assert post(off, {"model": "openclaw", "input": HELLO}).status_code == 404
        off.command("config", "set", "gateway.http.endpoints.responses.enabled", "true")
        deadline = time.monotonic() + 20
        while (status := post(off, {"model": "openclaw", "input": HELLO}).status_code) == 404:
            assert time.monotonic() < deadline, "the route stayed off"
            time.sleep(0.1)
        assert status == 200
    finally:
        off.stop()
