"""A way to a server that a test can cut, and a model server that says what a test tells it to."""
import asyncio
import json
import threading

from aiohttp import web


class Loop:
    """An event loop in a thread of its own."""

    def __init__(self):
        self.loop = asyncio.new_event_loop()
        self.thread = threading.Thread(target=self.loop.run_forever, daemon=True)
        self.thread.start()

    def run(self, coroutine):
        return asyncio.run_coroutine_threadsafe(coroutine, self.loop).result(10)

    def end(self):
        self.loop.call_soon_threadsafe(self.loop.stop)
        self.thread.join(10)


class Way(Loop):
    """A port of this machine that leads to another one."""

    def __init__(self, port: int):
        super().__init__()
        self.target = port
        self.ends: set[asyncio.StreamWriter] = set()
        self.server = self.run(asyncio.start_server(self._carry, "127.0.0.1", 0))
        self.port = self.server.sockets[0].getsockname()[1]

    async def _carry(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter):
        try:
            other_reader, other_writer = await asyncio.open_connection("127.0.0.1", self.target)
        except OSError:
            writer.close()
            return
        pair = {writer, other_writer}
        self.ends |= pair

        async def copy(source, sink):
            try:
                while data := await source.read(65_536):
                    sink.write(data)
                    await sink.drain()
            except OSError:
                pass
            for end in pair:
                end.close()

        await asyncio.gather(copy(reader, other_writer), copy(other_reader, writer))
        self.ends -= pair

    def cut(self):
        """Ends every connection without a word."""
        async def work():
            for end in list(self.ends):
                end.transport.abort()
        self.run(work())

    def end(self):
        async def work():
            self.server.close()
            while self.ends:
                for end in list(self.ends):
                    end.transport.abort()
                await asyncio.sleep(0.01)
        self.run(work())
        super().end()


class ModelServer(Loop):
    """Answers `chat/completions` of one model with the steps of a test."""

    def __init__(self):
        super().__init__()
        self.steps: asyncio.Queue = asyncio.Queue()
        application = web.Application()
        application.router.add_post("/v1/chat/completions", self._answer)
        self.runner = web.AppRunner(application, shutdown_timeout=0.1)

        async def start():
            await self.runner.setup()
            site = web.TCPSite(self.runner, "127.0.0.1", 0)
            await site.start()
            return site._server.sockets[0].getsockname()[1]

        self.port = self.run(start())

    async def _answer(self, request: web.Request):
        await request.read()
        response = web.StreamResponse(headers={"Content-Type": "text/event-stream"})
        await response.prepare(request)

        async def choice(delta: dict, finish: str | None = None):
            chunk = {"id": "c", "object": "chat.completion.chunk", "model": "m",
                     "choices": [{"index": 0, "delta": delta, "finish_reason": finish}]}
            await response.write(b"data: " + json.dumps(chunk).encode() + b"\n\n")

        while True:
            step, *details = await self.steps.get()
            if step == "say":
                await choice({"content": details[0]})
                continue
            if step == "tool":
                function = {"name": details[0], "arguments": json.dumps(details[1])}
                await choice({"tool_calls": [{"index": 0, "id": "call-1", "type": "function", "function": function}]})
            await choice({}, "tool_calls" if step == "tool" else "stop")
            await response.write(b"data: [DONE]\n\n")
            return response

    def end(self):
        self.run(self.runner.cleanup())
        super().end()
