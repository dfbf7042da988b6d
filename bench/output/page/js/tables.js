/* As the table of the terminal has it: no limit where the interval leaves room for none. */
function limitText(law) {
  const open = law.limitLow !== null && law.limitHigh === null;
  return open ? `above ${times(law.limitLow)}` : law.limit === null ? "" : times(law.limit);
}

/* The tables. */

const lawText = law => (law === null ?
        "" :
        `${law.title}: ${law.parameters.map(p => `${p.name} ${parameterText(p)}`).join(", ") || UNKNOWN}`);

/* -- at a glance -- */

function verdictTable(run) {
  const row = c => {
    const m = best(c);
    return {c, m, law: m && chosenLaw(c, m.variant)};
  };
  return table("What each case gains",
      [
        {name: "case", header: true, cell: ({c}) => c.name},
        {
          name: "fastest",
          cell: ({c, m}) => (m ? `${m.variant} on ${whole(m.workers)}` :
                  c.failure ? "failed" :
                              "nothing measured")
        },
        {name: "time", numeric: true, cell: ({m}) => (m ? seconds(m.time.median) : "")},
        {
          name: "speedup against serial",
          numeric: true,
          cell: ({m}) => (m ? withRange(m.speedup, m.speedupLow, m.speedupHigh, times) : "")
        },
        {
          name: "by more workers",
          numeric: true,
          cell: ({m}) => (m && m.workers > 1 ? withRange(m.gain, m.gainLow, m.gainHigh, times) : "")
        },
        {name: "its law",
          long: true,
          cell: ({law, m}) => (law ? lawText(law) :
                  m                ? "none fitted" :
                                     "")},
        {name: "limit", numeric: true, cell: ({law}) => (law ? limitText(law) : "")},
      ],
      run.cases.map(row), {id: "verdict-table"});
}

/* -- one case -- */

const bitsText = m => (m.failure !== null ? "" :
        m.sameBits === null               ? "not compared" :
        m.sameBits                        ? "same" :
                                            "DIFFERENT");

function measurementsTable(c, id) {
  const known = value => (value === null ? "" : value);
  const batches = c.measurements.some(m => m.batch !== null && m.batch > 1);
  return table(`All measurements of ${c.name}: medians, with 95 % intervals`,
      [
        {name: "variant", header: true, cell: m => m.variant},
        {name: "workers", numeric: true, cell: m => whole(m.workers)},
        {name: "code", cell: m => m.isa || UNKNOWN},
        {
          name: "time of a run",
          numeric: true,
          cell: m =>
              (m.failure !== null ? m.failure : withRange(m.time.median, m.time.low, m.time.high, seconds))
        },
        {
          name: "speedup against serial",
          numeric: true,
          cell: m => (m.speedup === null ? "" : withRange(m.speedup, m.speedupLow, m.speedupHigh, times))
        },
        {
          name: "against one core, same code",
          numeric: true,
          cell: m => (m.gain === null ? "" : withRange(m.gain, m.gainLow, m.gainHigh, times))
        },
        {name: "efficiency", numeric: true, cell: m => (m.efficiency === null ? "" : percent(m.efficiency))},
        {name: "Karp-Flatt", numeric: true, cell: m => (m.karpFlatt === null ? "" : percent(m.karpFlatt))},
        {name: "rate", numeric: true, cell: m => (m.rate === null ? "" : scaled(m.rate, `${c.work.unit}/s`))},
        {name: "arithmetic", numeric: true, cell: m => (m.flops === null ? "" : scaled(m.flops, "flop/s"))},
        {
          name: "runs a time",
          numeric: true,
          cell: m => (batches ? known(m.batch === null ? null : whole(m.batch)) : "")
        },
        {name: "bits", cell: bitsText},
      ],
      c.measurements, {id});
}

function rawTimes(c) {
  const warm = c.warmup ?? 0;
  return details(`Every raw time of ${c.name}`,
      table(`Raw times of ${c.name}, seconds a run, in the order of the rounds${
                warm ? `; the first ${
                           plural(warm, "round")}, in brackets, were found to be warm-up and count nowhere` :
                       ""}`,
          [
            {name: "variant", header: true, cell: m => m.variant},
            {name: "workers", numeric: true, cell: m => whole(m.workers)},
            {name: "calibrating run", numeric: true, cell: m => (m.first === null ? "" : digits(m.first, 6))},
            {name: "smallest", numeric: true, cell: m => (m.time.min === null ? "" : digits(m.time.min, 6))},
            {
              name: "lower quartile",
              numeric: true,
              cell: m => (m.time.q1 === null ? "" : digits(m.time.q1, 6))
            },
            {
              name: "upper quartile",
              numeric: true,
              cell: m => (m.time.q3 === null ? "" : digits(m.time.q3, 6))
            },
            {name: "largest", numeric: true, cell: m => (m.time.max === null ? "" : digits(m.time.max, 6))},
            {
              name: "times",
              cell: m => m.seconds.map((s, i) => (i < warm ? `[${digits(s, 6)}]` : digits(s, 6))).join("  ")
            },
          ],
          c.measurements, {class: "raw"}));
}

function lawsTable(c) {
  if (!c.laws.length) return null;
  return table(`Laws fitted to ${c.name}, with 95 % intervals`,
      [
        {name: "variant", header: true, cell: law => law.variant},
        {name: "law", cell: law => law.title + (law.chosen ? " (chosen)" : "")},
        {
          name: "parameters",
          long: true,
          cell: law =>
              law.parameters.map(p => `${p.name}${p.symbol ? ` ${p.symbol}` : ""} = ${parameterText(p)}`)
                  .join("; ")
        },
        {name: "limit", numeric: true, cell: limitText},
        {name: "most at workers", numeric: true, cell: law => (law.peak === null ? "" : digits(law.peak, 4))},
        {
          name: "error at counts left out",
          numeric: true,
          cell: law => (law.leftOut === null ? "" : percent(law.leftOut))
        },
        {
          name: "residuals' sd",
          numeric: true,
          cell: law => (law.residual === null ? "" : percent(law.residual))
        },
        {name: "how well", long: true, cell: law => law.statement},
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
    c.base.serial !== null && `serial ${seconds(c.base.serial)}`,
    c.base.vector !== null && `vector units ${seconds(c.base.vector)}`
  ];
  return facts([
    ["size", c.size || UNKNOWN],
    ["answer", c.answer],
    ["base case, one core", base.filter(Boolean).join(", ") || UNKNOWN],
    [
      "rounds",
      c.rounds === null ? UNKNOWN : whole(c.rounds) + (c.stopped ? `: ${stops[c.stopped] ?? c.stopped}` : "")
    ],
    ["widest interval of a median", c.reached === null ? "" : percent(c.reached)],
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
