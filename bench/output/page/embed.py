"""Turns files into C arrays: embed.py OUT.c NAME=FILE[,FILE...]... writes `const unsigned char page_NAME[]`, the files one after
the other, and `const size_t page_NAME_size`. A name without a file is an empty array."""

import sys
from pathlib import Path

out, *parts = sys.argv[1:]
with open(out, "w", encoding="ascii") as c:
    c.write('#include "output/page/parts.h"\n')
    for part in parts:
        name, _, files = part.partition("=")
        data = b"".join(Path(file).read_bytes() for file in files.split(",") if file)
        c.write(f"\nconst size_t page_{name}_size = {len(data)};\nconst unsigned char page_{name}[] = {{\n")
        for begin in range(0, len(data) + 1, 24):  # a 0 at the end, that no array has no elements
            c.write(",".join(map(str, (data + b"\0")[begin : begin + 24])) + ",\n")
        c.write("};\n")
