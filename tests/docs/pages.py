#!/usr/bin/env python3
"""What can be checked of the Markdown pages of this project.

pages.py links ROOT            relative links that lead nowhere: no such file, or no such heading in it
pages.py paths ROOT            paths in backticks (`src/engine/plan.c`) that do not exist
pages.py blocks PAGE FOLDER    writes the programs and commands of a page to a folder, for a shell to run
pages.py keys REFERENCE FILE   keys of a results.json that its reference lacks, and the other way round

What is found wrong is printed, a line each, and the exit status is then 1.

Blocks: a block of code whose first line is a comment with a file's name ("/* sum.c: ...", "# CMakeLists.txt") is that
file. Blocks of the language `sh` are commands, run one after the other in one folder; "needs:A,B" behind `sh` names
programs without which a block is skipped. A block of the language `text` behind one is exactly what it prints. Commands
that need another machine, or root, are of the language `console` and are not run.
"""

import json
import re
import sys
from pathlib import Path

FENCE = re.compile(r"^ *(```+|~~~+) *(.*)$")
NAMED = re.compile(r"^(?:/\*|//|#) ([\w./-]+\.\w+)(?:[: ]|$)")
LINK = re.compile(r"\]\(<?([^)<>\s]+)>?(?: \"[^\"]*\")?\)")
CODE = re.compile(r"(`+)(.+?)\1", re.DOTALL)
PATH = re.compile(r"^(?:src|include|bench|tests|scripts|examples|docs)/[\w./+-]*$")


def pages(root):
    """The Markdown files of the sources, but not those of build folders."""
    built = {path.parent.parent for path in root.glob("*/meson-private/coredata.dat")}
    inside = [path for path in root.rglob("*.md") if not any(part.startswith(".") for part in path.relative_to(root).parts)]
    return sorted(path for path in inside if not built & set(path.parents))


def lines_of(page):
    """Yields (number, line, block): block is None in prose, otherwise what stands behind the block's fence."""
    fence = None
    for number, line in enumerate(page.read_text(encoding="utf-8").splitlines(), 1):
        mark = FENCE.match(line)
        if fence is None and mark:
            fence, info = mark.group(1), mark.group(2).strip()
        elif fence is not None and mark and mark.group(1).startswith(fence) and not mark.group(2):
            fence = None
        else:
            yield number, line, None if fence is None else info


def paragraphs(page):
    """Yields (number of its first line, text) of what is prose: code in backticks may go on in the next line."""
    first, text = 0, []
    for number, line, block in [*lines_of(page), (0, "", None)]:
        if text and (block is not None or number != first + len(text) or not line or line[0] in "|#"):
            yield first, "\n".join(text)
            text = []
        if block is None and line:
            first, text = (number, [line]) if not text else (first, [*text, line])


def anchors(page):
    """The names that GitHub gives the headings of a page."""
    names = set()
    for _, line, block in lines_of(page):
        if block is None and re.match(r"#{1,6} ", line):
            text = re.sub(r"\[([^]]*)\]\([^)]*\)", r"\1", line.lstrip("#").strip()).lower()
            name = re.sub(r"[^\w\- ]", "", text).replace(" ", "-")
            names.add(name if name not in names else next(f"{name}-{i}" for i in range(1, 99) if f"{name}-{i}" not in names))
    return names


def links(root):
    for page in pages(root):
        for number, text in paragraphs(page):
            for target in LINK.findall(CODE.sub("", text)):
                if re.match(r"[a-z]+:", target):
                    continue
                name, _, anchor = target.partition("#")
                file = (page.parent / name) if name else page
                if not file.exists():
                    yield f"{page.relative_to(root)}:{number}: no file {target}"
                elif anchor and anchor not in anchors(file):
                    yield f"{page.relative_to(root)}:{number}: no heading {target}"


def paths(root):
    """A part in capitals (src/FAMILY/NAME.c) stands for any name. The change log tells of files that are gone."""
    for page in pages(root):
        if page.name == "CHANGELOG.md":
            continue
        for number, text in paragraphs(page):
            for _, code in CODE.findall(text):
                if PATH.match(code) and not re.search(r"[A-Z]{2}", code.replace(".md", "")) and not (root / code).exists():
                    yield f"{page.relative_to(root)}:{number}: no {code}"


def blocks(page, folder):
    """Files of commands are named by the number of their first line, and so are run in the order of the page."""
    found, last = [], None
    for number, line, info in lines_of(page):
        if info is None:
            last = None
        elif last is None or number != last + 1:
            found.append([number, info, line + "\n"])
            last = number
        else:
            found[-1][2] += line + "\n"
            last = number
    for i, (number, info, text) in enumerate(found):
        language, *rest = info.split() or [""]
        name = NAMED.match(text.splitlines()[0])
        if name and language not in ("sh", "text", "console"):
            (folder / name.group(1)).parent.mkdir(parents=True, exist_ok=True)
            (folder / name.group(1)).write_text(text, encoding="utf-8")
        elif language == "sh":
            block = folder / f"{number:04}.sh"
            block.write_text(text, encoding="utf-8")
            needs = [word.removeprefix("needs:").replace(",", " ") for word in rest if word.startswith("needs:")]
            block.with_suffix(".needs").write_text(" ".join(needs) + "\n", encoding="utf-8")
            if i + 1 < len(found) and found[i + 1][1] == "text":
                block.with_suffix(".out").write_text(found[i + 1][2], encoding="utf-8")
    return ()


FREE = ("environment", "arguments.sizes", "build.libraries", "cases[].arguments")  # what is below depends on the run


def keys_of(value, at=""):
    """The paths of all keys of a JSON value, "cases[].work.items"."""
    if isinstance(value, list):
        return set().union(*(keys_of(item, at + "[]") for item in value))
    if not isinstance(value, dict) or at in FREE:
        return set()
    below = {key: f"{at}.{key}" if at else key for key in value}
    return set(below.values()).union(*(keys_of(value[key], path) for key, path in below.items()))


def keys_told(reference):
    """Headings have the path of an object (`cases[].work`), the tables below them its keys in the first column."""
    told, at = set(), ""
    for _, line, block in lines_of(reference):
        heading = re.match(r"#+ .*?(?:`([^`]*)`)?$", line)
        if block is None and heading:
            at = heading.group(1) or ""
        elif block is None and line.startswith("| `"):
            told |= {f"{at}.{key}" if at else key for _, key in CODE.findall(line.split("|")[1])}
    return told


def keys(reference, file):
    """An array that is empty in the file tells nothing of its elements."""
    real, told = keys_of(json.loads(file.read_text(encoding="utf-8"))), keys_told(reference)
    yield from (f"not in the reference: {key}" for key in sorted(real - told))
    yield from (f"not in the file: {key}" for key in sorted(told - real))


if __name__ == "__main__":
    commands = {"links": links, "paths": paths, "blocks": blocks, "keys": keys}
    if len(sys.argv) < 3 or sys.argv[1] not in commands:
        sys.exit(__doc__)
    wrong = list(commands[sys.argv[1]](*map(Path, sys.argv[2:])))
    print(*wrong, sep="\n", end="\n" if wrong else "")
    sys.exit(bool(wrong))
