"""What the parts of the test share: TAP, the program under test, a folder for its files."""

import subprocess
import sys
import tempfile
from pathlib import Path

bench = str(Path(sys.argv[1]).resolve())
here = Path(tempfile.mkdtemp())
count = 0


def check(what, good, *details):
    global count
    count += 1
    print(f"{'ok' if good else 'not ok'} {count} - {what}", flush=True)
    if not good:
        for detail in details:
            print("# " + repr(detail)[:600])


def skip(what, why):
    global count
    count += 1
    print(f"ok {count} - {what} # SKIP {why}", flush=True)


def near(a, b, relative=1e-9):
    return a is not None and b is not None and abs(a - b) <= relative * max(abs(a), abs(b), 1e-300)


def report(*arguments):
    run = subprocess.run([bench, "report", *map(str, arguments)], capture_output=True, text=True, cwd=here)
    return run.returncode, run.stdout, run.stderr
