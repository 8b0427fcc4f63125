"""Functions of the client: the official `openai` package hands them over, runs them and sends back what they returned."""

import json

import httpx2 as httpx
import pytest
from openai import OpenAI

from gateway import TOKEN, Gateway

CLOCK = {"name": "clock", "description": "Tells the time of a city.", "parameters": {
    "type": "object", "properties": {"city": {"type": "string"}}, "required": ["city"]}}
NESTED = [{"type": "function", "function": CLOCK}]
FLAT = [{"type": "function", "strict": True} | CLOCK]
ASK = 'use the tool clock {"city": "Bonn"}'


def history(gateway: Gateway, key: str) -> list[dict]:
    params = json.dumps({"sessionKey": key})
    return json.loads(gateway.command("gateway", "call", "chat.history", "--params", params, "--json"))["messages"]


def keys(gateway: Gateway) -> list[str]:
    return [row["key"] for row in json.loads(gateway.command("sessions", "--json"))["sessions"]]


def test_an_answer_of_the_responses_hands_a_call_over(gateway: Gateway, client: OpenAI):
    first = client.responses.create(model="openclaw", input=ASK, tools=FLAT, user="caller")
    assert (first.status, first.output_text) == ("completed", "")
    [call] = first.output
    assert (call.type, call.name, json.loads(call.arguments)) == ("function_call", "clock", {"city": "Bonn"})
    assert first.tools[0].name == "clock" and first.usage.total_tokens > 0
    second = client.responses.create(model="openclaw", user="caller", tools=FLAT, input=[
        {"type": "function_call_output", "call_id": call.call_id, "output": "It is noon."}])
    assert second.output_text == "The tool clock answered:\nIt is noon."
    rows = history(gateway, "agent:main:openresponses-user:caller")
    assert [row["role"] for row in rows] == ["user", "assistant", "toolResult", "assistant"]
    assert rows[2]["toolCallId"] == call.call_id


@pytest.mark.parametrize("continues", ["by the id of the answer", "by the id of the call", "with the whole conversation"])
def test_an_output_finds_its_session(gateway: Gateway, client: OpenAI, continues: str):
    question = {"role": "user", "content": ASK}
    first = client.responses.create(model="openclaw", input=[question], tools=FLAT)
    before = len(keys(gateway))
    output = {"type": "function_call_output", "call_id": first.output[0].call_id, "output": "noon"}
    more: dict = {"input": [output]}
    if continues == "by the id of the answer":
        more["previous_response_id"] = first.id
    if continues == "with the whole conversation":
        more["input"] = [question, *(item.model_dump() for item in first.output), output]
    second = client.responses.create(model="openclaw", tools=FLAT, **more)
    assert second.output_text == "The tool clock answered:\nnoon"
    assert len(keys(gateway)) == before


def test_a_stream_tells_the_call(client: OpenAI):
    events = list(client.responses.create(model="openclaw", input=ASK, tools=FLAT, stream=True))
    assert [event.type for event in events] == [
        "response.created", "response.in_progress", "response.output_item.added",
        "response.function_call_arguments.delta", "response.function_call_arguments.done",
        "response.output_item.done", "response.completed"]
    assert [event.sequence_number for event in events] == list(range(len(events)))
    added, delta, done, item = events[2:6]
    assert (added.output_index, added.item.arguments, added.item.status) == (0, "", "in_progress")
    assert delta.item_id == done.item_id == added.item.id == item.item.id
    assert json.loads(delta.delta) == json.loads(done.arguments) == {"city": "Bonn"}
    assert events[-1].response.output == [item.item]
    with client.responses.stream(model="openclaw", input=ASK, tools=FLAT) as stream:
        final = stream.get_final_response()
    assert final.output[0].name == "clock"


def test_a_chat_completion_hands_a_call_over(gateway: Gateway, client: OpenAI):
    """A client of this interface keeps the conversation itself and names no session."""
    messages = [{"role": "user", "content": ASK}]
    first = client.chat.completions.create(model="openclaw", messages=messages, tools=NESTED)
    choice = first.choices[0]
    assert (choice.finish_reason, choice.message.content) == ("tool_calls", None)
    [call] = choice.message.tool_calls
    assert (call.type, call.function.name, json.loads(call.function.arguments)) == ("function", "clock", {"city": "Bonn"})
    before = len(keys(gateway))
    messages += [choice.message, {"role": "tool", "tool_call_id": call.id, "content": "It is noon."}]
    second = client.chat.completions.create(model="openclaw", messages=messages, tools=NESTED)
    assert second.choices[0].finish_reason == "stop"
    assert second.choices[0].message.content == "The tool clock answered:\nIt is noon."
    assert len(keys(gateway)) == before


def test_a_stream_of_a_chat_completion_tells_the_call(client: OpenAI):
    messages = [{"role": "user", "content": ASK}]
    chunks = list(client.chat.completions.create(model="openclaw", messages=messages, tools=NESTED, stream=True))
    assert chunks[-1].choices[0].finish_reason == "tool_calls"
    with client.chat.completions.stream(model="openclaw", messages=messages, tools=NESTED) as stream:
        final = stream.get_final_completion()
    assert final.choices[0].message.tool_calls[0].function.name == "clock"
    assert final.choices[0].finish_reason == "tool_calls"


def test_without_leave_nothing_is_handed_over(client: OpenAI):
    answer = client.responses.create(model="openclaw", input=ASK, tools=FLAT, tool_choice="none")
    assert answer.output_text.startswith("I would use the tool clock")
    named = client.responses.create(
        model="openclaw", input=ASK, tools=FLAT, tool_choice={"type": "function", "name": "clock"})
    assert named.output[0].name == "clock"


def test_counts_are_those_of_all_calls_of_the_model(gateway: Gateway, client: OpenAI):
    """`what time is it` asks the model twice: before and after the agent's own tool."""
    answer = client.responses.create(model="openclaw", input="what time is it", user="counted")
    [session] = [row["sessionId"] for row in json.loads(gateway.command("sessions", "--json"))["sessions"]
                 if row["key"] == "agent:main:openresponses-user:counted"]
    lines = (gateway.home / f".openclaw/agents/main/sessions/{session}.jsonl").read_text().splitlines()
    messages = [json.loads(line).get("message", {}) for line in lines]
    rows = [message["usage"] for message in messages if message.get("role") == "assistant"]
    assert len(rows) == 2
    assert answer.usage.input_tokens == sum(row["input"] for row in rows)
    assert answer.usage.output_tokens == sum(row["output"] for row in rows)

    def prompt_tokens(text: str) -> int:
        messages = [{"role": "user", "content": text}]
        return client.chat.completions.create(model="openclaw", messages=messages).usage.prompt_tokens

    assert prompt_tokens("what time is it") > 1.5 * prompt_tokens("hello")


def test_an_output_of_a_call_that_nobody_made_is_a_text(gateway: Gateway, client: OpenAI):
    answer = client.responses.create(model="openclaw", user="stranger", input=[
        {"type": "function_call_output", "call_id": "call_00000000-0000-4000-8000-000000000000_1", "output": "hi"}])
    assert answer.status == "completed"
    rows = history(gateway, "agent:main:openresponses-user:stranger")
    assert [row["role"] for row in rows] == ["user", "assistant"]


@pytest.mark.parametrize("path, body", [
    ("responses", {"model": "openclaw", "input": "x", "tools": FLAT, "tool_choice": {"type": "function", "name": "dice"}}),
    ("chat/completions", {"messages": [{"role": "user", "content": "x"}], "tool_choice": "required"}),
])
def test_a_choice_that_cannot_be_is_refused(gateway: Gateway, path: str, body: dict):
    answer = httpx.post(f"http://127.0.0.1:{gateway.port}/v1/{path}", json=body,
                        headers={"Authorization": f"Bearer {TOKEN}"})
    assert (answer.status_code, answer.json()) == (
        400, {"error": {"message": "invalid tool configuration", "type": "invalid_request_error"}})
