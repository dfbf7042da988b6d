/* Elements. What comes from the results goes in as text nodes and attribute values only, never as markup. */

function fill(node, ...children) {
  for (const child of children.flat(Infinity))
    if (child !== null && child !== undefined) node.append(child);
  return node;
}

function el(name, attributes, ...children) {
  const node = document.createElement(name);
  for (const [key, value] of Object.entries(attributes || {}))
    if (value === true)
      node.setAttribute(key, "");
    else if (value !== null && value !== undefined && value !== false)
      node.setAttribute(key, value);
  return fill(node, ...children);
}

function svg(name, attributes, ...children) {
  const node = document.createElementNS("http://www.w3.org/2000/svg", name);
  for (const [key, value] of Object.entries(attributes)) node.setAttribute(key, value);
  return fill(node, ...children);
}

const byId = id => document.getElementById(id);

/* Columns of a table: cell(row) is a text. A header names its row; a long one may be wrapped. */
const column = (name, cell) => ({name, cell});
const header = (name, cell) => ({name, cell, header: true});
const numeric = (name, cell) => ({name, cell, numeric: true});
const long = (name, cell) => ({name, cell, long: true});

/* Columns in which no row says anything are left out. */
function table(caption, columns, rows, attributes) {
  const kind = column => (column.numeric ? "number" : column.long ? "long" : null);
  const shown = columns.filter(column => column.header || rows.some(row => column.cell(row) !== ""));
  const head =
      el("tr", null, shown.map(column => el("th", {scope: "col", class: kind(column)}, column.name)));
  const body = rows.map(
      row => el("tr", null,
          shown.map(column => el(column.header ? "th" : "td",
                        {scope: column.header ? "row" : null, class: kind(column)}, column.cell(row)))));
  return scroller(
      el("table", attributes, el("caption", null, caption), el("thead", null, head), el("tbody", null, body)),
      caption);
}

/* What may be wider than the page scrolls by itself, with the keyboard too. */
const scrollers = [];
function scroller(node, label) {
  const box = el("div", {class: "scroll", role: "group", "aria-label": label}, node);
  scrollers.push(box);
  return box;
}
function makeScrollersFocusable() {
  for (const box of scrollers)
    if (box.scrollWidth > box.clientWidth)
      box.tabIndex = 0;
    else
      box.removeAttribute("tabindex");
}

/* pairs: [term, description]; those without a description are left out. */
function facts(pairs) {
  const rows = pairs.filter(([, value]) => value !== null && value !== "");
  return el("dl", {class: "facts"},
      rows.map(([term, value]) => el("div", null, el("dt", null, term), el("dd", null, value))));
}

let controls = 0;
function checkbox(label, checked, change, ...marks) {
  const input = el("input", {type: "checkbox", id: `control-${++controls}`, checked});
  input.addEventListener("change", () => change(input.checked));
  return el("label", { class: "choice", for: input.id }, input, ...marks, el("span", null, label));
}

/* options: [value, label] */
function radios(legend, options, chosen, change) {
    const name = `control-${++controls}`;
  return el("fieldset", { class: "choices" }, el("legend", null, legend), options.map(([value, label], i) => {
      const input = el("input", {type: "radio", name, id: `${name}-${i}`, value, checked: value === chosen});
      input.addEventListener("change", () => change(value));
    return el("label", { class: "choice", for: input.id }, input, el("span", null, label));
  }));
}

const details = (summary, ...children) => el("details", null, el("summary", null, summary), ...children);
