"""The build, the archive for releases, and the unit tests of the page's own code."""
import json
import os
import pathlib
import shutil
import subprocess
import sys

import pytest

ROOT = pathlib.Path(__file__).resolve().parents[2]
PAGE = ROOT / "web/dist/control-ui"
BUILT = json.loads((ROOT / "web/dist/tsconfig.json").read_text())
MODULES = BUILT["compilerOptions"]["paths"]["*"][1].removesuffix("/*")


def tool(name: str) -> str:
    local = pathlib.Path(MODULES) / ".bin" / name
    return str(local) if local.exists() else name


@pytest.mark.parametrize("name", ["keys", "chat", "connection", "events"])
def test_unit(name, tmp_path):
    bundle = tmp_path / f"{name}.test.mjs"
    subprocess.run(
        [tool("esbuild"), ROOT / f"Tests/web/unit/{name}.test.ts", "--bundle", "--format=esm", "--platform=node",
         f"--outfile={bundle}", "--log-level=warning"], check=True, env=os.environ | {"NODE_PATH": MODULES})
    run = subprocess.run(["node", "--test", bundle], capture_output=True, text=True)
    assert run.returncode == 0, run.stdout + run.stderr


def test_the_unit_tests_hold_their_types(tmp_path):
    config = BUILT | {"extends": str(ROOT / "web/tsconfig.json"), "include": [str(ROOT / "Tests/web/unit")]}
    (tmp_path / "tsconfig.json").write_text(json.dumps(config))
    run = subprocess.run([tool("tsc"), "--project", tmp_path], capture_output=True, text=True)
    assert run.returncode == 0, run.stdout


def test_an_unchanged_page_is_not_built_again():
    before = (PAGE / "index.html").stat().st_mtime_ns
    subprocess.run([ROOT / "scripts/web/build.sh"], check=True)
    assert (PAGE / "index.html").stat().st_mtime_ns == before


def test_a_missing_tool_is_named_with_its_package(tmp_path):
    copy = tmp_path / "repo"
    shutil.copytree(ROOT / "web", copy / "web", ignore=shutil.ignore_patterns("dist", "node_modules"))
    shutil.copytree(ROOT / "scripts/web", copy / "scripts/web")
    tools = tmp_path / "bin"
    tools.mkdir()
    for name in ["sh", "dirname", "find", "sort", "xargs", "sha256sum", "cut", "cat", "env"]:
        (tools / name).symlink_to(shutil.which(name))
    run = subprocess.run(
        [copy / "scripts/web/build.sh"], capture_output=True, text=True, env={"PATH": str(tools)})
    assert run.returncode == 1
    assert run.stderr.startswith("build.sh: esbuild is missing; on Debian run: apt-get install")
    assert run.stderr.count("\n") == 1


def test_the_page_loads_nothing_from_elsewhere_and_has_no_inline_code():
    html = (PAGE / "index.html").read_text()
    assert html.count("<script") == 1 and '<script src="./assets/app.js" defer></script>' in html
    assert "<style" not in html and "http" not in html
    styles = (PAGE / "assets/app.css").read_text()
    assert "url(" not in styles and "@import" not in styles
    assert "sourceMappingURL" not in (PAGE / "assets/app.js").read_text()


def test_the_archive_is_the_one_that_the_executable_reads(tmp_path):
    fixtures = ROOT / "Tests/web/fixtures"
    output = tmp_path / "page.pack"
    subprocess.run([sys.executable, ROOT / "scripts/web/pack.py", fixtures / "page", output], check=True)
    assert output.read_bytes() == (fixtures / "page.pack").read_bytes()
    empty = subprocess.run([sys.executable, ROOT / "scripts/web/pack.py", tmp_path, output], capture_output=True, text=True)
    assert empty.returncode == 1 and "holds no index.html" in empty.stderr
