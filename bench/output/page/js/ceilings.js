/* How near the measurements come to what the machine can do: its ceilings, and the roofline (Williams,
 * Waterman and Patterson, 2009). */

const isBandwidth = ceiling => ceiling.unit === "B/s";

/* The highest ceiling at that number of workers: of a unit and, for arithmetic, of an instruction set. */
function ceilingOf(run, unit, workers, isa) {
  const rates =
      run.ceilings
          .filter(c => c.unit === unit && c.workers === workers && (isa === undefined || c.isa === isa))
          .map(c => c.rate);
  return rates.length ? Math.max(...rates) : null;
}

/* A measurement with the rates declared for it, in B/s and flop/s, its intensity in flop/B, and the ceiling
 * at that. */
function againstCeilings(run, c, m) {
  const bytes = c.work.bytes !== null && m.rate !== null ? m.rate : null;
  const intensity = c.work.flops !== null && c.work.bytes !== null ? c.work.flops / c.work.bytes : null;
  const bandwidth = ceilingOf(run, "B/s", m.workers), peak = ceilingOf(run, "flop/s", m.workers, m.isa);
  const roof = intensity !== null && bandwidth !== null && peak !== null ?
      Math.min(peak, intensity * bandwidth) :
      null;
  return {c, m, bytes, intensity, bandwidth, peak, roof};
}

/* Those on as many workers as a ceiling was measured with. */
function ceilingRows(run) {
  return run.cases.flatMap(c => c.measurements.map(m => againstCeilings(run, c, m)))
      .filter(({bytes, m, bandwidth, peak}) =>
                  (bytes !== null && bandwidth !== null) || (m.flops !== null && peak !== null));
}

function ceilingsTable(run) {
  return table("Ceilings of this machine, measured in the same run",
      [
        header("what", c => c.what),
        column("code", c => c.isa || UNKNOWN),
        numeric("workers", c => whole(c.workers)),
        numeric("ceiling", c => scaled(c.rate, c.unit)),
      ],
      run.ceilings, {id: "ceilings-table"});
}

function nearnessTable(rows) {
  const share = (rate, ceiling) =>
      shown(rate, () => (ceiling === null ? "ceiling unknown" : percent(rate / ceiling)));
  return table("How near the cases come to them",
      [
        header("case", ({c}) => c.name),
        column("variant", ({m}) => m.variant),
        numeric("workers", ({m}) => whole(m.workers)),
        numeric("memory traffic", ({bytes}) => shown(bytes, rate => scaled(rate, "B/s"))),
        numeric("of the bandwidth", ({bytes, bandwidth}) => share(bytes, bandwidth)),
        numeric("arithmetic", ({m}) => shown(m.flops, rate => scaled(rate, "flop/s"))),
        numeric("of the arithmetic peak", ({m, peak}) => share(m.flops, peak)),
        numeric("intensity, flop/B", ({intensity}) => shown(intensity, x => digits(x, 3))),
        numeric(
            "of the roof", ({m, roof}) => shown(roof, () => shown(m.flops, rate => percent(rate / roof)))),
      ],
      rows, {id: "nearness-table"});
}

/* The roofs: for the fewest and the most workers, each instruction set there. */
function roofs(run) {
  const peaks = run.ceilings.filter(
      c => c.unit === "flop/s" && c.workers !== null && ceilingOf(run, "B/s", c.workers) !== null);
  const counts = peaks.map(c => c.workers), wanted = [Math.min(...counts), Math.max(...counts)];
  return peaks.filter(c => wanted.includes(c.workers))
      .map(c => ({...c, bandwidth: ceilingOf(run, "B/s", c.workers)}));
}

function rooflineSpec(run, rows) {
  const lines = roofs(run), points = rows.filter(row => row.intensity !== null && row.m.flops !== null);
  const ridges = lines.map(roof => roof.rate / roof.bandwidth),
        xs = [...points.map(p => p.intensity), ...ridges];
  const left = Math.min(...xs) / 8, right = Math.max(...xs) * 8, colours = theme();
  const at = (roof, x) => Math.min(roof.rate, x * roof.bandwidth);
  const ys = [...points.map(p => p.m.flops), ...lines.flatMap(roof => [at(roof, left), roof.rate])];
  const sayRoof = roof => p => [`roof of ${roof.isa || UNKNOWN} code, ${workersText(roof.workers)}`,
      `${scaled(p.y, "flop/s")} at ${digits(p.x, 3)} flop/B`];
  const sayPoint = ({row: {c, m, roof, intensity}}) => [`${c.name}, ${m.variant}, ${workersText(m.workers)}`,
      `${scaled(m.flops, "flop/s")} at ${digits(intensity, 3)} flop/B`,
      `${roof === null ? UNKNOWN : percent(m.flops / roof)} of the roof`];
  const datasets = lines.map(
      (roof, i) =>
          line([left, roof.rate / roof.bandwidth, right].map(x => ({x, y: at(roof, x)})), colours.muted, {
            label: `${roof.isa}, ${roof.workers}`,
            say: sayRoof(roof),
            borderDash: i % 2 ? [6, 4] : [],
            order: 2
          }));
  for (const variant of new Set(points.map(p => p.m.variant)))
    datasets.push({
      label: variant,
      variant,
      measured: true,
      say: sayPoint,
      pointStyle: shape(variant),
      backgroundColor: colour(variant),
      order: 1,
      data: points.filter(p => p.m.variant === variant).map(row => ({x: row.intensity, y: row.m.flops, row})),
      borderColor: colours.ink,
      pointRadius: 6,
      pointHoverRadius: 8
    });
  return {
    label: `Roofline: arithmetic rate by intensity, ${plural(points.length, "measurement")} under ${
        plural(lines.length, "roof")}; the table below has the numbers`,
    datasets,
    x: {
      title: "intensity: operations a byte",
      log: true,
      min: left,
      max: right,
      format: value => digits(value, 2)
    },
    y: {
      title: "arithmetic rate",
      log: true,
      min: Math.min(...ys) / 2,
      max: Math.max(...ys) * 2,
      format: value => scaled(value, "flop/s")
    },
  };
}

function ceilings(run) {
  const rows = ceilingRows(run), box = byId("ceilings");
  if (!run.ceilings.length) {
    fill(box, el("p", null, "The ceilings of this machine are unknown: they were not measured in this run."));
    return;
  }
  if (roofs(run).length && rows.some(row => row.intensity !== null && row.m.flops !== null)) {
    const chart = plot("roofline", "nearness-table"), draw = () => chart.update(rooflineSpec(run, rows));
    const marks = [...new Set(rows.map(row => row.m.variant))].map(
        variant => el("span", {class: "choice"}, swatch(variant), variant));
    fill(box, el("figure", null, chart.node, el("figcaption", {class: "marks"}, marks)));
    redraws.push(draw);
  } else
    fill(box,
        el("p", {class: "hint"},
            "No roofline: no case declares both its bytes and its operations, or a ceiling of one of them is unknown."));
  const above = rows.some(row => (row.bandwidth && row.bytes > 1.05 * row.bandwidth) ||
          (row.peak && row.m.flops > 1.05 * row.peak));
  fill(box,
      rows.length ?
          nearnessTable(rows) :
          el("p", null,
              "No case declares its bytes or operations, or none was measured on as many workers as a ceiling."),
      above ? el("p", {class: "note"},
                  "More than 100 %: the data lay in a cache, or the ceiling itself was disturbed.") :
              null,
      ceilingsTable(run));
}
