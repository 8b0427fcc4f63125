#!/bin/sh
# Builds the chat page: web/control-ui and web/shared into web/dist/control-ui. Does nothing when no source has changed.
# On Debian the bundler, the compiler and the libraries are packages; elsewhere they come from web/node_modules.
set -eu
root=$(cd "$(dirname "$0")/../.." && pwd)
web="$root/web"
output="$web/dist/control-ui"

fail() {
    echo "build.sh: $*" >&2
    exit 1
}

stamp=$( (cd "$root" && find scripts/web/build.sh web/control-ui web/shared web/package.json web/tsconfig.json -type f |
    LC_ALL=C sort | xargs sha256sum) | sha256sum | cut -d' ' -f1)
[ "$(cat "$web/dist/stamp" 2>/dev/null)" = "$stamp" ] && [ -f "$output/index.html" ] && exit 0

if [ -x "$web/node_modules/.bin/esbuild" ]; then
    modules="$web/node_modules"
    PATH="$modules/.bin:$PATH"
    hint="run npm install in web/."
else
    modules=/usr/share/nodejs
    hint="on Debian run: apt-get install -y --no-install-recommends esbuild node-typescript node-react node-react-dom node-marked node-dompurify (elsewhere: npm install in web/)."
fi
command -v esbuild >/dev/null || fail "esbuild is missing; $hint"
command -v tsc >/dev/null || fail "the TypeScript compiler (tsc) is missing; $hint"
for library in react react-dom marked dompurify; do
    [ -f "$modules/$library/package.json" ] || fail "the library $library is missing; $hint"
done

mkdir -p "$web/dist"
cat >"$web/dist/tsconfig.json" <<JSON
{
  "extends": "../tsconfig.json",
  "compilerOptions": {
    "baseUrl": ".",
    "paths": { "*": ["$modules/@types/*", "$modules/*"] }
  },
  "include": ["../shared", "../control-ui"]
}
JSON
tsc --project "$web/dist/tsconfig.json" || fail "the types do not hold."

fresh="$web/dist/control-ui.new"
rm -rf "$fresh"
mkdir -p "$fresh/assets"
# Debian's node-dompurify 2.4.1+dfsg+~2.4.0-2+deb12u1 reads a variable shadowNode that it does not declare, and throws; an
# empty object there makes that check pass over, and changes nothing in a version that declares it.
NODE_PATH="$modules" esbuild "$web/control-ui/main.tsx" --bundle --minify --format=iife --target=es2021 --jsx=automatic \
    --define:shadowNode={} --define:process.env.NODE_ENV=\"production\" --legal-comments=linked --log-level=warning \
    --outfile="$fresh/assets/app.js" || fail "the bundle failed."
esbuild "$web/control-ui/styles/app.css" --bundle --minify --log-level=warning --outfile="$fresh/assets/app.css" ||
    fail "the style sheet failed."
cp "$web/control-ui/index.html" "$fresh/index.html"
cp "$web/control-ui/favicon.svg" "$fresh/assets/favicon.svg"
rm -rf "$output"
mv "$fresh" "$output"
echo "$stamp" >"$web/dist/stamp"
