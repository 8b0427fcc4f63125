"""What the double answers to which message."""
import asyncio
import time

PAUSE = 0.03

RICH = """## Three ways to copy a file

Pick by what has to **survive**:

| way | keeps | speed |
|---|---|---|
| `cp -a` | modes, times, links | fast |
| `rsync -a` | the same, over a network | good |
| `dd` | every byte | slow |

```sh
rsync -a --info=progress2 ~/notes/ backup:/srv/notes/
```

- [x] checked the target
- [ ] told Ada

More in [the manual](https://example.org/manual)."""

NOTES_QUESTION = "What is in my notes for today? And how do I copy them to the other machine?"

NOTES_ANSWER = """Three things today:

1. **09:30** the dentist
2. buy milk
3. call Ada about the boat

To copy the notes, links and times included:

```sh
rsync -a --info=progress2 ~/notes/ backup:/srv/notes/
```

Shall I remind you at nine?"""

HOSTILE = """<script>window.harm = 1</script><img src=x onerror="window.harm = 2">

[click](javascript:window.harm=3) [data](data:text/html,<script>window.harm=4</script>)

![track](https://evil.example/pixel.png?secret)

<a href="https://evil.example" onclick="window.harm=5">a</a>
"""


def now() -> int:
    return int(time.time() * 1000)


class Writer:
    """Writes one run as the Gateway does: whole texts in `chat`, tools in `agent`, the transcript at the end."""

    def __init__(self, gateway, run: str, session: str):
        self.gateway, self.run, self.session = gateway, run, session
        # The text of the message that is being written, and those of the messages before it.
        self.text = ""
        self.earlier: list[str] = []
        self.count = 0
        self.began = now()
        # The tool events that a snapshot has.
        self.calls: list[dict] = []

    async def chat(self, state: str, **more):
        self.count += 1
        await self.gateway.event(
            "chat", {"runId": self.run, "sessionKey": self.session, "seq": self.count, "state": state} | more)

    def message(self) -> dict:
        text = "\n\n".join(self.earlier + ([self.text] if self.text else []))
        return {"role": "assistant", "content": [{"type": "text", "text": text}], "timestamp": now()}

    def standing(self) -> dict:
        return {"runId": self.run, "state": "running", "seq": self.gateway.sequence, "startedAt": self.began,
                "message": self.message()} | ({"toolEvents": self.calls} if self.calls else {})

    async def agent(self, stream: str, **data):
        self.count += 1
        payload = {"runId": self.run, "seq": self.count, "stream": stream, "ts": now(), "data": data}
        if stream != "tool":
            payload["sessionKey"] = self.session
        else:
            self.calls = [*self.calls, payload]
        await self.gateway.event("agent", payload, numbered=stream != "tool")

    async def say(self, text: str, chunk: int = 12):
        for start in range(0, len(text), chunk):
            self.text += text[start:start + chunk]
            self.calls = []
            await self.chat("delta", message=self.message())
            await asyncio.sleep(PAUSE)

    def record(self, role: str, content: list, **more):
        self.gateway.history.setdefault(self.session, []).append(
            {"role": role, "content": content, "timestamp": now()} | more)

    def assistant(self, content: list, **more):
        provider, model = self.gateway.model
        self.record("assistant", content, provider=provider, model=model, **more)

    async def tool(self, name: str, args: dict, result: str, failed: bool = False, pause: float | None = 0.5):
        """Calls a tool; without a pause it goes on until the script says something."""
        call = f"call-{self.count}"
        spoken = [{"type": "text", "text": self.text}] if self.text else []
        self.assistant(spoken + [{"type": "toolCall", "id": call, "name": name, "arguments": args}], stopReason="toolUse")
        await self.agent("tool", phase="start", name=name, toolCallId=call, args=args)
        if pause is None:
            await self.gateway.script.get()
        else:
            await asyncio.sleep(pause)
        await self.agent("tool", phase="result", name=name, toolCallId=call, isError=failed)
        self.record("toolResult", [{"type": "text", "text": result}], toolCallId=call, toolName=name, isError=failed)
        self.earlier += [self.text] if self.text else []
        self.text = ""

    async def end(self, state: str = "final", **more):
        if state == "final":
            if self.text:
                self.assistant([{"type": "text", "text": self.text}], stopReason="stop")
            await self.chat("final", message=self.message())
        elif state == "aborted":
            if self.text:
                self.assistant([{"type": "text", "text": self.text}], openclawAbort={"aborted": True, "origin": "rpc", "runId": self.run})
            await self.chat("aborted", message=self.message(), **more)
        else:
            await self.chat("error", **more)


async def answer(writer: Writer, text: str):
    await writer.agent("lifecycle", phase="start", startedAt=writer.began)
    await asyncio.sleep(PAUSE)
    if text == "use tools":
        await writer.say("Let me look. ")
        await writer.tool("read", {"path": "notes/today.md"}, "buy milk\ncall Ada")
        await writer.tool("write", {"path": "notes/none", "content": "x"}, "Not allowed here.", failed=True)
        await writer.say("You want to **buy milk** and call Ada.")
    elif text == "count forever":
        for number in range(2_000):
            await writer.say(f"{number} ")
    elif text == "by script":
        await follow(writer)
        return
    elif text == "break":
        await writer.say("I begin")
        await writer.end("error", errorMessage="The model refused the key sk-...: check ANTHROPIC_API_KEY.")
        return
    elif text == "think":
        await writer.agent("thinking", text="The user wants the sum of 2 and 2.", delta="")
        await writer.say("Four.")
        writer.assistant([{"type": "thinking", "thinking": "The user wants the sum of 2 and 2."},
                          {"type": "text", "text": "Four."}])
        writer.text, said = "", writer.text
        await writer.chat("final", message={"role": "assistant", "content": [{"type": "text", "text": said}], "timestamp": now()})
        return
    elif text == NOTES_QUESTION:
        await writer.tool("read", {"path": "notes/today.md"}, "# Today\n\n- 09:30 dentist\n- buy milk\n- call Ada about the boat")
        await writer.tool("session_status", {}, "14 messages, 2,310 tokens")
        await writer.say(NOTES_ANSWER, chunk=80)
    elif text == "rich":
        await writer.say(RICH, chunk=60)
    elif text == "hostile":
        await writer.say(HOSTILE, chunk=60)
    elif text == "silent":
        await writer.chat("final")
        return
    else:
        await writer.say(f"You said: {text}")
    await writer.end()


async def follow(writer: Writer):
    """Does what the test puts into the script, step by step."""
    while True:
        step, *details = await writer.gateway.script.get()
        if step == "say":
            writer.text += details[0]
            writer.calls = []
            await writer.chat("delta", message=writer.message())
        elif step == "tool":
            await writer.tool(*details, pause=0)
        elif step == "long tool":
            await writer.tool(*details, pause=None)
        else:
            await writer.end(step, **(details[0] if details else {}))
            return
