#!/usr/bin/env python3
"""scripts/layers.py finds what reaches up, in a copy of src/ where something does. TAP output.
usage: test_layers.py BUILD, the folder of a build of this tree
"""

import json
import os
import shlex
import shutil
import subprocess
import sys
import tempfile
from pathlib import Path

sys.dont_write_bytecode = True
root = Path(__file__).resolve().parents[2]
sys.path.insert(0, str(root / "scripts"))
import layers  # noqa: E402

count = failed = 0


def check(what, holds, *said):
    global count, failed
    count += 1
    failed += not holds
    print(f"{'ok' if holds else 'not ok'} {count} - {what}")
    for line in () if holds else "\n".join(map(str, said)).splitlines():
        print("#", line)


def test_words_of_compiler_and_nm():
    rule = "x.o: /a\\ b/src/x.c \\\n  ../src/core/a.h \\\n ../src/c$$d/\\#e.h\n"
    check("a rule of -MM", layers.prerequisites(rule) == ["../src/core/a.h", "../src/c$d/#e.h"], layers.prerequisites(rule))
    listing = "a b.o: used U         \na b.o: weak w\na b.o: own T 0 1a\na b.o: local t 0 3\na b.o: data D 8 8\nx.o: same W 0 4\n"
    expected = [("a b.o", "used", False), ("a b.o", "weak", False), ("a b.o", "own", True), ("a b.o", "data", True), ("x.o", "same", True)]
    check("symbols of nm", list(layers.symbols(listing)) == expected, list(layers.symbols(listing)))


def test_places():
    table = [("src", "top", ""), ("src", "a b low/out c c/*", ""), ("src", "low", "")]
    places = {"src/top/x/y.c": 2, "src/a/b.h": 1, "src/low/out.h": 1, "src/low/outer.c": 0, "src/low/out/x.c": 1, "src/x.c": None, "src/ab/x.c": None, "src/c/d/x.c": 1}
    found = {file: layers.layer_of(file, table)[0] for file in places}
    check("the place of a file", found == places, found)
    pairs = [("low/x.c", "top/y.h"), ("low/x.c", "low/out.h"), ("a/x.c", "b/y.c"), ("b/y.c", "a/x.c"), ("low/out.c", "a/x.c"), ("c/d/x.c", "c/e/x.h"), ("c/d/x.c", "c/x.h")]
    allowed = [("top/y.h", "low/x.c"), ("a/x.c", "a/y.h"), ("low/x.c", "low/y.c"), ("low/out.c", "low/out.h"), ("a/x.c", "low/x.c"), ("loose.c", "top/y.h"), ("c/d/x.c", "c/d/y.h"), ("c/x.c", "c/y.h")]
    check("up, and across", all(layers.goes_up(f"src/{a}", f"src/{b}", table) for a, b in pairs), pairs)
    check("down, and beside", not any(layers.goes_up(f"src/{a}", f"src/{b}", table) for a, b in allowed), allowed)


def test_circles():
    calls = {"a": {"b"}, "b": {"c", "d"}, "c": {"a"}, "d": {"e"}, "e": {"f"}, "f": {"e"}, "g": {"a", "f"}}
    check("circles", layers.circles(calls) == [("a", "b", "c"), ("e", "f")], layers.circles(calls))


def test_picture():
    docs = "".join(file.read_text() for file in root.glob("docs/**/*.md"))
    check("docs/ show the layers as scripts/layers.py --picture draws them", layers.picture() in docs, layers.picture())


def copied(build, folder):
    """src/ and include/ and what was built of them, as they lie to each other; returns their root and build."""
    base = Path(os.path.commonpath([root, build]))
    new_root, new_build = folder / root.relative_to(base), folder / build.relative_to(base)
    for part in ("src", "include"):
        shutil.copytree(root / part, new_root / part)
    commands = [c for c in json.loads((build / "compile_commands.json").read_text()) if (build / c["file"]).resolve().is_relative_to(root / "src")]
    for command in commands:
        if (build / command["output"]).exists():
            (new_build / command["output"]).parent.mkdir(parents=True, exist_ok=True)
            shutil.copy2(build / command["output"], new_build / command["output"])
    new_build.mkdir(parents=True, exist_ok=True)
    (new_build / "compile_commands.json").write_text(json.dumps(commands))
    (new_root / "bench").mkdir()
    return new_root, new_build, {str((build / c["file"]).resolve().relative_to(root)): c for c in commands}


def test_what_reaches_up(build):
    with tempfile.TemporaryDirectory() as folder:
        new_root, new_build, commands = copied(build, Path(folder).resolve())

        def compiled(file, more):
            (new_root / file).write_text((root / file).read_text() + more)
            subprocess.run(shlex.split(commands[file]["command"]), cwd=new_build, check=True, capture_output=True)

        def said():
            arguments = [sys.executable, root / "scripts/layers.py", new_build, new_root]
            run = subprocess.run(arguments, capture_output=True, text=True)
            return run.returncode, run.stdout.splitlines(), run.stderr

        before = said()
        check("nothing reaches up", before[:2] == (0, []), *before)
        compiled("src/core/status.c", '\n#include "scaling/least_squares.h"\n')
        compiled("src/platform/cgroup.c", "\nvoid tutti_close(void *);\nvoid tutti_try(void);\nvoid tutti_try(void) { tutti_close(0); }\n")
        (new_root / "src/loose.h").touch()
        (new_root / "src/core/alone.h").write_text("size_t alone(void);\n")
        compiled("src/core/scope.c", '\n#include "core/alone.h"\n')
        after = said()
        check("then the status is 1", after[0] == 1, *after)
        for line in (
            "src/core/status.c (src/core/status) includes src/scaling/least_squares.h (src/scaling)",
            "src/platform/cgroup.c (src/platform) calls src/context/open.c (src/context): tutti_close",
            "src/loose.h has no place in a layer",
            "src/core/alone.h does not compile alone",
        ):
            check(line, any(found.startswith(line) for found in after[1]), *after[1])


if len(sys.argv) != 2 or not (Path(sys.argv[1]) / "compile_commands.json").exists():
    sys.exit(__doc__)
test_words_of_compiler_and_nm()
test_places()
test_circles()
test_picture()
if shutil.which("nm"):
    test_what_reaches_up(Path(sys.argv[1]).resolve())
else:
    print(f"ok {(count := count + 1)} - what reaches up is found # SKIP no nm (Debian: binutils)")
print(f"1..{count}")
sys.exit(failed > 0)
