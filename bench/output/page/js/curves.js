/* The chart of a case: what more workers gain. */

/* A gain as what is drawn. base(): seconds that a run of that many workers takes where the gain is 1. */
const quantities = {
  speedup: {title: "speedup against one core", format: times, of: gain => gain},
  efficiency: {title: "efficiency", format: percent, of: (gain, workers) => gain / workers},
  time: {title: "time of a run", format: seconds, of: (gain, workers, base) => base() / gain},
};

function measuredPoint(m, quantity, x) {
  const bounds = {
    speedup: [m.gainLow, m.gainHigh],
    efficiency: [m.gainLow, m.gainHigh].map(gain => (gain === null ? null : gain / m.workers)),
    time: [m.time.low, m.time.high]
  }[quantity];
  const y = quantities[quantity].of(m.gain, m.workers, () => m.gain * m.time.median);
  return {x, y, low: bounds[0], high: bounds[1], measurement: m};
}

function sayMeasured({measurement: m}) {
  return [
    `${m.variant}, ${workersText(m.workers)}`, `speedup ${withRange(m.gain, m.gainLow, m.gainHigh, times)}`,
    `efficiency ${percent(m.gain / m.workers)}`,
    `time ${withRange(m.time.median, m.time.low, m.time.high, seconds)}`
  ];
}

const line = (data, rgb, more) => ({
  type: "line",
  data,
  borderColor: rgb,
  backgroundColor: rgb,
  borderWidth: 2,
  pointRadius: 0,
  pointHoverRadius: 4,
  pointHitRadius: 0,
  ...more
});

/* Points of several variants at one number of workers stand side by side. */
function beside(workers, i, count, log, most) {
  const shift = (i - (count - 1) / 2) * 0.006;
  return log ? workers * (1 + shift) : workers + shift * most;
}

/* A law's limit is relative to one worker of its own, the curve to one core without workers. */
function gainLimit(law) {
  const first = law.curve[0];
  const open = law.limitLow !== null && law.limitHigh === null; /* room for none */
  return law.limit !== null && !open && first && first.workers === 1 ? law.limit * first.gain : null;
}

/* The measured points of a variant. */
function measuredDataset(variant, data) {
  const rgb = colour(variant), open = ["star", "crossRot"].includes(shape(variant));
  return {
    label: variant,
    variant,
    data,
    measured: true,
    errorBars: true,
    say: sayMeasured,
    order: 1,
    pointStyle: shape(variant),
    borderColor: rgb,
    backgroundColor: rgb,
    pointBorderColor: open ? rgb : theme().ink,
    pointBorderWidth: open ? 2.5 : 1,
    pointRadius: 6,
    pointHoverRadius: 8
  };
}

/* One variant's datasets: its points, the law with its band, the law's limit, the ideal. at(gain, workers) is
 * the value that is drawn for a gain, x(workers) where. */
function variantDatasets(variant, points, law, state, steps, at, x) {
  const rgb = colour(variant), limit = law ? gainLimit(law) : null;
  const curve = (gain, more) =>
      line(steps.map(n => ({x: n, y: at(gain(n), n)})), rgb, {borderWidth: 1.5, order: 4, ...more});
  const grey = state.what === "time" ? rgb : theme().muted; /* one ideal for all, but of time */
  const datasets = [measuredDataset(variant, points.map(m => measuredPoint(m, state.what, x(m.workers))))];
  const guides = [curve(n => n, {label: "ideal", borderDash: [1, 3], borderColor: grey})];
  if (law) datasets.push(...lawDatasets(law, rgb, at, state.what));
  if (limit !== null) {
    const note = state.what === "speedup" ? `${variant}: limit ${times(limit)}` : null;
    guides.push(curve(() => limit, {label: `limit of ${variant}`, limit: true, borderDash: [8, 5], note}));
  }
  return {datasets, guides};
}

/* One case's datasets, and how far the axes go. */
function curveDatasets(run, c, state) {
  const shown =
      parallelVariants(c).filter(variant => state.variants.has(variant) && pointsOf(c, variant).length);
  const measuredTo = Math.max(1, ...shown.flatMap(variant => pointsOf(c, variant).map(m => m.workers)));
  const laws = shown.map(variant => (state.laws ? chosenLaw(c, variant) : null));
  const most = Math.max(measuredTo, ...laws.flatMap(law => (law ? law.curve.map(p => p.workers) : [])));
  const steps = [...new Set([...workerSteps(most), most])];
  const sets = shown.map((variant, i) => {
    const points = pointsOf(c, variant), first = baseSeconds(run, points[0]);
    const at = (gain, workers) =>
        quantities[state.what].of(gain, workers, () => first * (run.weak ? workers : 1));
    return variantDatasets(variant, points, laws[i], state, steps, at,
        workers => beside(workers, i, shown.length, state.xlog, most));
  });
  const datasets = sets.flatMap(set => set.datasets), values = [];
  for (const dataset of datasets)
    for (const p of dataset.data) values.push(p.y, ...(dataset.errorBars ? [p.low, p.high] : []));
  return {
    datasets,
    guides: sets.flatMap(set => set.guides),
    most,
    measuredTo,
    values: values.filter(value => value !== null && value > 0)
  };
}

function lawDatasets(law, rgb, at, what) {
  const points = law.curve.map(p => {
    const value = gain => at(gain, p.workers), low = p.low === null ? null : value(p.low);
    const high = p.high === null ? null : value(p.high);
    const [least, most] =
        low !== null && high !== null ? [Math.min(low, high), Math.max(low, high)] : [null, null];
    return {x: p.workers, y: value(p.gain), low: least, high: most};
  });
  const {format} = quantities[what], banded = points.filter(p => p.low !== null && Number.isFinite(p.high));
  const say = p => [`${law.title}, ${law.variant}, ${workersText(p.x)}`,
      `${what} ${withRange(p.y, p.low, p.high, format)}`];
  return [
    line(points, rgb, {label: `${law.title}, ${law.variant}`, law: law.variant, say, order: 2}),
    line(banded.map(p => ({x: p.x, y: p.low})), rgb, {label: "band", borderWidth: 0, order: 5}),
    line(banded.map(p => ({x: p.x, y: p.high})), rgb,
        {label: "band", borderWidth: 0, order: 5, fill: "-1", backgroundColor: transparent(rgb, 0.16)}),
  ];
}

/* Where physical cores end and what they can run at once begins; and where the cores end. */
function coreBoundaries(run, most) {
  const usable = number(run.machine.usable_cores), physical = number(run.machine.physical_cores),
        boundaries = [];
  if (physical !== null && usable !== null && physical < usable)
    boundaries.push({at: physical, label: `${plural(physical, "physical core")}; SMT beyond`});
  if (usable !== null && usable < most)
    boundaries.push({at: usable, label: `${plural(usable, "usable core")}`});
  return boundaries;
}

function curveSpec(run, c, state) {
  const {datasets, guides, most, measuredTo, values} = curveDatasets(run, c, state);
  const {title, format} = quantities[state.what];
  const greatest = Math.max(...values, 0), least = values.length ? Math.min(...values) : 0.1;
  /* limits and the ideal belong to the picture where they are near, and are cut off where not */
  const near = guides.filter(dataset => dataset.limit)
                   .flatMap(dataset => dataset.data.map(p => p.y))
                   .filter(y => y < 1.3 * greatest);
  const top = 1.08 * Math.max(greatest, ...near, state.what === "time" ? 0 : 1.05);
  const summary =
      datasets.filter(dataset => dataset.measured)
          .map(dataset => `${dataset.variant}: ${
                   dataset.data.map(p => `${format(p.y)} on ${whole(p.measurement.workers)}`).join(", ")}`);
  return {
    label: `Chart of ${c.name}: ${title}, by workers. ${summary.join("; ") || "Nothing is shown."}`,
    datasets: [...datasets, ...guides],
    x: {
      title: "workers",
      log: state.xlog,
      min: state.xlog ? 0.9 : 0,
      max: state.xlog ? most * 1.1 : most * 1.03,
      format: whole,
      whole: true,
      powers: true
    },
    y: {title, log: state.ylog, min: state.ylog ? least / 1.3 : 0, max: state.ylog ? top * 1.2 : top, format},
    besides: {
      measuredTo: most > measuredTo ? measuredTo * 1.03 : null,
      falling: state.what !== "speedup",
      boundaries: coreBoundaries(run, most)
    },
  };
}

/* The chart with its switches. */
function curvesFigure(run, c, describedBy) {
  const variants = parallelVariants(c);
  if (!variants.length) return null;
  const state = {variants: new Set(variants), what: "speedup", xlog: false, ylog: false, laws: true};
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
      el("div", {class: "controls"},
          el("fieldset", {class: "choices"}, el("legend", null, "Variants"), choices),
          radios("Show", [["speedup", "speedup"], ["efficiency", "efficiency"], ["time", "time"]], "speedup",
              set("what")),
          el("fieldset", {class: "choices"}, el("legend", null, "Axes and curves"),
              checkbox("logarithmic workers", false, set("xlog")),
              checkbox("logarithmic values", false, set("ylog")),
              checkbox("fitted laws", true, set("laws")))),
      chart.node,
      el("figcaption", null,
          "Points: medians as measured, with 95 % intervals where they are known. Curves: the law ",
          "chosen for each variant, with its 95 % band. Dashed: the limit of the law. Dotted: ideal, as ",
          "many times as fast as there are workers."));
}

/* -- where the time goes -- */

const parts = [["compute", "#0072b2"], ["wait", "#e69f00"], ["overhead", "#cc79a7"]];

function whereFigure(c, describedBy) {
  const known = c.measurements.filter(m => m.where !== null);
  if (!known.length) return null;
  const rows = known.map(m => {
    const shares = parts.map(([name, rgb]) => [name, rgb, Math.max(0, m.where[name])]);
    const bar =
        svg("svg", {class: "bar", viewBox: "0 0 100 10", preserveAspectRatio: "none", "aria-hidden": "true"});
    let x = 0;
    for (const [, rgb, share] of shares) {
      bar.append(svg("rect", {x: 100 * x, y: 0, width: 100 * share, height: 10, fill: rgb}));
      x += share;
    }
    return el("tr", null, el("th", {scope: "row"}, m.variant), el("td", {class: "number"}, whole(m.workers)),
        el("td", {class: "wide"}, bar),
        shares.map(([, , share]) => el("td", {class: "number"}, percent(share))));
  });
  const caption = "Where the time goes: shares of workers × time of a run";
  const head = [
    el("th", {scope: "col"}, "variant"), el("th", {scope: "col", class: "number"}, "workers"),
    el("th", {scope: "col"}, "shares"),
    parts.map(([name, rgb]) => el("th", {scope: "col", class: "number part"},
                  svg("svg", {class: "swatch", viewBox: "0 0 16 16", "aria-hidden": "true"},
                      svg("rect", {width: 16, height: 16, fill: rgb})),
                  name))
  ];
  return scroller(el("table", {id: describedBy}, el("caption", null, caption),
                      el("thead", null, el("tr", null, head)), el("tbody", null, rows)),
      caption);
}
