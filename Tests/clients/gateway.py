"""A Gateway as a process of its own, with a home directory that lives as long as the test."""

import json
import os
import pathlib
import socket
import subprocess
import time

ROOT = pathlib.Path(__file__).resolve().parents[2]
EXECUTABLE = pathlib.Path(os.environ.get("OPENCLAW_EXECUTABLE", ROOT / ".build/debug/openclaw"))
TOKEN = "test-token-0123456789abcdef0123456789abcdef0123456789ab"


class Gateway:
    """`gateway` is laid over a configuration that listens on a free port with a token; `more` are further sections."""

    def __init__(self, home: pathlib.Path, gateway: dict | None = None, more: dict | None = None):
        self.home = home
        with socket.socket() as free:
            free.bind(("127.0.0.1", 0))
            self.port = free.getsockname()[1]
        self.url = f"ws://127.0.0.1:{self.port}"
        self.environment = {"PATH": os.environ["PATH"], "HOME": str(home), "TMPDIR": str(home)}
        state = home / ".openclaw"
        state.mkdir(mode=0o700)
        (state / "openclaw.json").write_text(json.dumps({
            "gateway": {"mode": "local", "port": self.port, "auth": {"mode": "token", "token": TOKEN}}
            | (gateway or {}),
        } | (more or {})))
        self.output = open(home / "gateway.out", "wb")
        self.process = subprocess.Popen(
            [EXECUTABLE, "gateway", "run"], env=self.environment, cwd=home, stdout=self.output, stderr=self.output)
        deadline = time.monotonic() + 20
        while b"listens on" not in (home / "gateway.out").read_bytes():
            if self.process.poll() is not None or time.monotonic() > deadline:
                self.stop()
                raise RuntimeError((home / "gateway.out").read_text())
            time.sleep(0.02)

    def command(self, *arguments: str) -> str:
        """What `openclaw` prints; a failure of the command fails the test."""
        return subprocess.run(
            [EXECUTABLE, *arguments], env=self.environment, cwd=self.home, check=True, capture_output=True, text=True,
            timeout=30).stdout

    def stop(self):
        self.process.terminate()
        self.process.wait(20)
        self.output.close()

