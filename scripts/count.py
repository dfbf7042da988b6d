"""Counts the results in a meson test log: count.py LOG PROGRAMS prints 'passed failed skipped'.

A TAP program counts with each of its tests, any other with one. A program that crashed, timed out, ended with an error
after its tests had passed, or ran fewer tests than it planned, adds a failure; so does one that is missing from the log.
"""

import json
import re
import sys

RESULT = re.compile(r"(ok|not ok)\b([^#]*)(#\s*skip\b.*)?", re.IGNORECASE)
PLAN = re.compile(r"^1\.\.(\d+)(\s*#\s*skip\b.*)?", re.IGNORECASE | re.MULTILINE)


def count_tap(text):
    passed = failed = skipped = 0
    plan = None
    for line in text.splitlines():
        if match := PLAN.match(line):
            plan = int(match[1])
            if plan == 0 and match[2]:
                return 0, 0, 1
        elif match := RESULT.match(line):
            if match[1].lower() == "not ok":
                failed += 1
            elif match[3]:
                skipped += 1
            else:
                passed += 1
    missing = max((plan or 0) - passed - failed - skipped, 0)
    return passed, failed + missing, skipped


def count_program(test):
    output = test.get("stdout") or ""
    result = test["result"]
    if PLAN.search(output):
        passed, failed, skipped = count_tap(output)
        if result not in ("OK", "SKIP") and failed == 0:
            failed = 1
        if passed + failed + skipped == 0:
            failed = 1
        return passed, failed, skipped
    if result == "SKIP" and test.get("returncode") == 77:
        return 0, 0, 1
    return (1, 0, 0) if result == "OK" else (0, 1, 0)


def main(log, programs):
    totals = [0, 0, 0]
    seen = 0
    try:
        with open(log, encoding="utf-8") as lines:
            for line in lines:
                if line.strip():
                    seen += 1
                    for i, n in enumerate(count_program(json.loads(line))):
                        totals[i] += n
    except FileNotFoundError:
        pass
    totals[1] += max(int(programs) - seen, 0)
    print(*totals)


if __name__ == "__main__":
    main(*sys.argv[1:])
