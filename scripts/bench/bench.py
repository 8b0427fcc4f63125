"""Measures a release build of the Gateway on this machine and prints the figures with their conditions.

Usage: bench.py EXECUTABLE TOOLS [RUNS]. Every figure is the median of RUNS (5) runs, each with a fresh state directory.
       bench.py EXECUTABLE TOOLS soak [ROUNDS]. ROUNDS (25) times 2,000 turns in 400 new sessions, and what the Gateway holds then.
"""
import json
import os
import platform
import signal
import socket
import statistics
import subprocess
import sys
import tempfile
import time

EXECUTABLE, TOOLS = os.path.abspath(sys.argv[1]), os.path.abspath(sys.argv[2])
SOAKS = sys.argv[3:4] == ["soak"]
RUNS = int((sys.argv[4 if SOAKS else 3:] + [25 if SOAKS else 5])[0])
TOKEN = "bench-token-0123456789abcdef0123456789abcdef"
CONNECT = json.dumps({
    "type": "req", "id": "c", "method": "connect",
    "params": {
        "minProtocol": 3, "maxProtocol": 3, "role": "operator", "scopes": ["operator.read", "operator.write"],
        "client": {"id": "gateway-client", "version": "1", "platform": "linux", "mode": "backend"},
        "auth": {"token": TOKEN},
    },
}, separators=(",", ":"))


def free_port():
    with socket.socket() as s:
        s.bind(("127.0.0.1", 0))
        return s.getsockname()[1]


def tool(name, *arguments, environment=None):
    result = subprocess.run([f"{TOOLS}/{name}", *map(str, arguments)], capture_output=True, text=True, timeout=300,
                            env=environment)
    if result.returncode:
        raise SystemExit(f"{name} failed: {result.stderr}{result.stdout}")
    return json.loads(result.stdout.strip().splitlines()[-1])


def memory(pid):
    """Resident and resident anonymous memory in MB."""
    fields = dict(line.split(":", 1) for line in open(f"/proc/{pid}/status") if ":" in line)
    return int(fields["VmRSS"].split()[0]) / 1024, int(fields["RssAnon"].split()[0]) / 1024


def cpu_seconds(pid):
    fields = open(f"/proc/{pid}/stat").read().rsplit(")", 1)[1].split()
    return (int(fields[11]) + int(fields[12])) / os.sysconf("SC_CLK_TCK")


def hello(port):
    """Opens a WebSocket, connects, and returns once hello-ok has come."""
    with socket.create_connection(("127.0.0.1", port)) as s:
        s.sendall(f"GET / HTTP/1.1\r\nHost: 127.0.0.1:{port}\r\nUpgrade: websocket\r\nConnection: Upgrade\r\n"
                  "Sec-WebSocket-Version: 13\r\nSec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==\r\n\r\n".encode())
        text = CONNECT.encode()
        s.sendall(bytes([0x81, 0x80 | 126]) + len(text).to_bytes(2, "big") + bytes(4) + text)
        seen = b""
        while b"hello-ok" not in seen:
            piece = s.recv(65536)
            if not piece:
                raise ConnectionError(seen.decode(errors="replace"))
            seen += piece


class Gateway:
    """A Gateway with a fresh state directory and the fake model beside it."""

    def __init__(self, *model_options):
        self.model_options = model_options

    def __enter__(self):
        self.folder = tempfile.TemporaryDirectory(prefix="openclaw-bench-")
        self.model_port, self.port = free_port(), free_port()
        self.model = subprocess.Popen([f"{TOOLS}/fakemodel", "--port", str(self.model_port), "--chunks", "20",
                                       *self.model_options], stdout=subprocess.DEVNULL)
        config = {
            "gateway": {"mode": "local", "port": self.port, "auth": {"mode": "token", "token": TOKEN}},
            "agents": {"defaults": {"model": "fake/fake", "maxConcurrent": 64}},
            "models": {"providers": {"fake": {
                "baseUrl": f"http://127.0.0.1:{self.model_port}/v1", "apiKey": "none", "api": "openai-completions",
                "models": [{"id": "fake", "name": "fake"}]}}},
        }
        state = f"{self.folder.name}/state"
        os.mkdir(state, 0o700)
        with open(f"{state}/openclaw.json", "w") as f:
            json.dump(config, f)
        self.environment = environment = {"PATH": os.environ["PATH"], "HOME": self.folder.name, "OPENCLAW_STATE_DIR": state}
        self.log = open(f"{self.folder.name}/log", "w")
        started = time.monotonic()
        self.process = subprocess.Popen([EXECUTABLE, "gateway", "run"], env=environment, stdout=self.log, stderr=self.log)
        while True:
            try:
                hello(self.port)
                break
            except ConnectionRefusedError:
                if self.process.poll() is not None or time.monotonic() - started > 20:
                    raise SystemExit(open(f"{self.folder.name}/log").read())
                time.sleep(0.0005)
        self.start_ms = (time.monotonic() - started) * 1000
        return self

    def __exit__(self, *_):
        for process in (self.process, self.model):
            process.send_signal(signal.SIGTERM)
        for process in (self.process, self.model):
            try:
                process.wait(10)
            except subprocess.TimeoutExpired:
                process.kill()
        self.log.close()
        self.folder.cleanup()


def turns(gateway, clients, count, per_session=10):
    return tool("chatload", gateway.port, TOKEN, clients, count, per_session)


def direct_latency(gateway):
    body = json.dumps({"stream": True, "messages": [{"role": "user", "content": "hello"}]})
    return tool("loadgen", "http", "--port", gateway.model_port, "--path", "/v1/chat/completions", "--body", body,
                "--conc", 1, "--total", 300)


def websocket(gateway):
    before = cpu_seconds(gateway.process.pid)
    total = 100_000
    result = tool("loadgen", "ws", "--port", gateway.port, "--path", "/", "--open-wait", "connect.challenge",
                  "--open-send", CONNECT, "--open-wait", "hello-ok",
                  "--send", '{"type":"req","id":"h","method":"health"}', "--wait", '"id":"h"', "--conc", 16, "--total", total)
    cpu = (cpu_seconds(gateway.process.pid) - before) / total * 1e6
    return result, cpu


def while_runs_stream(gateway, runs):
    """Latency of `health`, from four connections, each of which gets the events of all runs that stream meanwhile."""
    load = subprocess.Popen([f"{TOOLS}/chatload", str(gateway.port), TOKEN, str(runs), str(runs), "1"], text=True,
                            stdout=subprocess.PIPE)
    time.sleep(1)
    result = tool("loadgen", "ws", "--port", gateway.port, "--path", "/", "--open-wait", "connect.challenge",
                  "--open-send", CONNECT, "--open-wait", "hello-ok",
                  "--send", '{"type":"req","id":"h","method":"health"}', "--wait", '"id":"h"', "--conc", 4, "--total", 20_000)
    if load.poll() is not None:
        raise SystemExit("the runs ended before the requests did")
    if json.loads(load.communicate(timeout=120)[0])["turns"] != runs:
        raise SystemExit("a run did not end well")
    return result


def held(gateway, count):
    # Anonymous memory: the pages of the executable come and go for reasons of their own.
    before = memory(gateway.process.pid)[1]
    process = subprocess.Popen(
        [f"{TOOLS}/loadgen", "hold", "--port", str(gateway.port), "--path", "/", "--open-wait", "connect.challenge",
         "--open-send", CONNECT, "--open-wait", "hello-ok", "--conc", str(count), "--max-seconds", "60"],
        stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True)
    state = json.loads(process.stdout.readline())
    time.sleep(1)
    each = (memory(gateway.process.pid)[1] - before) * 1024 / max(1, state["open"])
    process.stdin.close()
    process.wait(30)
    return state["open"], each


def one_run():
    figures = {}
    with Gateway() as gateway:
        time.sleep(1)
        figures["start to hello-ok, ms"] = gateway.start_ms
        figures["idle RSS, MB"], figures["idle anonymous, MB"] = memory(gateway.process.pid)
        base = direct_latency(gateway)["p50"]
        one = turns(gateway, 1, 300)
        figures["added latency per turn at 1 client, p50 ms"] = one["p50"] - base
        figures["turns per second at 1 client"] = one["turnsPerSecond"]
    with Gateway() as gateway:
        turns(gateway, 64, 640)
        result = turns(gateway, 64, 4000)
        figures["turns per second at 64 clients"] = result["turnsPerSecond"]
        figures["latency per turn at 64 clients, p50 ms"] = result["p50"]
    with Gateway() as gateway:
        turns(gateway, 16, 160)
        time.sleep(1)
        resident, anonymous = memory(gateway.process.pid)
        turns(gateway, 40, 2000, 5)
        time.sleep(2)
        after = memory(gateway.process.pid)
        figures["RSS added by 2,000 turns in 400 sessions, MB"] = after[0] - resident
        figures["of it anonymous, MB"] = after[1] - anonymous
    with Gateway() as gateway:
        result, cpu = websocket(gateway)
        figures["WebSocket requests per second, 16 connections"] = result["perSecond"]
        figures["CPU per WebSocket request, us"] = cpu
    with Gateway() as gateway:
        time.sleep(0.5)
        count, each = held(gateway, 1000)
        figures["connections held of 1,000"] = count
        figures["memory per idle connection, kB"] = each
    with Gateway() as gateway:
        time.sleep(0.5)
        figures["connections held of 10,000"], _ = held(gateway, 10_000)
    with Gateway() as gateway:
        result = tool("fanout", gateway.port, TOKEN, 1000, 50)
        figures["one event to 1,000 clients, p50 ms"], figures["the same, p99 ms"] = result["p50"], result["p99"]
    with Gateway("--chunks", "400", "--chunk-delay-ms", "20") as gateway:
        result = while_runs_stream(gateway, 20)
        figures["request while 20 runs stream, p50 ms"], figures["the same request, p99 ms"] = result["p50"], result["p99"]
    with Gateway() as gateway:
        # The first one makes the device's key and pairs it.
        tool("loadgen", "once", EXECUTABLE, "status", environment=gateway.environment)
        figures["status as a whole process, ms"] = statistics.median(
            tool("loadgen", "once", EXECUTABLE, "status", environment=gateway.environment)["ms"] for _ in range(11))
    figures["--help as a whole process, ms"] = statistics.median(
        tool("loadgen", "once", EXECUTABLE, "--help")["ms"] for _ in range(11))
    return figures


def sync_cost():
    """Median milliseconds of writing 4 kB and fdatasync where the state directories lie: the floor of a durable turn."""
    with tempfile.NamedTemporaryFile(prefix="openclaw-bench-") as f:
        times = []
        for _ in range(50):
            f.write(b"x" * 4096)
            f.flush()
            start = time.monotonic()
            os.fdatasync(f.fileno())
            times.append((time.monotonic() - start) * 1000)
        return statistics.median(times)


def soak():
    """Whether a Gateway that works on and on goes on growing."""
    print("  turns  RSS, MB  anonymous, MB  open files  threads  turns/s  state on disk, MB")
    with Gateway() as gateway:
        process = f"/proc/{gateway.process.pid}"
        for number in range(RUNS + 1):
            rate = turns(gateway, 40, 2000, 5)["turnsPerSecond"] if number else 0
            time.sleep(2)
            resident, anonymous = memory(gateway.process.pid)
            size = sum(os.path.getsize(f"{folder}/{name}")
                       for folder, _, names in os.walk(f"{gateway.folder.name}/state") for name in names) / 1e6
            print(f"{number * 2000:7} {resident:8.1f} {anonymous:14.1f} {len(os.listdir(f'{process}/fd')):11} "
                  f"{len(os.listdir(f'{process}/task')):8} {rate:8.0f} {size:18.1f}", flush=True)


def main():
    print(f"{platform.system()} {platform.machine()}, {os.cpu_count()} processors, load "
          f"{' '.join(f'{x:.2f}' for x in os.getloadavg())}, write and fdatasync of 4 kB {sync_cost():.2f} ms, "
          + ("a soak" if SOAKS else f"median of {RUNS}"))
    if SOAKS:
        return soak()
    runs = [one_run() for _ in range(RUNS)]
    for name in runs[0]:
        values = sorted(run[name] for run in runs)
        print(f"{name:52} {statistics.median(values):12.2f}   ({values[0]:.2f} to {values[-1]:.2f})")


main()
