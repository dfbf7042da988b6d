"""What the page shows, and what its switches and sliders do: beside numbers worked out here."""

import math

import make_sample
from browser import ActionChains, Keys, shown, value
from tap import check, near


def chosen(case, variant):
    return next(law for law in case["laws"] if law["variant"] == variant and law["chosen"])


def test_structure(b, r):
    check("nothing on the console, nothing asked of the network", not (found := b.complaints()), found)
    check("the title says what was measured", b.text("h1") == "How far it scales: dot, grid" and b.driver.title == b.text("h1"))
    check("and when, on what", b.text("#subtitle") == "Strong scaling on Invented CPU, 8 usable cores; measured 2026-01-02 03:04:05 UTC, in 61.2 s.", b.text("#subtitle"))
    check("one h1 and the landmarks", b.js("return ['h1', 'header', 'main', 'footer', 'nav'].every(n => document.querySelectorAll(n).length === 1)"))
    levels = b.js("return [...document.querySelectorAll('h1,h2,h3,h4')].map(h => Number(h.tagName[1]))")
    check("headings skip no level", all(b - a <= 1 for a, b in zip(levels, levels[1:])), levels)
    check("tables have captions, and scopes at their headers", b.js(
        "return [...document.querySelectorAll('table')].every(t => t.caption?.textContent) && [...document.querySelectorAll('th')].every(t => t.scope)"))  # fmt: skip
    ids = b.js("return [...document.querySelectorAll('[id]')].map(n => n.id)")
    check("no id twice", len(ids) == len(set(ids)))
    broken = b.js("""return [...document.querySelectorAll('[aria-describedby],[aria-labelledby],label[for],output[for],nav a')].flatMap(n =>
      (n.getAttribute('aria-describedby') || n.getAttribute('aria-labelledby') || n.getAttribute('for') || n.hash.slice(1)).split(' '))
      .filter(id => !document.getElementById(id))""")
    check("every reference to an id leads somewhere", broken == [], broken)
    findings = b.text("#findings")
    check("findings that disturb or are unknown are listed", "governor disturbs The frequency" in findings and "turbo unknown Whether" in findings, findings)
    check("what is fine is not among them", "cgroup" not in findings)
    rules = b.js("return [...document.querySelectorAll('#rules-list li')].map(n => n.textContent)")
    serial = make_sample.median(r["cases"][0]["measurements"][0]["seconds"])
    check("twelve rules", len(rules) == 12 and all(len(rule) > 80 for rule in rules))
    check("the first with the base case in absolute time", f"dot: serial {1000 * serial:.1f} ms" in rules[0].replace("\u00a0", " "), rules[0])
    check("the fifth with how many answers had the same bits", "34 of 34 measurements" in rules[4], rules[4])
    check("the tenth with the clock", "resolution 1.0 ns, cost 25 ns" in rules[9].replace("\u00a0", " "), rules[9])


def test_tables(b, r):
    for index, case in enumerate(r["cases"]):
        rows, head = b.rows(f"#measurements-{index}")
        column = {name: i for i, name in enumerate(head)}
        wrong = []
        for row, m in zip(rows, case["measurements"]):
            t = m["time"]
            good = row[0] == m["variant"] and row[1] == str(m["workers"]) and row[column["bits"]] == "same"
            good &= shown(row[column["time of a run"]], make_sample.median(m["seconds"]), t["median_low"], t["median_high"])
            good &= shown(row[column["speedup against serial"]], m["speedup"], m["speedup_low"], m["speedup_high"])
            good &= shown(row[column["against one core, same code"]], m["parallel_speedup"], m["parallel_speedup_low"], m["parallel_speedup_high"])
            good &= shown(row[column["efficiency"]], m["parallel_speedup"] / m["workers"]) and shown(row[column["rate"]], m["rate"])
            good &= shown(row[column["arithmetic"]], m["flops"])
            wrong += [] if good else [row]
        check(f"{case['case']}: the table has every measurement's numbers", len(rows) == len(case["measurements"]) and not wrong, wrong)
    best = [max(case["measurements"], key=lambda m: m["speedup"]) for case in r["cases"]]
    rows, _ = b.rows("#verdict-table")
    check("at a glance: the best of each case", len(rows) == 2 and all(
        row[1] == f"{m['variant']} on {m['workers']}" and shown(row[3], m["speedup"], m["speedup_low"], m["speedup_high"]) for row, m in zip(rows, best)), rows)  # fmt: skip
    firsts = [chosen(case, m["variant"])["parameters"][0] for case, m in zip(r["cases"], best)]
    check("and its law's first parameter", all(near(value(row[5].split(f"{p['name']} ")[1]), p["value"], 6e-3) for row, p in zip(rows, firsts)), rows)
    rows, _ = b.rows("#where-0")
    where = [m["where"] for m in r["cases"][0]["measurements"] if m["where"]]
    check("where the time goes", len(rows) == len(where) and all(
        near(value(row[3]), w["compute"], 6e-3) and abs(value(row[4]) - w["wait"]) < 1e-3 and near(value(row[5]), w["overhead"], 6e-3) for row, w in zip(rows, where)), rows)  # fmt: skip
    b.js("document.querySelector('table.raw').closest('details').open = true")
    rows, head = b.rows(".raw")
    seconds = [m["seconds"] for m in r["cases"][0]["measurements"]]
    check("every raw time", all(
        len(row[-1].split()) == len(s) and all(near(float(x), y, 1e-5) for x, y in zip(row[-1].split(), s)) for row, s in zip(rows, seconds)))  # fmt: skip
    b.js("document.querySelector('table.raw').closest('details').open = false")
    rows, _ = b.rows("#nearness-table")
    m = r["cases"][0]["measurements"][0]
    # one worker, scalar: ceilings of 3e10 B/s and 6e9 flop/s; dot: 6.4e8 B and 8e7 flop a run
    seconds = make_sample.median(m["seconds"])
    expected = [6.4e8 / seconds, 6.4e8 / seconds / 3e10, 8e7 / seconds, 8e7 / seconds / 6e9, 0.125, 8e7 / seconds / min(6e9, 0.125 * 3e10)]
    check("how near to the ceilings", rows[0][:3] == ["dot", "serial", "1"] and all(near(value(x), y, 6e-3) for x, y in zip(rows[0][3:], expected)), rows[0], expected)
    roof = b.js("const d = tutti.charts.roofline.data.datasets[0]; return [d.label, d.data.map(p => [p.x, p.y])]")
    ridge = roof[1][1]
    check("the roofline bends where bandwidth and arithmetic meet", roof[0] == "scalar, 1" and near(ridge[0], 6e9 / 3e10) and near(ridge[1], 6e9), roof)


def test_curves(b, r):
    case = r["cases"][0]
    gains = {}
    for m in case["measurements"]:
        if m["backend"] != "serial":
            gains.setdefault(m["variant"], []).append(m)
    expected = {v: [[m["workers"], m["parallel_speedup"], m["parallel_speedup_low"], m["parallel_speedup_high"]] for m in ms] for v, ms in gains.items()}
    same = lambda a, e: a.keys() == e.keys() and all(near(x, y) for v in e for p, q in zip(a[v], e[v]) for x, y in zip(p, q))  # noqa: E731
    check("the chart has the measured points, with their intervals", same(b.points("curves-0"), expected), b.points("curves-0"))
    drawn = b.js("return tutti.charts['curves-0'].data.datasets.find(d => d.law === 'threads').data.map(p => [p.x, p.y, p.low, p.high])")
    law = chosen(case, "threads")
    curve = [[p["workers"], p["gain"], p["low"], p["high"]] for p in law["curve"]]
    check("the fitted law with its band", len(drawn) == len(curve) and all(near(x, y) for p, q in zip(drawn, curve) for x, y in zip(p, q)))
    limit = b.js("return tutti.charts['curves-0'].data.datasets.find(d => d.label === 'limit of threads').data.map(p => p.y)")
    check("its limit", limit and all(near(y, curve[0][1] * law["limit"]) for y in limit), limit, law["limit"])
    check("where physical cores end", b.js("return tutti.charts['curves-0'].options.besides.boundaries.map(x => x.at)") == [4, 8])

    b.label("threads", 0)
    check("a click on a variant takes its points away, and no other", same(b.points("curves-0"), {v: e for v, e in expected.items() if v != "threads"}))
    check("its law, too", b.js("return !tutti.charts['curves-0'].data.datasets.some(d => d.law === 'threads')"))
    check("the other case stays as it is", "threads" in b.points("curves-1"))
    b.type(f"#{b.js('return document.activeElement.id')}", Keys.SPACE)
    check("the space key brings them back", same(b.points("curves-0"), expected))

    axes = lambda: b.js("const s = tutti.charts['curves-0'].scales; return [s.x.type, s.y.type]")  # noqa: E731
    check("axes are linear", axes() == ["linear", "linear"])
    b.label("logarithmic workers")
    check("workers on a logarithmic axis", axes() == ["logarithmic", "linear"])
    b.label("logarithmic values")
    check("values likewise", axes() == ["logarithmic", "logarithmic"] and same(b.points("curves-0"), expected))
    b.label("logarithmic workers")
    b.label("logarithmic values")
    check("and back", axes() == ["linear", "linear"])
    b.label("fitted laws")
    check("laws can be left out", b.js("return !tutti.charts['curves-0'].data.datasets.some(d => d.law || d.limit)"))
    b.label("fitted laws")
    b.label("efficiency")
    scaled = {v: [[p, g / p, lo / p, hi / p] for p, g, lo, hi in e] for v, e in expected.items()}
    check("efficiency", same(b.points("curves-0"), scaled), b.points("curves-0"))
    b.label("time")
    times = {v: [[m["workers"], make_sample.median(m["seconds"]), m["time"]["median_low"], m["time"]["median_high"]] for m in ms] for v, ms in gains.items()}
    check("time", same(b.points("curves-0"), times), b.points("curves-0"))
    drawn = b.js("return tutti.charts['curves-0'].data.datasets.find(d => d.law === 'threads').data.map(p => p.y)")
    serial = make_sample.median(case["measurements"][0]["seconds"])
    check("the law's time is the serial time by its gain", all(near(y, serial / p[1]) for y, p in zip(drawn, curve)))
    b.label("speedup")

    m = gains["threads+vector"][2]
    x, y = b.js("""document.getElementById('curves-0').scrollIntoView({block: 'center', behavior: 'instant'});
      const c = tutti.charts['curves-0'], i = c.data.datasets.findIndex(d => d.variant === 'threads+vector'), p = c.getDatasetMeta(i).data[2];
      return [p.x - c.width / 2, p.y - c.height / 2]""")
    ActionChains(b.driver).move_to_element_with_offset(b.driver.find_element("id", "curves-0"), round(x), round(y)).perform()
    said = b.text("#curves-0-readout")
    check("pointing at a point says what it is", said.startswith("threads+vector, 4 workers, speedup ") and shown(
        said.split("speedup ")[1], m["parallel_speedup"], m["parallel_speedup_low"], m["parallel_speedup_high"]), said)  # fmt: skip
    check("the tooltip says the same", b.js("return tutti.charts['curves-0'].tooltip.body[0].lines.join(', ')").replace("\u00a0", " ") == said)
    b.type("#curves-0", Keys.HOME)
    first = b.text("#curves-0-readout")
    b.type("#curves-0", Keys.ARROW_RIGHT)
    second = b.text("#curves-0-readout")
    b.type("#curves-0", Keys.ARROW_LEFT, Keys.ARROW_LEFT)
    last = b.text("#curves-0-readout")
    check("arrow keys walk from point to point", first.startswith("threads, 1 worker, ") and second.startswith("threads, 2 workers, ")
          and last.startswith("processes, 8 workers, "), first, second, last)  # fmt: skip
    b.type("#curves-0", Keys.ESCAPE)
    check("Escape leaves them", b.text("#curves-0-readout") == "")
    label = b.js("return document.getElementById('curves-0').getAttribute('aria-label')")
    check("the chart has its values as its name", "threads: " in label and "on 8" in label and "Chart of dot" in label, label)


def slid_to(b, slider):
    return b.js("return document.querySelector(arguments[0]).getAttribute('aria-valuetext')", slider).replace("\u00a0", " ")


def move_to(b, slider, wanted):
    """Presses the arrow key until the slider's text is what is wanted."""
    for _ in range(30):
        if slid_to(b, slider) == wanted:
            return True
        b.type(slider, Keys.ARROW_RIGHT)
    return False


def test_panel(b, r):
    b.type("#panel-serial", Keys.HOME, *[Keys.ARROW_RIGHT] * 50)
    check("sliders are moved with the arrow keys, by a tenth of a per cent", slid_to(b, "#panel-serial") == "5.00 %", slid_to(b, "#panel-serial"))
    b.type("#panel-workers", Keys.HOME)
    # Amdahl's law with 95 % parallel, as textbooks have it, cut to two decimals
    for workers, published in ((10, 6.89), (100, 16.80), (1000, 19.62)):
        moved = move_to(b, "#panel-workers", f"{workers:,} workers")
        formula, said = 1 / (0.05 + 0.95 / workers), float(b.text("#amdahl-speedup"))
        check(f"95 % parallel on {workers} workers", moved and abs(said - formula) <= 5.1e-4 and math.floor(said * 100) / 100 == published, said, formula)
        check("the marked point is there", b.js("const p = tutti.charts['panel-chart'].data.datasets.find(d => d.label === 'here').data[0]; return [p.x, p.y]")
              == [workers, formula])  # fmt: skip
    check("its limit is 20", float(b.text("#amdahl-limit")) == 20)
    check("Gustafson's law: 0.05 + 0.95 x 1000", float(b.text("#gustafson-speedup")) == 950.05, b.text("#gustafson-speedup"))
    check("efficiency", near(value(b.text("#amdahl-efficiency")), 1 / (0.05 + 0.95 / 1000) / 1000, 6e-3))
    said = b.text("#panel-said")
    check("and a sentence for those who listen", "With 5.00 % serial on 1,000 workers, Amdahl's speedup is 19.627" in said, said)
    b.type("#panel-workers", Keys.END)
    b.type("#panel-serial", Keys.HOME)
    check("nothing serial: 4096 times on 4096, no limit", float(b.text("#amdahl-speedup")) == 4096 and b.text("#amdahl-limit") == "none")
    b.type("#panel-serial", Keys.END)
    check("all serial: 1, and that is the limit", float(b.text("#amdahl-speedup")) == 1 and float(b.text("#amdahl-limit")) == 1 and float(b.text("#gustafson-speedup")) == 1)

    options = b.js("return [...document.querySelectorAll('#panel-case option')].map(o => o.textContent)")
    check("every measured curve can be chosen", options == [f"{c}: {v}" for c in ("dot", "grid") for v in ("threads", "threads+vector", "processes")], options)
    b.type("#panel-case", "grid: p")
    points = b.points("panel-chart")
    expected = [m["parallel_speedup"] for m in r["cases"][1]["measurements"] if m["variant"] == "processes"]
    check("its points are shown", list(points) == ["processes"] and all(near(p[1], e) for p, e in zip(points["processes"], expected)), points)
    b.type("#panel-fitted", Keys.ENTER)
    laws = [law for law in r["cases"][1]["laws"] if law["variant"] == "processes"]
    s = next(p["value"] for law in sorted(laws, key=lambda law: not law["chosen"]) for p in law["parameters"] if p["symbol"] == "s")
    curve = b.js("const d = tutti.charts['panel-chart'].data.datasets[0].data; return d.map(p => [p.x, p.y])")
    check("the fitted value is taken as it is", all(near(y, 1 / (s + (1 - s) / x)) for x, y in curve) and near(value(b.text("#panel-serial-value")), s, 6e-3))
