#!/usr/bin/env python3
"""The page of bench_amdahl report, in a browser that is clicked and typed at. TAP output.
usage: test_page.py path/to/bench_amdahl

Skips what takes the browser where chromium, chromedriver or Selenium is missing.
"""

import base64
import copy
import json
import math
import os
import random
import re
import shutil
import signal
import subprocess
import sys
import tempfile
import traceback
from pathlib import Path

try:
    from selenium import webdriver
    from selenium.webdriver.common.action_chains import ActionChains
    from selenium.webdriver.common.keys import Keys
except ImportError:
    webdriver = None
    debian = "/usr/bin/python3"  # has Debian's python3-selenium, where another Python is first in PATH
    if not os.environ.get("TUTTI_PAGE_TEST") and os.access(debian, os.X_OK):
        os.execve(debian, [debian, *sys.argv], {**os.environ, "TUTTI_PAGE_TEST": "1"})

sys.path.insert(0, str(Path(__file__).parent))
sys.dont_write_bytecode = True
import make_sample  # noqa: E402

bench = sys.argv[1]
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


# -- the command --


def report(*arguments):
    run = subprocess.run([bench, "report", *map(str, arguments)], capture_output=True, text=True, cwd=here)
    return run.returncode, run.stdout, run.stderr


def fails(what, status, said, *arguments):
    code, out, err = report(*arguments)
    check(what, code == status and said in err and out == "", code, out, err)


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
        ("broken", '{"program": "bench_amdahl",\n "format": 2,\n "cases": [1, }', "broken.json: line 3, column 15: "),
        ("empty", "", "empty.json: line 1, column 0: "),
        ("cut", '{"program": "bench_amdahl", "for', "cut.json: line 1, column 3"),
        ("bytes", '{"program": "\udcff"}', "bytes.json: line 1, column "),
        ("deep", "[" * 100000, "deep.json: line 1, column "),
        ("list", "[]", 'list.json: no results of bench_amdahl: "program" is not "bench_amdahl"'),
        ("other", '{"program": "another"}', "other.json: no results of bench_amdahl"),
        ("number", '{"program": "bench_amdahl", "format": "2"}', 'number.json: results without a number of their "format"'),
        ("future", '{"program": "bench_amdahl", "format": 99, "cases": []}', "results of format 99, and this bench_amdahl knows formats 1 to 2"),
        ("caseless", '{"program": "bench_amdahl", "format": 2}', 'caseless.json: results without a list of "cases"'),
    ):
        (here / f"{name}.json").write_text(content, errors="surrogateescape")
        fails(f"JSON that is {name}: 1, and says why", 1, said, f"{name}.json")
    check("and no page is written", not list(here.glob("*.html*")))

    (here / "good.json").write_text(json.dumps(make_sample.invented()))
    fails("a page in a folder that is not there: 1", 1, "nowhere/page.html", "good.json", "-o", "nowhere/page.html")
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


# -- a browser --


class Browser:
    def __init__(self):
        options = webdriver.ChromeOptions()
        options.binary_location = shutil.which("chromium")
        for argument in ("--headless=new", "--no-sandbox", "--disable-gpu", "--disable-dev-shm-usage", f"--user-data-dir={here}/profile"):
            options.add_argument(argument)
        options.set_capability("goog:loggingPrefs", {"browser": "ALL", "performance": "ALL"})
        service = webdriver.chrome.service.Service(shutil.which("chromedriver"))
        self.driver = webdriver.Chrome(service=service, options=options)
        self.driver.set_script_timeout(60)
        self.driver.set_page_load_timeout(60)  # a page that hangs is a failure
        self.size(1200, 900)
        self.driver.get("data:,")
        self.complaints()  # about the browser's own first page

    def size(self, width, height):
        self.cdp("Emulation.setDeviceMetricsOverride", width=width, height=height, deviceScaleFactor=1, mobile=width < 600)

    def cdp(self, command, **arguments):
        return self.driver.execute_cdp_cmd(command, arguments)

    def js(self, code, *arguments):
        return self.driver.execute_script(code, *arguments)

    def text(self, selector):
        return self.js("return document.querySelector(arguments[0]).textContent", selector).replace("\u00a0", " ")

    def get(self, selector):
        node = self.driver.find_element("css selector", selector)
        self.js("arguments[0].scrollIntoView({block: 'center', behavior: 'instant'})", node)
        return node

    def click(self, selector):
        self.get(selector).click()

    def label(self, text, index=0):
        """Clicks the index'th label of that text."""
        nodes = [n for n in self.driver.find_elements("css selector", "label") if n.text == text]
        self.js("arguments[0].scrollIntoView({block: 'center', behavior: 'instant'})", nodes[index])
        nodes[index].click()

    def type(self, selector, *keys):
        self.js("document.querySelector(arguments[0]).focus()", selector)
        ActionChains(self.driver).send_keys(*keys).perform()

    def complaints(self):
        """What the console said, and what was asked of the network, since the last time."""
        said = [entry["message"] for entry in self.driver.get_log("browser")]
        asked = []
        for entry in self.driver.get_log("performance"):
            message = json.loads(entry["message"])["message"]
            if message["method"] == "Network.requestWillBeSent":
                url = message["params"]["request"]["url"]
                if not url.startswith(("data:", f"file://{here}/")):
                    asked.append(url)
        return said + asked

    def open(self, results, name="page"):
        (here / f"{name}.json").write_text(json.dumps(results), encoding="utf-8")
        code, _, err = report(f"{name}.json", "-o", f"{name}.html")
        if code:
            raise RuntimeError(f"report: {err}")
        self.driver.get(f"file://{here}/{name}.html")

    def rows(self, selector):
        """The cells of a table's body, [row][column], and of its head."""
        cells = "return [...document.querySelectorAll(arguments[0])].map(r => [...r.cells].map(c => c.textContent))"
        clean = lambda rows: [[cell.replace("\u00a0", " ") for cell in row] for row in rows]  # noqa: E731
        return clean(self.js(cells, f"{selector} tbody tr")), clean(self.js(cells, f"{selector} thead tr"))[0]

    def points(self, chart):
        """{variant: [[workers, y, low, high]]} of the measured points that a chart shows."""
        return dict(self.js(
            """return tutti.charts[arguments[0]].data.datasets.filter(d => d.measured)
              .map(d => [d.variant, d.data.map(p => [p.measurement.workers, p.y, p.low, p.high])]);""",
            chart,
        ))


UNITS = {"s": 1, "ms": 1e-3, "µs": 1e-6, "ns": 1e-9, "×": 1, "%": 1e-2, "GB/s": 1e9, "MB/s": 1e6, "Gflop/s": 1e9, "Mflop/s": 1e6, "Tflop/s": 1e12, "": 1}


def value(text):
    """'120.9 ms (120.5 .. 122.5 ms)' -> 0.1209"""
    match = re.match(r"^(-?[\d.,]+(?:e[-+]\d+)?) ?([^\s(]*)", text)
    return float(match[1].replace(",", "")) * UNITS[match[2]] if match else None


def bounds(text):
    match = re.search(r"\((-?[\d.]+) ?(\S*) \.\. (-?[\d.]+) ?([^\s)]*)\)", text)
    return (float(match[1]) * UNITS[match[2] or match[4]], float(match[3]) * UNITS[match[4]]) if match else (None, None)


def shown(text, expected, low=None, high=None):
    """Whether a cell shows these numbers, in three digits at least."""
    if not near(value(text), expected, 6e-3):
        return False
    return low is None or all(near(a, b, 6e-3) for a, b in zip(bounds(text), (low, high)))


# -- what the page shows --


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
    laws = [next(law for law in case["laws"] if law["variant"] == m["variant"]) for case, m in zip(r["cases"], best)]
    fractions = [law["parameters"][0]["value"] for law in laws]
    check("and its law's serial fraction", all(near(value(row[5].split("fraction ")[1]), s, 6e-3) for row, s in zip(rows, fractions)), rows)
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
    law = b.js("return tutti.charts['curves-0'].data.datasets.find(d => d.law === 'threads').data.map(p => [p.x, p.y, p.low, p.high])")
    curve = [[p["workers"], p["gain"], p["low"], p["high"]] for p in case["laws"][0]["curve"]]
    check("the fitted law with its band", len(law) == len(curve) and all(near(x, y) for p, q in zip(law, curve) for x, y in zip(p, q)))
    limit = b.js("return tutti.charts['curves-0'].data.datasets.find(d => d.label === 'limit of threads').data.map(p => p.y)")
    s, one = case["laws"][0]["parameters"][0]["value"], curve[0][1]
    check("its limit", all(near(y, one / s) for y in limit), limit, one / s)
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
    law = b.js("return tutti.charts['curves-0'].data.datasets.find(d => d.law === 'threads').data.map(p => p.y)")
    serial = make_sample.median(case["measurements"][0]["seconds"])
    check("the law's time is the serial time by its gain", all(near(y, serial / p[1]) for y, p in zip(law, curve)))
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
    law = r["cases"][1]["laws"][2]
    points = b.points("panel-chart")
    expected = [m["parallel_speedup"] for m in r["cases"][1]["measurements"] if m["variant"] == "processes"]
    check("its points are shown", list(points) == ["processes"] and all(near(p[1], e) for p, e in zip(points["processes"], expected)), points)
    b.type("#panel-fitted", Keys.ENTER)
    s = law["parameters"][0]["value"]
    curve = b.js("const d = tutti.charts['panel-chart'].data.datasets[0].data; return d.map(p => [p.x, p.y])")
    check("the fitted value is taken as it is", all(near(y, 1 / (s + (1 - s) / x)) for x, y in curve) and near(value(b.text("#panel-serial-value")), s, 6e-3))


def test_access(b):
    b.open(make_sample.invented())
    wanted = b.js("""const all = [...document.querySelectorAll('a[href],button,input,select,summary,canvas,[tabindex="0"]')], groups = new Set();
      return all.filter(n => n.checkVisibility() && !n.disabled && !(n.type === 'radio' && !n.checked)).map((n, i) => n.dataset.tab = String(i))""")
    reached = []
    ActionChains(b.driver).send_keys(Keys.TAB).perform()
    for _ in range(len(wanted) + 5):
        at = b.js("return document.activeElement.dataset.tab ?? null")
        if at is not None:
            reached.append(at)
        ActionChains(b.driver).send_keys(Keys.TAB).perform()
    check("Tab reaches every control, in the order of the page", [t for i, t in enumerate(reached) if t not in reached[:i]] == wanted, len(wanted), reached[:80])
    b.type("nav a", "")
    ActionChains(b.driver).send_keys(Keys.TAB).perform()
    outline = b.js("return [getComputedStyle(document.activeElement).outlineStyle, parseFloat(getComputedStyle(document.activeElement).outlineWidth)]")
    check("and where one is can be seen", outline[0] == "solid" and outline[1] >= 2, outline)
    roles = {"checkbox", "radio", "slider", "combobox", "button", "link", "image", "img", "table", "region", "navigation", "group", "DisclosureTriangle", "heading", "columnheader"}
    nodes = [n for n in b.cdp("Accessibility.getFullAXTree")["nodes"] if not n.get("ignored") and n.get("role", {}).get("value") in roles]
    found = {n["role"]["value"] for n in nodes}
    nameless = [n["role"]["value"] for n in nodes if not n.get("name", {}).get("value", "").strip() and n["role"]["value"] != "columnheader"]
    # a <details> is a group without a name of its own: its summary has one
    nameless = [role for role in nameless if role != "group"]
    check("everything that can be worked has a name", {"checkbox", "radio", "slider", "combobox", "button", "link", "table", "heading"} <= found and not nameless, found, nameless)
    images = [n["name"]["value"] for n in nodes if n["role"]["value"] in ("image", "img")]
    check("charts are images with text", len(images) == 4 and all(len(name) > 40 for name in images), images)
    live = b.js("return [...document.querySelectorAll('output.readout, #panel-said')].every(n => n.tagName === 'OUTPUT' || n.getAttribute('role') === 'status')")
    check("what changes is announced", live)


CONTRAST = """
const parts = c => (c.match(/[\\d.]+/g) || []).map(Number);
const light = ([r, g, b]) => { const f = v => (v /= 255) <= 0.04045 ? v / 12.92 : ((v + 0.055) / 1.055) ** 2.4; return 0.2126 * f(r) + 0.7152 * f(g) + 0.0722 * f(b); };
const ground = n => { for (; n; n = n.parentElement) { const c = parts(getComputedStyle(n).backgroundColor); if (c.length === 3 || c[3] > 0) return c; } return [255, 255, 255]; };
const bad = [];
for (const n of document.body.querySelectorAll('*')) {
  if (!n.checkVisibility() || n.closest('svg') || n.disabled || ![...n.childNodes].some(t => t.nodeType === 3 && t.data.trim())) continue;
  if (['OPTION', 'SCRIPT', 'NOSCRIPT', 'SELECT', 'OPTGROUP', 'BUTTON'].includes(n.tagName)) continue;
  const [a, z] = [light(parts(getComputedStyle(n).color)), light(ground(n))].sort((x, y) => y - x);
  if ((a + 0.05) / (z + 0.05) < 4.5) bad.push(n.tagName + ' ' + n.className + ' ' + n.textContent.slice(0, 40));
}
return bad;
"""


def colour_scheme(b, scheme):
    b.cdp("Emulation.setEmulatedMedia", features=[{"name": "prefers-color-scheme", "value": scheme}])


def test_looks(b, r):
    b.open(r)
    for scheme in ("light", "dark"):
        colour_scheme(b, scheme)
        bad = b.js(CONTRAST)
        check(f"text can be read, {scheme}", bad == [], bad)
        grounds = b.js("return [getComputedStyle(document.body).backgroundColor, tutti.charts['curves-0'].scales.x.options.ticks.color]")
        check(f"page and charts are {scheme}", grounds == (["rgb(255, 255, 255)", "#50565d"] if scheme == "light" else ["rgb(21, 24, 28)", "#b4bac2"]), grounds)
    open_details = "return document.querySelectorAll('details[open]').length"
    b.js("addEventListener('beforeprint', () => { window.seen = [document.querySelectorAll('details:not([open])').length, tutti.charts['curves-0'].scales.x.options.ticks.color]; })")
    pdf = base64.b64decode(b.cdp("Page.printToPDF", paperWidth=8.27, paperHeight=11.69)["data"])
    pages = len(re.findall(rb"/Type\s*/Page\b", pdf))
    check("prints", pdf.startswith(b"%PDF") and 6 <= pages <= 25, pages)
    check("with everything open, and light charts", b.js("return window.seen") == [0, "#50565d"], b.js("return window.seen"))
    check("afterwards all is as before", b.js(open_details) == 0 and b.js("return tutti.charts['curves-0'].scales.x.options.ticks.color") == "#b4bac2")
    colour_scheme(b, "light")
    b.size(360, 740)
    b.open(r)
    check("no sideways scrolling on a phone", b.js("return document.documentElement.scrollWidth") == 360)
    check("tables scroll in their own boxes, by keyboard too", b.js("return [...document.querySelectorAll('.scroll')].every(n => n.scrollWidth <= n.clientWidth || n.tabIndex === 0)"))
    check("charts are as wide as the phone", 300 <= b.js("return tutti.charts['curves-0'].width") <= 360)
    b.size(1200, 900)
    check("nothing on the console meanwhile", not (found := b.complaints()), found)


# -- results that are not as they should be --

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
        case["skipped"] = [{"variant": HOSTILE[0], "reason": HOSTILE[2]}]
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


def test_real_run(b):
    run = subprocess.run([bench, "pi", "dial", "--samples", "20000", "--units", "20000", "-w", "1,2", "-r", "5", "-o", "real"],
                         capture_output=True, text=True, cwd=here)  # fmt: skip
    r = json.loads((here / "real" / "results.json").read_text())
    b.open(r, "real")
    medians = [m["time"]["median"] for m in r["cases"][0]["measurements"]]
    rows, head = b.rows("#measurements-0")
    column = head.index("time of a run")
    check("a run of this very bench_amdahl", run.returncode == 0 and len(rows) == len(medians) and all(near(value(row[column]), t, 6e-3) for row, t in zip(rows, medians)), rows)
    check("nothing on the console", not (found := b.complaints()), found)


def test_browser():
    b = Browser()
    try:
        r = make_sample.invented()
        b.open(r)
        for part in (test_structure, test_tables, test_curves, test_panel):
            part(b, r)
        check("nothing on the console, nothing asked of the network, all the while", not (found := b.complaints()), found)
        test_access(b)
        test_looks(b, r)
        for part in (test_hostile, test_odd_runs, test_spoilt, test_real_run):
            part(b)
    finally:
        b.driver.quit()


def main():
    signal.signal(signal.SIGTERM, lambda *_: sys.exit(1))  # so that the browser ends, too
    os.environ["HOME"] = str(here)  # where the browser keeps what it notes
    try:
        chart = test_command()
        missing = [package for package, there in (("chromium", shutil.which("chromium")), ("chromium-driver", shutil.which("chromedriver")),
                                                  ("python3-selenium", webdriver), ("libjs-chart.js", chart)) if not there]  # fmt: skip
        if missing:
            skip("the page in a browser", f"missing, by Debian's names: {' '.join(missing)}")
        else:
            test_browser()
    except Exception:  # a step that cannot be taken is a failure like any other
        check("the test ran to its end", False, *traceback.format_exc().splitlines())
    finally:
        shutil.rmtree(here, ignore_errors=True)
    print(f"1..{count}")


main()
