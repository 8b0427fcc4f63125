"""The page through a tunnel of a real sshd, as somebody opens it from another machine."""
import json
import os
import pathlib
import pwd
import shutil
import socket
import subprocess
import sys
import time

import pytest
from playwright.sync_api import expect

from conftest import answers, say

sys.path.append(str(pathlib.Path(__file__).parents[1] / "clients"))
import gateway as process  # noqa: E402

SERVERS = pathlib.Path(__file__).resolve().parents[2] / ".test-servers/root"


def free_port() -> int:
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        return free.getsockname()[1]


class Tunnel:
    """An sshd on this machine with one key that may log in, and an `ssh -L` through it."""

    def __init__(self, folder: pathlib.Path, target: int):
        self.folder = folder
        self.children: list[subprocess.Popen] = []
        libraries = next((SERVERS / "usr/lib").glob("*-linux-gnu"))
        self.environment = {"LD_LIBRARY_PATH": str(libraries), "PATH": "/usr/bin:/bin", "OPENSSL_CONF": "/dev/null"}
        # As root sshd would want an account of its own on the machine.
        self.user = "nobody" if os.geteuid() == 0 else pwd.getpwuid(os.geteuid()).pw_name
        for name in ["host", "user"]:
            subprocess.run(
                [SERVERS / "usr/bin/ssh-keygen", "-q", "-t", "ed25519", "-N", "", "-f", folder / name],
                env=self.environment, check=True, timeout=30)
        server, self.port = free_port(), free_port()
        (folder / "sshd_config").write_text(
            f"LogLevel VERBOSE\nPort {server}\nListenAddress 127.0.0.1\nHostKey {folder}/host\n"
            f"AuthorizedKeysFile {folder}/user.pub\nStrictModes no\nPidFile none\nUsePAM yes\n"
            "PasswordAuthentication no\nKbdInteractiveAuthentication no\n")
        (folder / "known_hosts").write_text(f"[127.0.0.1]:{server} {(folder / 'host.pub').read_text()}")
        command = [str(SERVERS / "usr/sbin/sshd"), "-D", "-e", "-f", str(folder / "sshd_config")]
        if os.geteuid() == 0:
            account = pwd.getpwnam(self.user)
            for path in [folder, folder / "host"]:
                os.chown(path, account.pw_uid, account.pw_gid)
            command = ["/usr/bin/setpriv", "--reuid", str(account.pw_uid), "--regid", str(account.pw_gid),
                       "--clear-groups", *command]
        self._start("sshd", command, "Server listening on 127.0.0.1")
        self._start("ssh", [
            str(SERVERS / "usr/bin/ssh"), "-F", "/dev/null", "-N", "-v", "-L",
            f"127.0.0.1:{self.port}:127.0.0.1:{target}", "-i", str(folder / "user"), "-p", str(server),
            "-o", f"UserKnownHostsFile={folder}/known_hosts", "-o", "StrictHostKeyChecking=yes",
            "-o", "IdentitiesOnly=yes", "-o", "IdentityAgent=none", "-o", "ExitOnForwardFailure=yes",
            f"{self.user}@127.0.0.1"], f"Local forwarding listening on 127.0.0.1 port {self.port}")

    def _start(self, name: str, command: list[str], words: str):
        path = self.folder / f"{name}.out"
        with open(path, "wb") as output:
            child = subprocess.Popen(command, env=self.environment, stdout=output, stderr=output)
        self.children.append(child)
        deadline = time.monotonic() + 30
        while words not in path.read_text(errors="replace"):
            if child.poll() is not None or time.monotonic() > deadline:
                self.end()
                raise RuntimeError(path.read_text(errors="replace"))
            time.sleep(0.02)

    def end(self):
        for child in reversed(self.children):
            child.terminate()
            child.wait(10)


@pytest.fixture
def tunnel():
    if not os.environ.get("OPENCLAW_TEST_URL"):
        pytest.skip("it takes the Gateway itself")
    # nobody must be able to look into every folder on the way.
    folder = pathlib.Path("/tmp") / f"tunnel-{os.getpid()}"
    folder.mkdir(mode=0o755)
    home = folder / "home"
    home.mkdir(mode=0o700)
    real = process.Gateway(home)
    made = Tunnel(folder, real.port)
    yield made, real
    made.end()
    real.stop()
    shutil.rmtree(folder)


def test_the_page_works_through_an_ssh_tunnel(tunnel, visits):
    way, real = tunnel
    page = visits().open(f"http://127.0.0.1:{way.port}/#token={process.TOKEN}")
    expect(page.get_by_title("Connected")).to_be_visible()
    say(page, "Hello")
    expect(answers(page).first).to_contain_text("I am a built-in script")
    # To the Gateway it is its own machine: the browser was paired without asking.
    devices = json.loads(real.command("devices", "list", "--json"))
    assert devices["pending"] == [] and any("openclaw-control-ui" in str(one) for one in devices["paired"]), devices
    page.reload()
    expect(answers(page).first).to_contain_text("I am a built-in script")
