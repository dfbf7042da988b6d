"""A headless Chromium, and how numbers are read off its page."""

import json
import re
import shutil

from selenium import webdriver
from selenium.webdriver.common.action_chains import ActionChains
from selenium.webdriver.common.keys import Keys  # noqa: F401 (for those who type)
from tap import here, near, report


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
        """Opens the page of results; the results that bench_amdahl has written into it."""
        (here / f"{name}.json").write_text(json.dumps(results), encoding="utf-8")
        code, _, err = report(f"{name}.json", "-o", f"{name}.html")
        if code:
            raise RuntimeError(f"report: {err}")
        self.driver.get(f"file://{here}/{name}.html")
        return json.loads(self.js("return document.getElementById('results').textContent"))

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
