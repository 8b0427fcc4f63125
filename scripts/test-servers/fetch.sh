#!/bin/sh
# Unpacks the servers that only tests use into .test-servers/ at the root of the repository. Nothing is installed.
# Does nothing when they are there; ends with a message that names what is missing when something cannot be got.
set -eu

root=$(cd "$(dirname "$0")/../.." && pwd)
target="$root/.test-servers"
stamp="$target/complete-3"
servers="inspircd atheme-services openssl openssh-server openssh-client poppler-utils"

fail() {
    echo "test-servers: $*" >&2
    exit 1
}

[ -e "$stamp" ] && exit 0
for tool in apt-get dpkg ldd; do
    command -v "$tool" >/dev/null || fail "$tool is missing; the servers for tests come from Debian packages."
done

# Tests of several targets may ask at once: the first one works, the others wait for it.
mkdir -p "$target"
if command -v flock >/dev/null; then
    exec 9>"$target/lock"
    flock 9
    [ -e "$stamp" ] && exit 0
fi

# The servers themselves, and of their dependencies those that are not on this machine in any version.
plan() {
    echo "$servers" | tr ' ' '\n'
    # shellcheck disable=SC2086
    LC_ALL=C apt-get install --simulate --no-install-recommends $servers 2>"$target/plan.log" |
        awk '$1 == "Inst" && $3 !~ /^\[/ { print $2 }'
}

known=yes
for server in $servers; do
    LC_ALL=C apt-cache policy "$server" 2>/dev/null | grep -q 'Candidate: [^(]' || known=no
done
if [ "$known" = no ]; then
    apt-get update >"$target/update.log" 2>&1 ||
        fail "the package lists are missing and 'apt-get update' failed: $(tail -n 1 "$target/update.log")"
fi
packages=$(plan | sort -u)

work="$target/work"
rm -rf "$work"
mkdir -p "$work/archives" "$work/root"
for package in $packages; do
    (cd "$work/archives" && apt-get download "$package") >"$target/download.log" 2>&1 ||
        fail "cannot download the Debian package $package: $(grep -v '^W:' "$target/download.log" | tail -n 1)"
done
for archive in "$work"/archives/*.deb; do
    dpkg -x "$archive" "$work/root" || fail "cannot unpack $(basename "$archive")"
done

libraries="$work/root/usr/lib/$(dpkg-architecture -qDEB_HOST_MULTIARCH 2>/dev/null || gcc -print-multiarch)"
for program in usr/sbin/inspircd usr/bin/atheme-services usr/bin/openssl usr/sbin/sshd usr/bin/ssh usr/bin/ssh-keygen usr/bin/pdftotext; do
    [ -x "$work/root/$program" ] || fail "no package brought $program"
    missing=$(LD_LIBRARY_PATH="$libraries" ldd "$work/root/$program" | awk '/not found/ { print $1 }' | tr '\n' ' ')
    [ -z "$missing" ] || fail "$program lacks the libraries: $missing"
done

rm -rf "$target/root"
mv "$work/root" "$target/root"
rm -rf "$work"
: >"$stamp"
