/* The chart of a case: what more workers gain. */

/* A gain, and its bounds, as what is drawn. base: seconds that a gain of 1 takes on one worker. */
const quantities = {
  speedup: { title: "speedup against one core", format: times, of: gain => gain },
  efficiency: { title: "efficiency", format: percent, of: (gain, workers) => gain / workers },
  time: { title: "time of a run", format: seconds, of: (gain, workers, base) => base(workers) / gain },
};

function measuredPoint(m, quantity, x) {
  const bounds = { speedup: [m.gainLow, m.gainHigh],
    efficiency: [m.gainLow, m.gainHigh].map(gain => (gain === null ? null : gain / m.workers)),
    time: [m.time.low, m.time.high] }[quantity];
  const y = quantities[quantity].of(m.gain, m.workers, () => m.gain * m.time.median);
  return { x, y, low: bounds[0], high: bounds[1], measurement: m };
}

function sayMeasured({ measurement: m }) {
  return [`${m.variant}, ${workersText(m.workers)}`, `speedup ${withRange(m.gain, m.gainLow, m.gainHigh, times)}`,
    `efficiency ${percent(m.gain / m.workers)}`, `time ${withRange(m.time.median, m.time.low, m.time.high, seconds)}`];
}

const line = (data, rgb, more) => ({ type: "line", data, borderColor: rgb, backgroundColor: rgb, borderWidth: 2, pointRadius: 0,
  pointHoverRadius: 4, pointHitRadius: 0, ...more });

/* Points of several variants at one number of workers stand side by side. */
function beside(workers, i, count, log, most) {
  const shift = (i - (count - 1) / 2) * 0.006;
  return log ? workers * (1 + shift) : workers + shift * most;
}

/* A law's limit is relative to one worker of its own, the curve to one core without workers. */
function gainLimit(law) {
  const first = law.curve[0];
  return law.limit !== null && first && first.workers === 1 ? law.limit * first.gain : null;
}

/* One case's datasets, and how far the axes go. */
function curveDatasets(run, c, state) {
  const { of } = quantities[state.what], shown = parallelVariants(c).filter(variant => state.variants.has(variant));
  const all = shown.flatMap(variant => pointsOf(c, variant)), colours = theme();
  const measuredTo = Math.max(1, ...all.map(m => m.workers));
  const laws = state.laws ? shown.map(variant => chosenLaw(c, variant)).filter(law => law !== null) : [];
  const most = Math.max(measuredTo, ...laws.flatMap(law => law.curve.map(p => p.workers))), steps = workerSteps(most);
  if (steps[steps.length - 1] < most) steps.push(most);
  const datasets = [], limits = [], values = [];
  shown.forEach((variant, i) => {
    const points = pointsOf(c, variant), law = laws.find(other => other.variant === variant), rgb = colour(variant);
    if (!points.length) return;
    const first = baseSeconds(run, points[0]), base = workers => first * (run.weak ? workers : 1);
    const curve = gain => workers => of(gain(workers), workers, base);
    datasets.push({ label: variant, variant, measured: true, errorBars: true, say: sayMeasured, pointStyle: shape(variant),
      data: points.map(m => measuredPoint(m, state.what, beside(m.workers, i, shown.length, state.xlog, most))), order: 1,
      borderColor: rgb, backgroundColor: rgb, pointBorderColor: shape(variant).match(/star|cross/) ? rgb : colours.ink,
      pointBorderWidth: shape(variant).match(/star|cross/) ? 2.5 : 1, pointRadius: 6, pointHoverRadius: 8 });
    if (state.what === "time" || i === 0)
      limits.push(line(steps.map(x => ({ x, y: curve(workers => workers)(x) })), state.what === "time" ? rgb : colours.muted,
        { label: "ideal", borderWidth: 1.5, borderDash: [1, 3], order: 4 }));
    if (!law) return;
    datasets.push(...lawDatasets(law, rgb, p => gain => of(gain, p.workers, base), state.what));
    const limit = gainLimit(law);
    if (limit !== null)
      limits.push(line(steps.map(x => ({ x, y: curve(() => limit)(x) })), rgb, { label: `limit of ${variant}`, limit: true,
        borderWidth: 1.5, borderDash: [8, 5], order: 4, note: state.what === "speedup" ? `${variant}: limit ${times(limit)}` : null }));
  });
  for (const dataset of datasets)
    for (const p of dataset.data) values.push(p.y, ...(dataset.errorBars ? [p.low, p.high] : []));
  return { datasets, limits, most, measuredTo, values: values.filter(value => value !== null && value > 0) };
}

function lawDatasets(law, rgb, at, what) {
  const points = law.curve.map(p => {
    const value = at(p), low = p.low === null ? null : value(p.low), high = p.high === null ? null : value(p.high);
    const [least, most] = low !== null && high !== null ? [Math.min(low, high), Math.max(low, high)] : [null, null];
    return { x: p.workers, y: value(p.gain), low: least, high: most };
  });
  const { format } = quantities[what], banded = points.filter(p => p.low !== null && Number.isFinite(p.high));
  const say = p => [`${law.title}, ${law.variant}, ${workersText(p.x)}`, `${what} ${withRange(p.y, p.low, p.high, format)}`];
  return [
    line(points, rgb, { label: `${law.title}, ${law.variant}`, law: law.variant, say, order: 2 }),
    line(banded.map(p => ({ x: p.x, y: p.low })), rgb, { label: "band", borderWidth: 0, order: 5 }),
    line(banded.map(p => ({ x: p.x, y: p.high })), rgb, { label: "band", borderWidth: 0, order: 5, fill: "-1",
      backgroundColor: transparent(rgb, 0.16) }),
  ];
}

/* Where physical cores end and what they can run at once begins; and where the cores end. */
function coreBoundaries(run, most) {
  const usable = count(run.machine.usable_cores), physical = count(run.machine.physical_cores), boundaries = [];
  if (physical !== null && usable !== null && physical < usable)
    boundaries.push({ at: physical, label: `${plural(physical, "physical core")}; SMT beyond` });
  if (usable !== null && usable < most) boundaries.push({ at: usable, label: `${plural(usable, "usable core")}` });
  return boundaries;
}

function curveSpec(run, c, state) {
  const { datasets, limits, most, measuredTo, values } = curveDatasets(run, c, state);
  const { title, format } = quantities[state.what];
  const greatest = Math.max(...values, 0), least = values.length ? Math.min(...values) : 0.1;
  /* limits and the ideal belong to the picture where they are near, and are cut off where not */
  const near = limits.filter(dataset => dataset.limit).flatMap(dataset => dataset.data.map(p => p.y)).filter(y => y < 1.3 * greatest);
  const top = 1.08 * Math.max(greatest, ...near, state.what === "time" ? 0 : 1.05);
  const summary = datasets.filter(dataset => dataset.measured).map(dataset => `${dataset.variant}: ${dataset.data
    .map(p => `${format(p.y)} on ${whole(p.measurement.workers)}`).join(", ")}`);
  return {
    label: `Chart of ${c.name}: ${title}, by workers. ${summary.join("; ") || "Nothing is shown."}`,
    datasets: [...datasets, ...limits],
    x: { title: "workers", log: state.xlog, min: state.xlog ? 0.9 : 0, max: state.xlog ? most * 1.1 : most * 1.03, format: whole,
      whole: true, powers: true },
    y: { title, log: state.ylog, min: state.ylog ? least / 1.3 : 0, max: state.ylog ? top * 1.2 : top, format },
    besides: { measuredTo: most > measuredTo ? measuredTo * 1.03 : null, falling: state.what !== "speedup", boundaries: coreBoundaries(run, most) },
  };
}

/* The chart with its switches. */
function curvesFigure(run, c, describedBy) {
  const variants = parallelVariants(c);
  if (!variants.length) return null;
  const state = { variants: new Set(variants), what: "speedup", xlog: false, ylog: false, laws: true };
  const chart = plot(`curves-${c.index}`, describedBy);
  const draw = () => chart.update(curveSpec(run, c, state));
  const set = key => value => {
    state[key] = value;
    draw();
  };
  const choices = variants.map(variant => checkbox(variant, true, on => {
    state.variants[on ? "add" : "delete"](variant);
    draw();
  }, swatch(variant)));
  redraws.push(draw);
  return el("figure", null,
    el("div", { class: "controls" },
      el("fieldset", { class: "choices" }, el("legend", null, "Variants"), choices),
      radios("Show", [["speedup", "speedup"], ["efficiency", "efficiency"], ["time", "time"]], "speedup", set("what")),
      el("fieldset", { class: "choices" }, el("legend", null, "Axes and curves"),
        checkbox("logarithmic workers", false, set("xlog")), checkbox("logarithmic values", false, set("ylog")),
        checkbox("fitted laws", true, set("laws")))),
    chart.node,
    el("figcaption", null, "Points: medians as measured, with 95 % intervals. Curves: the law chosen for each variant, with its 95 % ",
      "band where it is known. Dashed: the limit of the law. Dotted: ideal, as many times as fast as there are workers."));
}

/* -- where the time goes -- */

const parts = [["compute", "#0072b2"], ["wait", "#e69f00"], ["overhead", "#cc79a7"]];

function whereFigure(c, describedBy) {
  const known = c.measurements.filter(m => m.where !== null);
  if (!known.length) return null;
  const rows = known.map(m => {
    const shares = parts.map(([name, rgb]) => [name, rgb, Math.max(0, m.where[name])]);
    const bar = svg("svg", { class: "bar", viewBox: "0 0 100 10", preserveAspectRatio: "none", "aria-hidden": "true" });
    let x = 0;
    for (const [, rgb, share] of shares) {
      bar.append(svg("rect", { x: 100 * x, y: 0, width: 100 * share, height: 10, fill: rgb }));
      x += share;
    }
    return el("tr", null, el("th", { scope: "row" }, m.variant), el("td", { class: "number" }, whole(m.workers)),
      el("td", { class: "wide" }, bar),
      shares.map(([, , share]) => el("td", { class: "number" }, percent(share))));
  });
  const caption = "Where the time goes: shares of workers × time of a run";
  const head = [el("th", { scope: "col" }, "variant"), el("th", { scope: "col", class: "number" }, "workers"), el("th", { scope: "col" }, "shares"), parts.map(([name, rgb]) =>
    el("th", { scope: "col", class: "number part" }, svg("svg", { class: "swatch", viewBox: "0 0 16 16", "aria-hidden": "true" },
      svg("rect", { width: 16, height: 16, fill: rgb })), name))];
  return scroller(el("table", { id: describedBy }, el("caption", null, caption), el("thead", null, el("tr", null, head)), el("tbody", null, rows)),
    caption);
}
