"""A small, strict stand-in for the Gateway: its handshake, and the few methods and events that the page uses.

It refuses what the Gateway refuses (unknown keys, a wrong signature, a missing scope), so that a page that works here has
kept to the wire. It runs in a thread of its own; tests steer it through the attributes of `GatewayDouble`.
"""
import asyncio
import base64
import hashlib
import json
import pathlib
import re
import threading
import time
import uuid

from aiohttp import WSMsgType, web
from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PublicKey

import answers

ROOT = pathlib.Path(__file__).resolve().parents[2]
PAGE = ROOT / "web/dist/control-ui"
MAIN = "agent:main:main"
TOKEN = "a-shared-token"
CONNECT_KEYS = {"minProtocol", "maxProtocol", "client", "role", "scopes", "caps", "auth", "device", "userAgent", "locale"}
PARAMS = {
    "chat.history": ({"sessionKey"}, {"limit"}),
    "chat.send": ({"sessionKey", "message", "idempotencyKey"}, {"deliver", "thinking", "attachments", "timeoutMs"}),
    "chat.abort": ({"sessionKey"}, {"runId"}),
    "sessions.list": (set(), {"limit", "includeGlobal", "includeUnknown", "includeDerivedTitles", "includeLastMessage"}),
    "sessions.reset": ({"key"}, {"reason"}),
    "status": (set(), set()),
    "agents.list": (set(), set()),
    "events.since": (set(), {"instance", "seq", "sessions"}),
    "device.pair.list": (set(), set()),
    "device.pair.approve": ({"requestId"}, set()),
    "device.pair.reject": ({"requestId"}, set()),
}


def security_headers() -> dict[str, str]:
    """The headers that the Gateway sends, read from the one place that defines them."""
    source = (ROOT / "Sources/ClawWebUI/WebAssets.swift").read_text()
    policy = re.search(r'"Content-Security-Policy",\s*"""(.*?)"""', source, re.S).group(1)
    return {"Content-Security-Policy": " ".join(policy.replace("\\\n", "\n").split()), "X-Content-Type-Options": "nosniff"}


class Refusal(Exception):
    def __init__(self, message: str, code: str = "INVALID_REQUEST", **details):
        super().__init__(message)
        self.error = {"code": code, "message": message} | ({"details": details} if details else {})


def unpadded(text: str) -> bytes:
    return base64.urlsafe_b64decode(text + "=" * (-len(text) % 4))


class GatewayDouble:
    def __init__(self):
        self.loop = asyncio.new_event_loop()
        self.runs: dict[str, asyncio.Task] = {}
        self.restore()
        started = threading.Event()
        threading.Thread(target=self._serve, args=(started,), daemon=True).start()
        if not started.wait(10):
            raise RuntimeError("the Gateway double did not start")

    def restore(self):
        """Everything as on a fresh Gateway."""
        if self.runs:
            self.stop_runs()
        self.token = TOKEN
        self.auto_pair = True
        self.refusal = None
        self.refuse_sockets = False
        self.refuse_origins = False
        self.refuse_next_sockets = 0
        self.hold_acks = 0
        self.model = ("anthropic", "claude-sonnet-4")
        self.safe_mode = None
        self.paired: set[str] = set()
        self.requests_of_devices: list[dict] = []
        self.device_tokens: dict[str, str] = {}
        self.pending: dict[str, str] = {}
        self.requests: list[tuple[str, dict]] = []
        self.connects: list[dict] = []
        self.violations: list[str] = []
        self.history: dict[str, list] = {}
        self.sessions = [
            {"key": MAIN, "kind": "direct", "updatedAt": int(time.time() * 1000)},
            {"key": "agent:main:irc:direct:ada", "kind": "direct", "displayName": "ada", "channel": "irc",
             "updatedAt": int(time.time() * 1000) - 3_600_000},
        ]
        self.runs: dict[str, asyncio.Task] = {}
        self.finished: set[str] = set()
        self.sockets: set[web.WebSocketResponse] = set()
        self.sequence = 0
        # What is needed for `events.since`, and whether it is there: the original Gateway has no such method.
        self.original = False
        self.forgets = False
        self.history_refusal: Refusal | None = None
        self.instance = str(uuid.uuid4())
        self.told: list[tuple[int, dict]] = []
        self.writers: dict[str, answers.Writer] = {}
        self.script: asyncio.Queue = asyncio.Queue()

    # Life

    def _serve(self, started: threading.Event):
        asyncio.set_event_loop(self.loop)

        async def start():
            application = web.Application()
            application.router.add_get("/{path:.*}", self._get)
            runner = web.AppRunner(application)
            await runner.setup()
            site = web.TCPSite(runner, "127.0.0.1", 0)
            await site.start()
            self.port = site._server.sockets[0].getsockname()[1]
            started.set()

        self.loop.create_task(start())
        self.loop.run_forever()

    def stop_runs(self):
        async def work():
            tasks = list(self.runs.values())
            for task in tasks:
                task.cancel()
            await asyncio.gather(*tasks, return_exceptions=True)
        self.run(work())

    @property
    def methods(self) -> list[str]:
        return sorted(set(PARAMS) - ({"events.since"} if self.original else set()))

    @property
    def url(self) -> str:
        return f"http://127.0.0.1:{self.port}/"

    def run(self, coroutine):
        return asyncio.run_coroutine_threadsafe(coroutine, self.loop).result(10)

    def drop(self, code: int = 1006):
        """Ends every connection: 1012 with the event of a restart, otherwise without a word."""
        async def work():
            for socket in list(self.sockets):
                if code == 1012:
                    await self.event("shutdown", {"reason": "gateway restarting", "restartExpectedMs": 1500})
                    await socket.close(code=1012, message=b"service restart")
                else:
                    socket._writer.transport.abort()
        self.run(work())

    def sent(self, method: str) -> list[dict]:
        return [params for name, params in self.requests if name == method]

    def announce(self, name: str, payload: dict, skip: int = 0):
        """Broadcasts an event, as if `skip` events before it had been lost."""
        self.sequence += skip
        self.run(self.event(name, payload))

    # HTTP

    async def _get(self, request: web.Request):
        if request.headers.get("Upgrade", "").lower() == "websocket":
            return await self._socket(request)
        if request.method == "HEAD" and self.refuse_sockets:
            return web.Response(status=503)
        path = request.match_info["path"]
        if "assets/" in path:
            path = path[path.rindex("assets/"):]
        file = PAGE / path
        if not path or not file.is_file():
            if pathlib.PurePath(path).suffix in (".js", ".css", ".svg", ".ico"):
                return web.Response(status=404, headers=security_headers())
            file = PAGE / "index.html"
        return web.FileResponse(file, headers=security_headers() | {"Cache-Control": "no-cache"})

    # WebSocket

    async def _socket(self, request: web.Request):
        if self.refuse_sockets or self.refuse_origins:
            return web.Response(status=403 if self.refuse_origins else 503)
        if self.refuse_next_sockets > 0:
            self.refuse_next_sockets -= 1
            return web.Response(status=503)
        socket = web.WebSocketResponse(max_msg_size=26_214_400)
        await socket.prepare(request)
        nonce = str(uuid.uuid4())
        await socket.send_json(
            {"type": "event", "event": "connect.challenge", "payload": {"nonce": nonce, "ts": int(time.time() * 1000)}})
        first = True
        async for message in socket:
            if message.type != WSMsgType.TEXT:
                continue
            frame = json.loads(message.data)
            if set(frame) - {"type", "id", "method", "params"} or frame.get("type") != "req":
                self.violations.append(f"frame {frame}")
            try:
                if first:
                    first = False
                    payload = self._connect(frame, nonce, request)
                    self.sockets.add(socket)
                else:
                    payload = await self._call(frame["method"], frame.get("params", {}))
                if payload is not None:
                    await socket.send_json({"type": "res", "id": frame["id"], "ok": True, "payload": payload})
            except ConnectionError:
                # Cut before the answer.
                break
            except Refusal as refusal:
                await socket.send_json({"type": "res", "id": frame["id"], "ok": False, "error": refusal.error})
                if socket not in self.sockets:
                    code = 1002 if "protocol" in str(refusal) else 1008
                    await socket.close(code=code, message=str(refusal).encode()[:120])
        self.sockets.discard(socket)
        return socket

    def _connect(self, frame: dict, nonce: str, request: web.Request) -> dict:
        params = frame["params"]
        self.connects.append(params | {"host": request.host})
        if frame["method"] != "connect" or set(params) - CONNECT_KEYS:
            self.violations.append(f"connect {frame}")
        if self.refusal:
            raise self.refusal
        client, device, auth = params["client"], params["device"], params.get("auth", {})
        if (client["id"], client["mode"], params["role"]) != ("openclaw-control-ui", "webchat", "operator"):
            self.violations.append(f"client {client}")
        if set(auth) - {"token", "deviceToken", "password"}:
            self.violations.append(f"auth {auth}")
        key = unpadded(device["publicKey"])
        credential = auth.get("token", auth.get("deviceToken", ""))
        signed = "|".join([
            "v3", device["id"], client["id"], client["mode"], params["role"], ",".join(params["scopes"]),
            str(device["signedAt"]), credential, device["nonce"], client["platform"].strip().lower(), ""])
        shared = auth.get("token") == self.token
        known = auth.get("deviceToken", auth.get("token"))
        by_device = known is not None and self.device_tokens.get(device["id"]) == known
        if hashlib.sha256(key).hexdigest() != device["id"] or device["nonce"] != nonce:
            raise Refusal("device identity mismatch", code="DEVICE_AUTH_DEVICE_ID_MISMATCH")
        try:
            Ed25519PublicKey.from_public_bytes(key).verify(unpadded(device["signature"]), signed.encode())
        except InvalidSignature:
            raise Refusal("device signature invalid", code="DEVICE_AUTH_SIGNATURE_INVALID") from None
        if not shared and not by_device:
            reason = "MISSING" if "token" not in auth and "deviceToken" not in auth else "MISMATCH"
            raise self._refusal_of_token(reason)
        if device["id"] not in self.paired and not self.auto_pair:
            request_id = self.pending.setdefault(device["id"], str(uuid.uuid4()))
            refusal = Refusal("pairing required", code="NOT_PAIRED")
            refusal.error["details"] = {"code": "PAIRING_REQUIRED", "requestId": request_id, "reason": "not-paired"}
            raise refusal
        self.paired.add(device["id"])
        token = self.device_tokens.setdefault(device["id"], f"device-token-of-{device['id'][:8]}")
        return {
            "type": "hello-ok", "protocol": 3, "server": {"version": "2026.3.3", "connId": str(uuid.uuid4())},
            "features": {"methods": self.methods, "events": ["chat", "agent"]},
            "snapshot": {"sessionDefaults": {"defaultAgentId": "main", "mainKey": "main", "mainSessionKey": MAIN,
                                             "scope": "per-sender"}, "authMode": "token"},
            "auth": {"deviceToken": token, "role": "operator", "scopes": params["scopes"], "issuedAtMs": 1},
            "policy": {"maxPayload": 26214400, "maxBufferedBytes": 52428800, "tickIntervalMs": 30000},
        }

    @staticmethod
    def _refusal_of_token(reason: str) -> Refusal:
        refusal = Refusal(f"unauthorized: gateway token {reason.lower()} (open the dashboard link)")
        refusal.error["details"] = {"code": f"AUTH_TOKEN_{reason}", "authReason": f"token_{reason.lower()}"}
        return refusal

    async def event(self, name: str, payload: dict, numbered: bool = True):
        frame = {"type": "event", "event": name, "payload": payload}
        if numbered:
            self.sequence += 1
            frame["seq"] = self.sequence
        self.told.append((self.sequence, frame))
        for socket in list(self.sockets):
            try:
                await socket.send_json(frame)
            except ConnectionError:
                # The connection was cut; whoever reads from it notices, too.
                self.sockets.discard(socket)

    # Methods

    async def _call(self, method: str, params: dict):
        if method not in self.methods:
            self.violations.append(f"method {method}")
            raise Refusal(f"unknown method: {method}")
        required, optional = PARAMS[method]
        if required - set(params) or set(params) - required - optional:
            self.violations.append(f"{method} {params}")
            raise Refusal(f"invalid {method} params: at root: unexpected property")
        self.requests.append((method, params))
        return await getattr(self, "_" + method.replace(".", "_"))(params)

    async def _chat_history(self, params):
        if self.history_refusal:
            raise self.history_refusal
        return {"sessionKey": params["sessionKey"], "messages": self.history.get(params["sessionKey"], [])}

    async def _events_since(self, params):
        wanted = params.get("sessions")
        answer = {"instance": self.instance, "seq": self.sequence}
        if params.get("instance") == self.instance and not self.forgets:
            since = params["seq"]
            return answer | {"events": [
                frame for at, frame in self.told
                if (at > since if "seq" in frame else at >= since)
                and (wanted is None or frame["payload"].get("sessionKey", wanted[0]) in wanted)]}
        sessions = {}
        for writer in self.writers.values():
            if wanted is None or writer.session in wanted:
                sessions.setdefault(writer.session, []).append(writer.standing())
        return answer | {"stateVersion": {"presence": 1, "health": 1}, "presence": [], "health": {}, "endedSince": 0,
                         "devicePairRequests": self.requests_of_devices,
                         "sessions": [{"sessionKey": key, "runs": runs} for key, runs in sessions.items()]}

    async def _sessions_list(self, params):
        provider, model = self.model
        rows = [{"modelProvider": provider, "model": model, "totalTokensFresh": True} | row for row in self.sessions]
        return {"ts": 1, "path": "x", "count": len(rows), "sessions": rows,
                "defaults": {"modelProvider": provider, "model": model, "contextTokens": 200000}}

    async def _sessions_reset(self, params):
        self.history.pop(params["key"], None)
        return {"ok": True, "key": params["key"], "entry": {}}

    async def _status(self, params):
        return {"sessions": {"count": 2}} | ({"safeMode": {"reason": self.safe_mode}} if self.safe_mode else {})

    async def _agents_list(self, params):
        return {"defaultId": "main", "mainKey": "main", "scope": "per-sender",
                "agents": [{"id": "main", "name": "Main", "identity": {"name": "Clawd"}}, {"id": "work"}]}

    async def _device_pair_list(self, params):
        return {"pending": self.requests_of_devices, "paired": []}

    async def _device_pair_approve(self, params):
        await self.event("device.pair.resolved", {"requestId": params["requestId"], "decision": "approved"})
        return {"requestId": params["requestId"]}

    async def _device_pair_reject(self, params):
        return {"requestId": params["requestId"]}

    async def _chat_abort(self, params):
        running = list(self.runs)
        for run in running:
            self.runs[run].cancel()
        return {"ok": True, "aborted": bool(running), "runIds": running}

    async def _chat_send(self, params):
        key, session, text = params["idempotencyKey"], params["sessionKey"], params["message"]
        if text == "refuse this":
            raise Refusal("send blocked by session policy")
        if key in self.finished or key in self.runs:
            return {"runId": key, "status": "ok" if key in self.finished else "in_flight"}
        self.history.setdefault(session, []).append(
            {"role": "user", "content": [{"type": "text", "text": text}], "timestamp": int(time.time() * 1000)})
        self.runs[key] = self.loop.create_task(self._answer(key, session, text))
        if self.hold_acks:
            self.hold_acks -= 1
            return None
        return {"runId": key, "status": "started"}

    async def _answer(self, run: str, session: str, text: str):
        writer = self.writers[run] = answers.Writer(self, run, session)
        try:
            await answers.answer(writer, text)
        except asyncio.CancelledError:
            await writer.end("aborted", stopReason="rpc")
        finally:
            del self.writers[run]
            self.finished.add(run)
            self.runs.pop(run, None)
