#!/usr/bin/env python3
"""The page of bench_amdahl report, in a browser that is clicked and typed at. TAP output.
usage: test_page.py path/to/bench_amdahl

Skips what takes the browser where chromium, chromedriver or Selenium is missing.
"""

import json
import os
import re
import shutil
import signal
import stat
import subprocess
import sys
import traceback
from pathlib import Path

sys.dont_write_bytecode = True
sys.path.insert(0, str(Path(__file__).parent))
sys.path.insert(1, str(Path(__file__).parents[2]))
try:
    import selenium
except ImportError:
    selenium = None
    debian = "/usr/bin/python3"  # has Debian's python3-selenium, where another Python is first in PATH
    if not os.environ.get("TUTTI_PAGE_TEST") and os.access(debian, os.X_OK):
        os.execve(debian, [debian, *sys.argv], {**os.environ, "TUTTI_PAGE_TEST": "1"})

import keys  # noqa: E402
import make_sample  # noqa: E402
import tap  # noqa: E402
from tap import bench, check, here, report, skip  # noqa: E402


def fails(what, status, said, *arguments):
    code, out, err = report(*arguments)
    check(what, code == status and said in err and out == "", code, out, err)


def test_samples():
    """A run of this very bench_amdahl; what stands in for one elsewhere has nothing that it has not."""
    sizes = ["--rows", "100", "--cols", "200", "--samples", "20000", "--tasks", "2", "--task-ms", "1"]
    run = subprocess.run([bench, "sum", "pi", "sleep", *sizes, "-w", "1,2", "-r", "6", "-o", "real"], capture_output=True, text=True, cwd=here)
    check("a run of this very bench_amdahl", run.returncode == 0, run.stderr)
    real = json.loads((here / "real" / "results.json").read_text())
    golden = json.loads((Path(__file__).parents[2] / "golden" / "results.json").read_text())
    for what, sample in (("the sample of the page", make_sample.invented()), ("the sample of the table", golden)):
        check(f"{what} has only what a run has", not (found := keys.invented(real, sample)), found)
    return real


def test_command():
    code, out, _ = report("--help")
    check("report --help has examples", code == 0 and "bench_amdahl report results/results.json -o scaling.html" in re.sub(r"\s+", " ", out), out)
    fails("an unknown option: 2", 2, "--nonsense", "--nonsense")
    fails("two files: 2, and the second is named", 2, "'second'", "first", "second")
    fails("an empty output: 2", 2, "--output ''", "-o", "")
    fails("no results: 1, and the file is named", 1, "results: No such file or directory")
    (here / "folder").mkdir()
    fails("a folder without results: 1", 1, "folder/results.json: No such file or directory", "folder")
    for name, content, said in (
        ("broken", '{"program": "bench_amdahl",\n "format": 2,\n "cases": [1, }', "broken.json:3:15: "),
        ("empty", "", "empty.json:1:0: "),
        ("cut", '{"program": "bench_amdahl", "for', "cut.json:1:3"),
        ("bytes", '{"program": "\udcff"}', "bytes.json:1:"),
        ("deep", "[" * 100000, "deep.json:1:"),
        ("list", "[]", "list.json: not a result of bench_amdahl"),
        ("other", '{"program": "another"}', "other.json: not a result of bench_amdahl"),
        ("number", '{"program": "bench_amdahl", "format": "2"}', "number.json: format: not the one that is known here: 2"),
        ("future", '{"program": "bench_amdahl", "format": 99, "cases": []}', "future.json: format: not the one that is known here: 2"),
        ("caseless", '{"program": "bench_amdahl", "format": 2}', "caseless.json: cases: an array is missing"),
    ):
        (here / f"{name}.json").write_text(content, errors="surrogateescape")
        fails(f"JSON that is {name}: 1, and says why", 1, said, f"{name}.json")
    check("and no page is written", not list(here.glob("*.html*")))

    (here / "good.json").write_text(json.dumps(make_sample.invented()))
    fails("a page in a folder that is not there: 1", 1, "nowhere/page.html", "good.json", "-o", "nowhere/page.html")
    fails("a page instead of a folder: 1", 1, "folder: exists, and is no regular file", "good.json", "-o", "folder")
    os.mkfifo(here / "pipe")
    fails("or of a pipe: 1", 1, "pipe: exists, and is no regular file", "good.json", "-o", "pipe")
    check("which is still there", stat.S_ISFIFO((here / "pipe").stat().st_mode))
    (here / "kept.html").write_text("kept")
    report("broken.json", "-o", "kept.html")
    check("a page that cannot be made anew stays", (here / "kept.html").read_text() == "kept")
    (here / "folder" / "results.json").write_text((here / "good.json").read_text())
    code, out, err = report("folder")
    if "libjs-chart.js" in err:
        return False
    check("a folder: the page is beside the results", code == 0 and out == "folder/report.html\n" and (here / out.strip()).exists(), code, out, err)
    code, out, _ = report("folder/results.json")
    check("a file: likewise", code == 0 and out == "folder/report.html\n", code, out)
    check("no temporary files are left", not list(here.rglob("*.tmp*")))
    page = (here / "folder" / "report.html").read_text()
    check("the page has the chart library and its licence", "chartjs.org" in page and "Permission is hereby granted, free of charge" in page)
    return True


def test_browser(real):
    import access
    import content
    import odd
    from browser import Browser

    b = Browser()
    try:
        r = b.open(make_sample.invented())
        for part in (content.test_structure, content.test_tables, content.test_curves, content.test_panel):
            part(b, r)
        check("nothing on the console, nothing asked of the network, all the while", not (found := b.complaints()), found)
        access.test_access(b)
        access.test_looks(b, r)
        for part in (odd.test_hostile, odd.test_odd_runs, odd.test_spoilt):
            part(b)
        odd.test_real_run(b, real)
    finally:
        b.driver.quit()


def main():
    signal.signal(signal.SIGTERM, lambda *_: sys.exit(1))  # so that the browser ends, too
    os.environ["HOME"] = str(here)  # where the browser keeps what it notes
    try:
        real = test_samples()
        chart = test_command()
        missing = [package for package, there in (("chromium", shutil.which("chromium")), ("chromium-driver", shutil.which("chromedriver")),
                                                  ("python3-selenium", selenium), ("libjs-chart.js", chart)) if not there]  # fmt: skip
        if missing:
            skip("the page in a browser", f"missing, by Debian's names: {' '.join(missing)}")
        else:
            test_browser(real)
    except Exception:  # a step that cannot be taken is a failure like any other
        check("the test ran to its end", False, *traceback.format_exc().splitlines())
    finally:
        shutil.rmtree(here, ignore_errors=True)
    print(f"1..{tap.count}")


main()
