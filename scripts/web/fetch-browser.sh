#!/bin/sh
# Unpacks Debian's Chromium, with what the machine lacks for it, and Playwright's Python client into .test-servers/.
# Nothing is installed on the system. A second run that finds everything does nothing.
set -eu
root=$(cd "$(dirname "$0")/../.." && pwd)
target="$root/.test-servers"
browser="$target/chromium"
python="$target/python"
requirements="$root/Tests/web/requirements.txt"

fail() {
    echo "fetch-browser.sh: $*" >&2
    exit 1
}

if [ ! -f "$browser/complete" ]; then
    command -v apt-get >/dev/null && command -v dpkg >/dev/null ||
        fail "the browser tests need Debian's chromium package (apt-get, dpkg); on other systems set OPENCLAW_TEST_BROWSER."
    apt-cache show chromium >/dev/null 2>&1 || fail "apt knows no package chromium; run apt-get update as root first."
    rm -rf "$browser"
    mkdir -p "$browser/packages" "$browser/root"
    # What apt would install now: chromium and the dependencies that are missing. The fonts make every machine draw alike.
    names=$(apt-get install --simulate --no-install-recommends chromium fonts-inter fonts-jetbrains-mono fontconfig-config |
        awk '$1 == "Inst" { print $2 }')
    for name in chromium chromium-common fonts-inter fonts-jetbrains-mono; do
        case " $(echo $names) " in *" $name "*) ;; *) names="$names $name" ;; esac
    done
    echo "fetch-browser.sh: downloading" $names
    (cd "$browser/packages" && apt-get download -q -o APT::Sandbox::User=root $names >/dev/null) || fail "cannot download $(echo $names)."
    for package in "$browser"/packages/*.deb; do dpkg -x "$package" "$browser/root"; done
    rm -r "$browser/packages"
    cat >"$browser/fonts.conf" <<XML
<?xml version="1.0"?>
<!DOCTYPE fontconfig SYSTEM "fonts.dtd">
<fontconfig>
  <dir>$browser/root/usr/share/fonts</dir>
  <cachedir>$browser/font-cache</cachedir>
  <alias binding="same"><family>system-ui</family><prefer><family>Inter</family></prefer></alias>
  <alias binding="same"><family>sans-serif</family><prefer><family>Inter</family></prefer></alias>
  <alias binding="same"><family>monospace</family><prefer><family>JetBrains Mono</family></prefer></alias>
</fontconfig>
XML
    # One program to start, so that a test needs to know nothing of where the libraries lie.
    libraries="$browser/root/usr/lib/$(dpkg-architecture -qDEB_HOST_MULTIARCH 2>/dev/null || echo "$(uname -m)-linux-gnu")"
    cat >"$browser/start" <<SHELL
#!/bin/sh
export LD_LIBRARY_PATH="$libraries:$libraries/pulseaudio:$browser/root/lib/$(basename "$libraries")"
export FONTCONFIG_FILE="$browser/fonts.conf"
exec "$browser/root/usr/lib/chromium/chromium" "\$@"
SHELL
    chmod +x "$browser/start"
    "$browser/start" --version >/dev/null || fail "the unpacked Chromium does not start."
    touch "$browser/complete"
fi

if ! cmp -s "$requirements" "$python/requirements.txt"; then
    python3 -m pip --version >/dev/null 2>&1 || fail "pip is missing; install python3-pip."
    rm -rf "$python"
    mkdir -p "$python"
    python3 -m pip install --quiet --disable-pip-version-check --no-cache-dir --root-user-action=ignore \
        --target "$python" -r "$requirements" || fail "cannot install Tests/web/requirements.txt from PyPI."
    cp "$requirements" "$python/requirements.txt"
fi
