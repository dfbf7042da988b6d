"""Results that are not as they should be, or not as they mostly are."""

import copy
import json
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
    for case, strings in zip(r["cases"], (HOSTILE[:5], HOSTILE[5:])):
        case.update(case=strings[0], description=strings[1], size=strings[2], answer=strings[3], notes=list(HOSTILE))
        case["laws"][0].update(title=HOSTILE[0], statement=HOSTILE[2])
        case["laws"][0]["parameters"][0].update(name=HOSTILE[2], symbol=HOSTILE[0])
        case["no_vector"] = HOSTILE[2]
    renamed = dict(zip(("threads", "threads+vector", "processes"), (HOSTILE[0], HOSTILE[8], HOSTILE[9])))
    for case in r["cases"]:
        for item in case["measurements"] + case["laws"]:
            item["variant"] = renamed.get(item["variant"], item["variant"])
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
    check("as names, too", HOSTILE[0] in b.js("return document.querySelector('#case-0').textContent") and b.js("return document.querySelector('#curves-0').getAttribute('aria-label')").count(HOSTILE[0]) == 2)
    check("their points are drawn", sorted(b.points("curves-0")) == sorted(renamed.values()) and b.points("curves-0")[HOSTILE[9]])
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
    check("one worker count: the law is refused, with the reason", "not fitted: 1 worker count" in b.text("#cases") and "none fitted" in b.text("#verdict-table"))
    check("its button is off", b.js("return document.querySelector('#panel-fitted').disabled"))
    check("its point is drawn", [p[0] for p in b.points("curves-0")["threads"]] == [4])

    r = make_sample.invented()
    r["cases"][0].update(failure="no memory for it", measurements=[], laws=[], base={"serial_seconds": None, "vector_seconds": None})
    m = r["cases"][1]["measurements"][3]
    m.update(failure="fork failed", seconds=[], same_bits=None)
    for key in ("time", "speedup", "parallel_speedup", "efficiency", "rate", "flops"):
        del m[key]
    r["cases"][1]["measurements"][6].update(same_bits=False)
    r["cases"][1].update(stopped="max-time", reached=0.05, warmup_rounds=2)
    b.open(r, "odd")
    findings = b.text("#findings")
    check("a failed case", "dot failed: no memory for it" in findings and "failed" in b.rows("#verdict-table")[0][0][1], findings)
    check("a failed measurement", "threads on 2 workers could not be measured: fork failed" in findings and "fork failed" in b.text("#measurements-1"))
    check("other bits", "threads on 8 workers gave other bits than serial" in findings and "DIFFERENT" in b.text("#measurements-1"))
    check("a precision that was not reached", "the widest is 5.00 %, 2.00 % was asked for" in findings, findings)
    raw = b.rows("table.raw")[0][0][-1].split()
    check("warm-up is marked among the raw times", [t.startswith("[") for t in raw] == [True] * 2 + [False] * 9, raw)
    check("nothing on the console", not (found := b.complaints()), found)

    r = make_sample.invented()
    r["scaling"] = "weak"
    for case in r["cases"]:  # one worker: serial / 8 of time t; w workers do w / 8 of it in median time
        for m in case["measurements"]:
            median = m["time"]["median"]
            m["parallel_speedup"] = m["workers"] * 0.01 / median
    b.open(r, "odd")
    b.label("time")
    times = [p[1] for p in b.points("curves-0")["threads"]]
    ideal = b.js("return tutti.charts['curves-0'].data.datasets.find(d => d.label === 'ideal').data.map(p => p.y)")
    medians = [m["time"]["median"] for m in r["cases"][0]["measurements"] if m["variant"] == "threads"]
    check("weak scaling: times are as measured, the ideal is level", all(near(a, e) for a, e in zip(times, medians)) and all(near(y, 0.01) for y in ideal), ideal[:3])
    check("weak scaling: it is said", b.text("#subtitle").startswith("Weak scaling on") and "Gustafson's law (dashed)" in b.text("#panel"))

    old = json.loads(json.dumps(make_sample.invented()))
    old["format"] = 1
    for key in ("scaling", "clock", "plan", "ceilings", "findings"):
        del old[key]
    for case in old["cases"]:
        fits = []
        for law in case.pop("laws"):
            s = law["parameters"][0]["value"]
            serial = next(m for m in case["measurements"] if m["variant"] == ("vector" if "vector" in law["variant"] else "serial"))["time"]["median"]
            t1 = serial / law["curve"][0]["gain"]
            fits.append({"variant": law["variant"], "worker_counts": 5, "serial_fraction": s, "serial_fraction_se": 0.001, "t1": t1, "limit": 1 / s})
        case["amdahl"] = fits
        for key in ("base", "answer", "stopped", "reached", "warmup_rounds"):
            del case[key]
        for m in case["measurements"]:
            for key in [k for k in m if k.endswith(("_low", "_high"))] + ["batch", "interval", "where", "flops", "first_seconds"]:
                m.pop(key, None)
    b.open(old, "odd")
    curve = b.js("return tutti.charts['curves-0'].data.datasets.find(d => d.law === 'threads').data.map(p => [p.x, p.y])")
    law = make_sample.invented()["cases"][0]["laws"][0]
    gain = {p["workers"]: p["gain"] for p in law["curve"]}
    check("format 1: Amdahl's law is drawn as it was fitted", [x for x, _ in curve][:4] == [1, 2, 3, 4] and all(near(y, gain[x], 1e-6) for x, y in curve if x in gain), curve)
    check("format 1: what is not in it is unknown", "unknown" in b.text("#method") and "unknown" in b.text("#ceilings") and "unknown" in b.text("#warnings"))
    check("format 1: nothing on the console", not (found := b.complaints()), found)


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
    whole = make_sample.invented()
    bad = []
    for seed in range(12):
        rng = random.Random(seed)
        r = spoil(whole, rng, (0.02, 0.1, 0.4)[seed % 3])
        r.update(program="bench_amdahl", format=2)
        if not isinstance(r.get("cases"), list):
            r["cases"] = [spoil(c, rng, 0.1) for c in whole["cases"]]
        b.open(r, "spoilt")
        b.js("for (const i of document.querySelectorAll('input[type=checkbox], input[type=radio]')) i.click();")
        found = b.complaints()
        if found or b.js("return document.querySelectorAll('#rules-list li').length") != 12 or "NaN" in b.js("return document.querySelector('main').innerText"):
            bad.append((seed, found))
    check("values that are missing or of another type", not bad, bad)


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
