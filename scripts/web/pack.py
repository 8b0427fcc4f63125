#!/usr/bin/env python3
"""Packs a folder into the one block that a release build carries (format: AssetArchive.swift).

    scripts/web/pack.py web/dist/control-ui page.pack
    objcopy --add-section .openclaw_web=page.pack .build/release/openclaw

The same folder gives the same bytes.
"""
import hashlib
import pathlib
import struct
import sys

MAGIC = b"OCWEB001"


def pack(folder: pathlib.Path) -> bytes:
    names = sorted(
        path.relative_to(folder).as_posix()
        for path in folder.rglob("*")
        if path.is_file() and not path.is_symlink()
        and not any(part.startswith(".") for part in path.relative_to(folder).parts)
    )
    if "index.html" not in names:
        raise SystemExit(f"pack.py: {folder} holds no index.html; run scripts/web/build.sh first.")
    contents = [(folder / name).read_bytes() for name in names]
    index_size = sum(34 + len(name.encode()) for name in names)
    offset = 16 + index_size
    index = b""
    for name, content in zip(names, contents):
        raw = name.encode()
        index += struct.pack("<QQ16sH", offset, len(content), hashlib.sha256(content).digest()[:16], len(raw)) + raw
        offset += len(content)
    return MAGIC + struct.pack("<II", len(names), index_size) + index + b"".join(contents)


if __name__ == "__main__":
    if len(sys.argv) != 3:
        raise SystemExit("usage: pack.py FOLDER OUTPUT")
    pathlib.Path(sys.argv[2]).write_bytes(pack(pathlib.Path(sys.argv[1])))
