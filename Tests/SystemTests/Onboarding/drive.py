"""Plays a person at a terminal who sets everything up with `openclaw onboard`, up to a working chat.

Usage: drive.py <openclaw> <home> <port>. A server of its own stands in for Ollama. Prints what the terminal showed.
"""
import http.server
import json
import os
import pty
import select
import subprocess
import sys
import termios
import threading
import time

program, home, port = sys.argv[1:4]


keys = []


class Ollama(http.server.BaseHTTPRequestHandler):
    def log_message(self, *arguments):
        pass

    def do_GET(self):
        self.answer("application/json", json.dumps({"models": [{"name": "tiny:1b"}, {"name": "qwen3:32b"}]}))

    def do_POST(self):
        keys.append(self.headers["Authorization"])
        body = json.loads(self.rfile.read(int(self.headers["Content-Length"])))
        assert body["model"] == "qwen3:32b", body["model"]
        chunks = [
            {"choices": [{"index": 0, "delta": {"role": "assistant", "content": "Hello from the double."}}]},
            {"choices": [{"index": 0, "delta": {}, "finish_reason": "stop"}]},
        ]
        self.answer("text/event-stream", "".join(f"data: {json.dumps(c)}\n\n" for c in chunks) + "data: [DONE]\n\n")

    def answer(self, kind, text):
        self.send_response(200)
        self.send_header("Content-Type", kind)
        self.send_header("Content-Length", str(len(text)))
        self.end_headers()
        self.wfile.write(text.encode())


server = http.server.ThreadingHTTPServer(("127.0.0.1", 0), Ollama)
threading.Thread(target=server.serve_forever, daemon=True).start()
environment = {
    "HOME": home, "PATH": os.environ["PATH"], "TMPDIR": home, "TERM": "dumb",
    "OLLAMA_HOST": f"127.0.0.1:{server.server_port}",
}


class Terminal:
    """A program under a pseudo-terminal."""

    def __init__(self, *arguments):
        self.shown = ""
        self.seen = 0
        self.pid, self.descriptor = pty.fork()
        if self.pid == 0:
            os.execve(program, [program, *arguments], environment)

    def expect(self, text, seconds=20):
        end = time.monotonic() + seconds
        while text not in self.shown[self.seen:]:
            ready, _, _ = select.select([self.descriptor], [], [], max(0, end - time.monotonic()))
            if not ready:
                raise SystemExit(f"nothing said {text!r}:\n{self.shown}")
            try:
                data = os.read(self.descriptor, 4096)
            except OSError:
                data = b""
            if not data:
                raise SystemExit(f"ended before {text!r}:\n{self.shown}")
            self.shown += data.decode()
        self.seen = self.shown.index(text, self.seen) + len(text)

    def type(self, text):
        os.write(self.descriptor, text.encode())

    def wait(self):
        while True:
            try:
                data = os.read(self.descriptor, 4096)
            except OSError:
                break
            if not data:
                break
            self.shown += data.decode()
        return os.waitstatus_to_exitcode(os.waitpid(self.pid, 0)[1])


def files():
    return sorted(os.path.join(folder, name) for folder, _, names in os.walk(home) for name in names)


# Somebody gives up while a secret is asked for: nothing is written, and the terminal shows what is typed again.
before = files()
given_up = Terminal("onboard")
given_up.expect("Go on? [Y/n]: ")
given_up.type("y\n")
given_up.expect("What shall answer?")
given_up.type("2\n")
given_up.expect("Key of Anthropic (not shown): ")
given_up.type("half-a-key\x03")
given_up.expect("Stopped.")
assert termios.tcgetattr(given_up.descriptor)[3] & termios.ECHO, "the terminal hides what is typed"
assert given_up.wait() == 1
assert "half-a-key" not in given_up.shown
assert files() == before, files()

# The whole way, with Ollama.
onboarding = Terminal("onboard")
onboarding.expect("Go on? [Y/n]: ")
onboarding.type("\n")
onboarding.expect("1. Ollama on this machine (2 models)")
onboarding.expect("Number [1]: ")
onboarding.type("1\n")
onboarding.expect("2. qwen3:32b")
onboarding.expect("Number [1]: ")
onboarding.type("9\n")
onboarding.expect("Answer a number from 1 to 2.")
onboarding.type("2\n")
onboarding.expect("Where does the agent work")
onboarding.type("\n")
onboarding.expect("The Gateway's port [18789]: ")
onboarding.type(f"{port}\n")
onboarding.expect("to see that it works? [Y/n]: ")
onboarding.type("y\n")
onboarding.expect("ollama/qwen3:32b answered in ")
onboarding.expect(f"Dashboard URL: http://127.0.0.1:{port}/#token=")
onboarding.expect("Start the Gateway now, in this terminal? [Y/n]: ")
onboarding.type("\n")
onboarding.expect(f"127.0.0.1:{port}", 30)
for _ in range(100):
    said = subprocess.run(
        [program, "agent", "--message", "Hello"], env=environment, capture_output=True, text=True, timeout=30)
    if said.returncode == 0:
        break
    time.sleep(0.1)
assert "Hello from the double." in said.stdout, said.stdout + said.stderr

# A server of one's own with a key, set up by options while the Gateway runs: it takes both over.
address = f"http://127.0.0.1:{server.server_port}/v1"
options = [
    "--non-interactive", "--accept-risk", "--custom-base-url", address, "--custom-model-id", "qwen3:32b",
    "--custom-api-key", "sk-double", "--json",
]
scripted = subprocess.run(
    [program, "onboard", *options], env=environment, capture_output=True, text=True, timeout=30)
assert json.loads(scripted.stdout)["model"] == "custom/qwen3:32b", scripted.stdout + scripted.stderr
for _ in range(100):
    subprocess.run([program, "agent", "--message", "Again"], env=environment, capture_output=True, timeout=30)
    if keys[-1] == "Bearer sk-double":
        break
    time.sleep(0.1)
assert keys[-1] == "Bearer sk-double", keys
checked = subprocess.run(
    [program, "models", "status", "--probe", "--json"], env=environment, capture_output=True, text=True, timeout=30)
assert checked.returncode == 0 and json.loads(checked.stdout)["auth"]["probes"][0]["ok"], checked.stdout
assert "sk-double" not in checked.stdout
onboarding.type("\x03")
onboarding.wait()
print(onboarding.shown)
