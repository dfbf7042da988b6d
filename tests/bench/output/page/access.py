"""Keyboard, screen reader, contrast, dark screens, paper, phones."""

import base64
import re

import make_sample
from browser import ActionChains, Keys
from tap import check


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
