"""Results that are not as they should be, or not as they mostly are."""

import copy
import random

import make_sample
from browser import value
from tap import check, near


HOSTILE = [
    "</script><script>window.hacked = 1</script>", "<!--<script>", "<img src=x onerror='window.hacked = 2'>", "\"'`&lt;${1}{{css}}",
    "separators \u2028\u2029", "Größe 测量 مقياس 🎻 \u202e", "x" * 3000, "<b>bold</b>", "__proto__", "constructor",
]  # fmt: skip


def test_hostile(b):
    r = make_sample.invented()
    names = HOSTILE[2], HOSTILE[8]  # short, and without a slash
    for case, name, strings in zip(r["cases"], names, (HOSTILE[:5], HOSTILE[5:])):
        case.update(case=name, description=strings[0], size=strings[1], answer=strings[2], notes=list(HOSTILE))
        case["no_vector"] = HOSTILE[0]
        case["arguments"] = {HOSTILE[0]: HOSTILE[3]}
        case["measurements"][2].update(failure=HOSTILE[0], seconds=[], cpu_seconds=[])
    r["machine"].update(cpu=HOSTILE[2], host=HOSTILE[6], topology=HOSTILE[0], caches=[{"level": HOSTILE[0], "type": HOSTILE[2]}])
    r["notes"] = list(HOSTILE)
    r["findings"] = [{"topic": HOSTILE[0], "state": HOSTILE[2], "text": HOSTILE[3]}]
    r["environment"] = {HOSTILE[0]: HOSTILE[2]}
    r["arguments"]["argv"] = list(HOSTILE)
    r["started"] = HOSTILE[2]
    b.open(r, "hostile")
    check("hostile strings: nothing on the console", not (found := b.complaints()), found)
    check("hostile strings are not run", b.js("return [window.hacked ?? null, document.querySelectorAll('main img, main b, main script').length]") == [None, 0])
    shown_notes = b.js("return [...document.querySelectorAll('#findings li')].map(n => n.textContent)")
    check("they are shown as they are", all(f"note {text}" in shown_notes for text in HOSTILE), shown_notes)
    check("as names, too", b.text("#case-0") == names[0] and names[0] in b.js("return document.querySelector('#curves-0').getAttribute('aria-label')"))
    check("their points are drawn", all(b.points(f"curves-{i}")["processes"] for i in (0, 1)))
    b.size(360, 740)
    b.open(r, "hostile")
    check("and nothing sticks out on a phone", b.js("return document.documentElement.scrollWidth") == 360)
    b.size(1200, 900)


def test_odd_runs(b):
    r = make_sample.invented()
    r.update(cases=[], complete=False, interrupted=True)
    b.open(r, "odd")
    check("no cases: says so", "nothing was measured" in b.text("h1") and "No case was measured" in b.text("#cases") and "interrupted" in b.text("#findings"))
    check("no cases: the panel works", float(b.text("#amdahl-speedup")) == 6.897 and "no curve" in b.text("#panel"))
    check("no cases: nothing on the console", not (found := b.complaints()), found)

    r = make_sample.invented(workers=(4,))
    b.open(r, "odd")
    check("one worker count: the law is refused, with the reason", "1 worker count cannot tell a serial part" in b.text("#cases") and "none fitted" in b.text("#verdict-table"))
    check("its button is off", b.js("return document.querySelector('#panel-fitted').disabled"))
    check("its point is drawn", [p[0] for p in b.points("curves-0")["threads"]] == [4])

    r = make_sample.invented()
    r["cases"][0].update(failure="no memory for it", measurements=[])
    for m in r["cases"][1]["measurements"]:  # two rounds of warm-up
        m["seconds"] = [3 * t if i < 2 else t for i, t in enumerate(m["seconds"])]
    r["cases"][1]["measurements"][3].update(failure="fork failed", seconds=[], cpu_seconds=[], result=None, same_bits=None)
    r["cases"][1]["measurements"][6].update(result="02", same_bits=False)
    r["cases"][1].update(stopped="max-time")
    r["plan"]["precision"] = 1e-4
    r = b.open(r, "odd")
    findings = b.text("#findings")
    check("a failed case", "dot failed: no memory for it" in findings and "failed" in b.rows("#verdict-table")[0][0][1], findings)
    check("a failed measurement", "threads on 2 workers could not be measured: fork failed" in findings and "fork failed" in b.text("#measurements-1"))
    check("other bits", "threads on 8 workers gave other bits than serial" in findings and "DIFFERENT" in b.text("#measurements-1"))
    widest = value(findings.split("the widest is ")[1].split(",")[0])
    check("a precision that was not reached", near(widest, r["cases"][1]["reached"], 6e-3) and ", 0.0100 % was asked for" in findings, findings)
    raw = b.rows("table.raw")[0][0][-1].split()
    check("warm-up is marked among the raw times", [t.startswith("[") for t in raw] == [True] * 2 + [False] * 9, raw)
    check("nothing on the console", not (found := b.complaints()), found)

    r = make_sample.invented()
    r["scaling"] = "weak"
    for case in r["cases"]:
        case["parts"] = 8  # w workers do w / 8 of it in their times, serial code 1 / 8
    r = b.open(r, "odd")
    b.label("time")
    times = [p[1] for p in b.points("curves-0")["threads"]]
    ideal = b.js("return tutti.charts['curves-0'].data.datasets.find(d => d.label === 'ideal').data.map(p => p.y)")
    medians = {v: [m["time"]["median"] for m in r["cases"][0]["measurements"] if m["variant"] == v] for v in ("serial", "threads")}
    check("weak scaling: times are as measured, the ideal is level",
          all(near(a, e) for a, e in zip(times, medians["threads"])) and all(near(y, medians["serial"][0]) for y in ideal), ideal[:3])  # fmt: skip
    check("weak scaling: it is said", b.text("#subtitle").startswith("Weak scaling on") and "Gustafson's law (dashed)" in b.text("#panel"))

    r = make_sample.invented()
    for key in ("clock", "plan", "ceilings", "findings", "machine", "build", "environment"):
        del r[key]
    b.open(r, "odd")
    check("what is not in the results is unknown", all("unknown" in b.text(part) for part in ("#method", "#ceilings", "#warnings", "#machine")))
    check("nothing on the console", not (found := b.complaints()), found)


JUNK = [None, True, -1, 0, 1e308, "text", "", [], {}, [None, {"a": 1}], {"x": []}]


def spoil(value, rng, share):
    """Replaces a share of all values, and leaves as many keys out."""
    if isinstance(value, dict):
        kept = {k: spoil(v, rng, share) for k, v in value.items() if rng.random() > share}
        return kept
    if rng.random() < share:
        return copy.deepcopy(rng.choice(JUNK))
    return [spoil(v, rng, share) for v in value] if isinstance(value, list) else value


def test_spoilt(b):
    """Refused by name, or shown without a complaint: what the results cannot do without, and everything else."""
    whole = make_sample.invented()
    free = ("machine", "build", "environment", "arguments", "findings", "notes", "clock", "plan", "ceilings", "scaling", "started")
    bad, shown = [], 0
    for seed in range(18):
        rng = random.Random(seed)
        share = (0.02, 0.1, 0.4)[seed % 3]
        r = {key: spoil(value, rng, share) if seed % 2 or key in free else value for key, value in whole.items() if rng.random() > share or key == "cases"}
        r.update(program="bench_amdahl", format=2)
        try:
            b.open(r, "spoilt")
        except RuntimeError as error:
            if "spoilt.json: " not in str(error):
                bad.append((seed, error))
            continue
        shown += 1
        b.js("for (const i of document.querySelectorAll('input[type=checkbox], input[type=radio]')) i.click();")
        found = b.complaints()
        if found or b.js("return document.querySelectorAll('#rules-list li').length") != 12 or "NaN" in b.js("return document.querySelector('main').innerText"):
            bad.append((seed, found))
    check("values that are missing or of another type", not bad and shown >= 9, shown, bad)


def test_real_run(b, r):
    b.open(r, "real")
    medians = [m["time"]["median"] for m in r["cases"][0]["measurements"]]
    rows, head = b.rows("#measurements-0")
    column = head.index("time of a run")
    check("a run of this very bench_amdahl: its times", len(rows) == len(medians) and all(near(value(row[column]), t, 6e-3) for row, t in zip(rows, medians)), rows)
    rule = b.js("return document.querySelectorAll('#rules-list li')[1].textContent")
    check("what was left out, and why", "Left out, and why: mpi, mpi+vector (not asked for, or not started by mpirun); "
          "sleep: vector, threads+vector, processes+vector (sleep has no vector code)." in rule, rule)  # fmt: skip
    said = [b.js(f"return document.getElementById('case-{i}').parentElement.textContent") for i in range(3)]
    check("and beside the case", ["Not run: " in text for text in said] == [False, False, True], said[2][-200:])
    check("nothing on the console", not (found := b.complaints()), found)

    r["arguments"]["variants"] = ["serial", "threads"]
    for case in r["cases"]:
        case["measurements"] = [m for m in case["measurements"] if m["variant"] in ("serial", "threads")]
    b.open(r, "real")
    rule = b.js("return document.querySelectorAll('#rules-list li')[1].textContent")
    check("what was not asked for", "Left out, and why: vector, threads+vector, processes, processes+vector (not asked for); mpi, mpi+vector (not asked" in rule
          and "no vector code" not in rule, rule)  # fmt: skip
