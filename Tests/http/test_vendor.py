"""What reaches a model of what the official `openai` package asks for: a vendor of a script writes down what it is sent."""

import base64
import json
import threading
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer

import pytest
from openai import BadRequestError, OpenAI

from gateway import ROOT, TOKEN, Gateway
from test_responses import PNG

CLOCK, DICE = [{"name": name, "description": name, "parameters": {"type": "object", "properties": {}}}
               for name in ("clock", "dice")]


def flat(*functions: dict) -> list[dict]:
    return [{"type": "function"} | function for function in functions]


def nested(*functions: dict) -> list[dict]:
    return [{"type": "function", "function": function} for function in functions]


class Vendor:
    """Answers `Done.`, or with the calls that are put into `answers`, in order."""

    def __init__(self):
        self.asked: list[dict] = []
        self.answers: list[list[tuple[str, str]]] = []
        vendor = self

        class Handler(BaseHTTPRequestHandler):
            def do_POST(self):
                body = self.rfile.read(int(self.headers["content-length"]))
                vendor.asked.append(json.loads(body))
                calls = vendor.answers.pop(0) if vendor.answers else []
                delta = {"tool_calls": [
                    {"index": number, "id": f"v{number}", "type": "function",
                     "function": {"name": name, "arguments": arguments}}
                    for number, (name, arguments) in enumerate(calls)]} if calls else {"content": "Done."}
                events = [{"choices": [{"index": 0, "delta": {"role": "assistant"} | delta}]},
                          {"choices": [{"index": 0, "delta": {}, "finish_reason": "tool_calls" if calls else "stop"}]}]
                data = "".join(f"data: {json.dumps(event)}\n\n" for event in events) + "data: [DONE]\n\n"
                self.send_response(200)
                self.send_header("Content-Type", "text/event-stream")
                self.send_header("Content-Length", str(len(data)))
                self.end_headers()
                self.wfile.write(data.encode())

            def log_message(self, *_):
                pass

        self.server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
        threading.Thread(target=self.server.serve_forever, daemon=True).start()

    @property
    def configuration(self) -> dict:
        model = {"id": "one", "name": "one", "input": ["text", "image"]}
        return {
            "models": {"providers": {"vendor": {
                "baseUrl": f"http://127.0.0.1:{self.server.server_port}/v1", "apiKey": "unused",
                "api": "openai-completions", "models": [model]}}},
            "agents": {"defaults": {"model": {"primary": "vendor/one"}, "skipBootstrap": True},
                       "list": [{"id": "main"}, {"id": "bare", "tools": {"deny": ["*"]}}]}}


@pytest.fixture(scope="module")
def world(tmp_path_factory: pytest.TempPathFactory):
    vendor = Vendor()
    gateway = Gateway(
        tmp_path_factory.mktemp("vendor"),
        {"http": {"endpoints": {"chatCompletions": {"enabled": True}, "responses": {"enabled": True}}}},
        vendor.configuration)
    yield gateway, vendor
    gateway.stop()
    vendor.server.shutdown()


@pytest.fixture
def vendor(world) -> Vendor:
    world[1].asked.clear()
    world[1].answers.clear()
    return world[1]


@pytest.fixture
def openai(world):
    with OpenAI(base_url=f"http://127.0.0.1:{world[0].port}/v1", api_key=TOKEN, max_retries=0) as client:
        yield client


NAMED = {"type": "function", "function": {"name": "clock"}}


@pytest.mark.parametrize("model, functions, choice, asked", [
    ("openclaw", [CLOCK, DICE], "clock", NAMED), ("openclaw", [CLOCK], "required", NAMED),
    ("openclaw/bare", [CLOCK, DICE], "required", "required"), ("openclaw", [CLOCK, DICE], "auto", None),
    ("openclaw", [CLOCK, DICE], "none", None),
    # Any tool would be one of the agent's own, too: this is asked in words alone.
    ("openclaw", [CLOCK, DICE], "required", None),
])
def test_the_choice_of_a_function_binds_the_model(
        openai: OpenAI, vendor: Vendor, model: str, functions: list[dict], choice: str, asked):
    isNamed = choice == "clock"
    openai.responses.create(model=model, input="x", tools=flat(*functions),
                            tool_choice={"type": "function", "name": choice} if isNamed else choice)
    openai.chat.completions.create(model=model, messages=[{"role": "user", "content": "x"}], tools=nested(*functions),
                                   tool_choice=NAMED if isNamed else choice)
    assert [body.get("tool_choice") for body in vendor.asked] == [asked, asked]
    for body in vendor.asked:
        assert ("Before you answer, call" in body["messages"][0]["content"]) == (choice in ("clock", "required"))


def test_calls_at_once_have_ids_and_places_of_their_own(openai: OpenAI, vendor: Vendor):
    vendor.answers = [[("clock", "{}"), ("dice", "{\"n\": 2}")]]
    messages: list = [{"role": "user", "content": "x"}]
    with openai.chat.completions.stream(model="openclaw", messages=messages, tools=nested(CLOCK, DICE)) as stream:
        choice = stream.get_final_completion().choices[0]
    calls = choice.message.tool_calls
    assert [(call.function.name, json.loads(call.function.arguments)) for call in calls] == [
        ("clock", {}), ("dice", {"n": 2})]
    assert len({call.id for call in calls}) == 2 and choice.finish_reason == "tool_calls"
    messages += [choice.message.model_dump(exclude_unset=True, exclude={"parsed"})] + [
        {"role": "tool", "tool_call_id": call.id, "content": call.function.name} for call in reversed(calls)]
    openai.chat.completions.create(model="openclaw", messages=messages, tools=nested(CLOCK, DICE))
    told = [message for message in vendor.asked[-1]["messages"] if message["role"] in ("assistant", "tool")]
    assert sorted(message["content"] for message in told[1:]) == ["clock", "dice"]
    assert sorted(message["tool_call_id"] for message in told[1:]) == sorted(call["id"] for call in told[0]["tool_calls"])


def test_one_call_at_a_time_is_one_call(openai: OpenAI, vendor: Vendor):
    vendor.answers = [[("clock", "{}"), ("dice", "{}")], [("clock", "{}"), ("dice", "{}")]]
    answer = openai.responses.create(model="openclaw", input="x", tools=flat(CLOCK, DICE), parallel_tool_calls=False)
    assert [item.name for item in answer.output] == ["clock"] and answer.parallel_tool_calls is False
    openai.responses.create(model="openclaw", tools=flat(CLOCK, DICE), input=[
        {"type": "function_call_output", "call_id": answer.output[0].call_id, "output": "noon"}])
    told = [message for message in vendor.asked[-1]["messages"] if message["role"] in ("assistant", "tool")]
    assert [len(told[0]["tool_calls"]), told[1]["content"], len(told)] == [1, "noon", 2]
    vendor.answers = [[("clock", "{}"), ("dice", "{}")]]
    chat = openai.chat.completions.create(model="openclaw", messages=[{"role": "user", "content": "x"}],
                                          tools=nested(CLOCK, DICE), parallel_tool_calls=False)
    assert [call.function.name for call in chat.choices[0].message.tool_calls] == ["clock"]


def test_an_image_that_a_function_returned_reaches_the_model(openai: OpenAI, vendor: Vendor):
    vendor.answers = [[("clock", "{}")]]
    call = openai.responses.create(model="openclaw", input="x", tools=flat(CLOCK)).output[0]
    data = "data:image/png;base64," + base64.b64encode(PNG).decode()
    openai.responses.create(model="openclaw", tools=flat(CLOCK), input=[
        {"type": "function_call_output", "call_id": call.call_id,
         "output": [{"type": "input_text", "text": "a face"}, {"type": "input_image", "image_url": data}]}])
    [tool] = [message for message in vendor.asked[-1]["messages"] if message["role"] == "tool"]
    assert tool["content"] == "a face"
    assert vendor.asked[-1]["messages"][-1]["content"][-1] == {"type": "image_url", "image_url": {"url": data}}


def pdf(*pages: str) -> bytes:
    """Without a table of places: readers make one."""
    kids = " ".join(f"{10 + 2 * number} 0 R" for number in range(len(pages)))
    objects = ["1 0 obj<</Type/Catalog/Pages 2 0 R>>endobj",
               f"2 0 obj<</Type/Pages/Kids[{kids}]/Count {len(pages)}>>endobj",
               "3 0 obj<</Type/Font/Subtype/Type1/BaseFont/Helvetica>>endobj"]
    for number, text in enumerate(pages):
        words = f"BT /F 12 Tf 20 100 Td ({text}) Tj ET"
        objects += [f"{10 + 2 * number} 0 obj<</Type/Page/Parent 2 0 R/MediaBox[0 0 300 200]/Contents {11 + 2 * number} 0 R"
                    "/Resources<</Font<</F 3 0 R>>>>>>endobj",
                    f"{11 + 2 * number} 0 obj<</Length {len(words)}>>stream\n{words}\nendstream endobj"]
    return "\n".join(["%PDF-1.4", *objects, "trailer<</Root 1 0 R>>", "%%EOF"]).encode()


def ask_about(openai: OpenAI, document: bytes):
    return openai.responses.create(model="openclaw", input=[{"role": "user", "content": [
        {"type": "input_file", "filename": "a.pdf",
         "file_data": "data:application/pdf;base64," + base64.b64encode(document).decode()},
        {"type": "input_text", "text": "What does it say?"}]}])


@pytest.mark.parametrize("isInstalled", [True, False])
def test_the_text_of_a_pdf_file_reaches_the_model(vendor: Vendor, tmp_path, monkeypatch, isInstalled: bool):
    programs = tmp_path / "bin"
    programs.mkdir()
    if isInstalled:
        root = ROOT / ".test-servers/root/usr"
        [libraries] = (root / "lib").glob("*-linux-gnu")
        (programs / "pdftotext").write_text(
            f"#!/bin/sh\nLD_LIBRARY_PATH={libraries} exec {root}/bin/pdftotext \"$@\"\n")
        (programs / "pdftotext").chmod(0o755)
        (programs / "prlimit").symlink_to("/usr/bin/prlimit")
    monkeypatch.setenv("PATH", str(programs))
    home = tmp_path / "home"
    home.mkdir()
    gateway = Gateway(home, {"http": {"endpoints": {"responses": {"enabled": True}}}}, vendor.configuration)
    try:
        with OpenAI(base_url=f"http://127.0.0.1:{gateway.port}/v1", api_key=TOKEN, max_retries=0) as client:
            document = pdf(*(f"Page {number}" for number in range(1, 6)))
            if isInstalled:
                assert ask_about(client, document).output_text == "Done."
                prompt = vendor.asked[-1]["messages"][0]["content"]
                assert '<file name="a.pdf">\nPage 1' in prompt and "Page 4" in prompt and "Page 5" not in prompt
                return
            with pytest.raises(BadRequestError, match="input.0.content.0: PDF files are read by the program pdftotext, which "
                               "is not installed. Install it: on Debian and Ubuntu it is in the package poppler-utils."):
                ask_about(client, document)
            assert vendor.asked == []
    finally:
        gateway.stop()
