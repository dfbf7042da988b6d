/* The tables. */

/* As the table of the terminal has it: no limit where the interval leaves room for none. */
function limitText(law) {
  const open = law.limitLow !== null && law.limitHigh === null;
  return open ? `above ${times(law.limitLow)}` : shown(law.limit, times);
}

const lawText = law => (law === null ?
        "" :
        `${law.title}: ${law.parameters.map(p => `${p.name} ${parameterText(p)}`).join(", ") || UNKNOWN}`);

/* -- at a glance -- */

function verdictTable(run) {
  const rows = run.cases.map(c => {
    const m = best(c);
    return {c, m, law: m && chosenLaw(c, m.variant)};
  });
  const fastest = ({c, m}) => m ? `${m.variant} on ${whole(m.workers)}` :
      c.failure ? "failed" :
                  "nothing measured";
  return table("What each case gains",
      [
        header("case", ({c}) => c.name),
        column("fastest", fastest),
        numeric("time", ({m}) => shown(m, () => seconds(m.time.median))),
        numeric("speedup against serial",
            ({m}) => shown(m, () => withRange(m.speedup, m.speedupLow, m.speedupHigh, times))),
        numeric("by more workers",
            ({m}) => (m && m.workers > 1 ? withRange(m.gain, m.gainLow, m.gainHigh, times) : "")),
        long("its law", ({law, m}) => (law ? lawText(law) : shown(m, () => "none fitted"))),
        numeric("limit", ({law}) => shown(law, limitText)),
      ],
      rows, {id: "verdict-table"});
}

/* -- one case -- */

const bitsText = m => (m.failure !== null ? "" :
        m.sameBits === null               ? "not compared" :
        m.sameBits                        ? "same" :
                                            "DIFFERENT");

function measurementsTable(c, id) {
  const batches = c.measurements.some(m => m.batch > 1);
  const time = m => m.failure ?? withRange(m.time.median, m.time.low, m.time.high, seconds);
  const speedup = m => shown(m.speedup, value => withRange(value, m.speedupLow, m.speedupHigh, times));
  const gain = m => shown(m.gain, value => withRange(value, m.gainLow, m.gainHigh, times));
  return table(`All measurements of ${c.name}: medians, with 95 % intervals`,
      [
        header("variant", m => m.variant),
        numeric("workers", m => whole(m.workers)),
        column("code", m => m.isa || UNKNOWN),
        numeric("time of a run", time),
        numeric("speedup against serial", speedup),
        numeric("against one core, same code", gain),
        numeric("efficiency", m => shown(m.efficiency, percent)),
        numeric("Karp-Flatt", m => shown(m.karpFlatt, percent)),
        numeric("rate", m => shown(m.rate, rate => scaled(rate, `${c.work.unit}/s`))),
        numeric("arithmetic", m => shown(m.flops, rate => scaled(rate, "flop/s"))),
        numeric("runs a time", m => (batches ? whole(m.batch) : "")),
        column("bits", bitsText),
      ],
      c.measurements, {id});
}

function rawTimes(c) {
  const warm = c.warmup, six = value => shown(value, x => digits(x, 6));
  const note = warm ?
      `; the first ${plural(warm, "round")}, in brackets, were found to be warm-up and count nowhere` :
      "";
  return details(`Every raw time of ${c.name}`,
      table(`Raw times of ${c.name}, seconds a run, in the order of the rounds${note}`,
          [
            header("variant", m => m.variant),
            numeric("workers", m => whole(m.workers)),
            numeric("calibrating run", m => six(m.first)),
            numeric("smallest", m => six(m.time.min)),
            numeric("lower quartile", m => six(m.time.q1)),
            numeric("upper quartile", m => six(m.time.q3)),
            numeric("largest", m => six(m.time.max)),
            column("times", m => m.seconds.map((s, i) => (i < warm ? `[${six(s)}]` : six(s))).join("  ")),
          ],
          c.measurements, {class: "raw"}));
}

function lawsTable(c) {
  if (!c.laws.length) return null;
  const parameters = law => law.parameters.map(p => `${p.name} ${p.symbol} = ${parameterText(p)}`).join("; ");
  return table(`Laws fitted to ${c.name}, with 95 % intervals`,
      [
        header("variant", law => law.variant),
        column("law", law => law.title + (law.chosen ? " (chosen)" : "")),
        long("parameters", parameters),
        numeric("limit", limitText),
        numeric("most at workers", law => shown(law.peak, peak => digits(peak, 4))),
        numeric("error at counts left out", law => shown(law.leftOut, percent)),
        numeric("residuals' sd", law => shown(law.residual, percent)),
        long("how well", law => law.statement),
      ],
      c.laws);
}

const stops = {
  precision: "the intervals were narrow enough",
  "max-time": "the time allowed was over",
  repetitions: "the rounds asked for were done",
  interrupted: "it was interrupted"
};

function caseFacts(c) {
  const base = [
    shown(c.base.serial, time => `serial ${seconds(time)}`),
    shown(c.base.vector, time => `vector units ${seconds(time)}`)
  ];
  return facts([
    ["size", c.size || UNKNOWN],
    ["answer", c.answer],
    ["base case, one core", base.filter(Boolean).join(", ") || UNKNOWN],
    ["rounds", whole(c.rounds) + `: ${stops[c.stopped] ?? c.stopped}`],
    ["widest interval of a median", shown(c.reached, percent)],
    ["cores kept busy by others", c.others === null ? UNKNOWN : digits(c.others, 2)],
    ["cores stolen by the hypervisor", c.stolen === null ? UNKNOWN : digits(c.stolen, 2)],
  ]);
}

function caseSection(run, c) {
  const id = `measurements-${c.index}`, title = `case-${c.index}`;
  const figure = curvesFigure(run, c, id);
  return el("section", {class: "case", "aria-labelledby": title}, el("h3", {id: title}, c.name),
      c.description ? el("p", {class: "lead"}, sentence(c.description)) : null,
      c.failure !== null ? el("p", {class: "bad"}, `It failed: ${c.failure}`) : null,
      c.notes.map(note => el("p", {class: "note"}, note)), caseFacts(c),
      figure ?? el("p", null, "No curve: no parallel variant was measured."), lawsTable(c),
      whereFigure(c, `where-${c.index}`),
      c.measurements.length ? [measurementsTable(c, id), rawTimes(c)] :
                              el("p", {id}, "There are no measurements."),
      c.leftOut !== null ? el("p", {class: "hint"}, `Not run: ${c.leftOut}`) : null);
}
