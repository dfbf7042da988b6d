/* The panel on which the laws are tried: a serial fraction, a number of workers, and what they mean beside a
 * case's measurements. */

const panelWorkers = workerSteps(4096);

function lawSpeedups(s, workers) {
  return {amdahl: amdahl(s, workers), gustafson: gustafson(s, workers), limit: s > 0 ? 1 / s : null};
}

function panelNumbers(s, workers) {
  const {amdahl: a, gustafson: g, limit} = lawSpeedups(s, workers);
  const three = value => (value < 1000 ? value.toFixed(3) : value.toFixed(1));
  return {
    "amdahl-speedup": three(a),
    "amdahl-efficiency": percent(a / workers),
    "amdahl-limit": limit === null ? "none" : three(limit),
    "gustafson-speedup": three(g),
    "gustafson-efficiency": percent(g / workers),
    "gustafson-limit": "none"
  };
}

function panelTable() {
  const cell = id => el("td", {class: "number", id});
  const row = (name, key) => el("tr", null, el("th", {scope: "row"}, name), cell(`${key}-speedup`),
      cell(`${key}-efficiency`), cell(`${key}-limit`));
  const head = ["law", "speedup", "efficiency", "limit"].map(
      name => el("th", {scope: "col", class: name === "law" ? null : "number"}, name));
  return scroller(el("table", {id: "panel-table"}, el("caption", null, "What the laws say"),
                      el("thead", null, el("tr", null, head)),
                      el("tbody", null, row("Amdahl: the problem stays", "amdahl"),
                          row("Gustafson: the problem grows", "gustafson"))),
      "What the laws say");
}

/* [{c, variant}] that can be shown beside the laws, and the <select> to choose one with. */
function panelChoices(run, change) {
  const choices = run.cases.flatMap(
      c => parallelVariants(c).filter(v => pointsOf(c, v).length).map(variant => ({c, variant})));
  const select = el("select", {id: "panel-case"});
  for (const c of run.cases) {
    const own = choices.map((choice, i) => [choice, i]).filter(([choice]) => choice.c === c);
    if (own.length)
      select.append(el("optgroup", {label: c.name},
          own.map(([{variant}, i]) => el("option", {value: i}, `${c.name}: ${variant}`))));
  }
  select.addEventListener("change", () => change(choices[select.value] ?? null));
  return {choices, select};
}

function panelSpec(run, state) {
  const {s, workers, choice, log} = state, colours = theme();
  const points = choice ? pointsOf(choice.c, choice.variant) : [];
  const wanted = Math.max(8, workers, ...points.map(m => m.workers)),
        most = log ? 4096 : 2 ** Math.ceil(Math.log2(wanted));
  const steps = workerSteps(most),
        top = 1.1 * Math.max(amdahl(s, most), amdahl(s, workers), ...points.map(m => m.gainHigh ?? m.gain));
  const say = title => p => [`${title}, ${percent(s)} serial, ${workersText(p.x)}`, `speedup ${times(p.y)}`];
  const curve = (title, of, more) => line(
      steps.map(x => ({x, y: of(s, x)})), colours.ink, {label: title, say: say(title), order: 3, ...more});
  const datasets = [
    curve("Amdahl's law", amdahl, {}),
    curve("Gustafson's law", gustafson, {borderDash: [8, 5]}),
    line([{x: workers, y: amdahl(s, workers)}], colours.ink,
        {label: "here", say: say("Amdahl's law"), pointRadius: 7, order: 2}),
  ];
  if (choice)
    datasets.push(measuredDataset(choice.variant, points.map(m => measuredPoint(m, "speedup", m.workers))));
  const measured = points.map(m => `${times(m.gain)} on ${whole(m.workers)}`).join(", ");
  return {
    label: `Chart of Amdahl's and Gustafson's laws at ${percent(s)} serial${
        choice ? `, beside ${choice.c.name}, ${choice.variant}: ${measured}` : ""}`,
    datasets,
    x: {
      title: "workers",
      log,
      min: log ? 0.9 : 0,
      max: log ? 4600 : most * 1.02,
      format: whole,
      whole: true,
      powers: true
    },
    y: {
      title: "speedup",
      log,
      min: log ? 0.7 : 0,
      max: log ? Math.max(top, 4600) : Math.max(top, 1.1),
      format: times
    },
    besides: {boundaries: [{at: workers, label: workersText(workers)}]},
  };
}

function slider(id, label, attributes, change) {
  const input = el("input", {type: "range", id, ...attributes});
  const output = el("output", { for: id, id: `${id}-value`, "aria-live": "off"
  }); /* the slider itself says it */
  input.addEventListener("input", () => change(Number(input.value)));
  return {
    input,
    output,
    node: el("div", {class: "slider"},
        el("label",
            { for: id
            },
            label),
        input, output)
  };
}

function panel(run) {
  const state = {s: 0.05, workers: 10, choice: null, log: false};
  const chart = plot("panel-chart", "panel-table");
  const said = el("p", {id: "panel-said", role: "status"});
  const serial = slider("panel-serial", "Serial fraction, per cent", {min: 0, max: 100, step: 0.1, value: 5},
      value => set({s: value / 100}));
  const workers = slider("panel-workers", "Workers",
      {min: 0, max: panelWorkers.length - 1, step: 1, value: panelWorkers.indexOf(10)},
      value => set({workers: panelWorkers[value]}));
  const {choices, select} = panelChoices(run, choice => set({choice}));
  const fitted = el("button", {type: "button", id: "panel-fitted"}, "Take the fitted value");
  fitted.addEventListener("click", () => set({s: Math.min(1, Math.max(0, fraction()))}));
  const fraction = () => (state.choice ? fittedFraction(state.choice) : null);
  const set = change => {
    Object.assign(state, change);
    show();
  };
  function show() {
    const numbers = panelNumbers(state.s, state.workers);
    serial.input.value = 100 * state.s;
    serial.output.textContent = percent(state.s);
    serial.input.setAttribute("aria-valuetext", percent(state.s));
    workers.input.value = panelWorkers.indexOf(state.workers);
    workers.output.textContent = workersText(state.workers);
    workers.input.setAttribute("aria-valuetext", workersText(state.workers));
    fitted.disabled = fraction() === null;
    for (const [id, number] of Object.entries(numbers)) byId(id).textContent = number;
    const limit = state.s > 0 ? `its limit is ${numbers["amdahl-limit"]}` : "it has no limit";
    said.textContent = `With ${percent(state.s)} serial on ${
        workersText(state.workers)}, Amdahl's speedup is ${numbers["amdahl-speedup"]}; ${
        limit}. Gustafson's scaled speedup is ${numbers["gustafson-speedup"]}.`;
    chart.update(panelSpec(run, state));
  }
  state.choice = choices[0] ?? null;
  redraws.push(show);
  const chosen = choices.length ?
      el("div", {class: "controls"},
          el("label",
              { for: "panel-case"
              },
              "Measured points of"),
          select, fitted, checkbox("logarithmic axes", false, log => set({log}))) :
      [
        el("p", null, "There is no curve of a case to show beside the laws."),
        el("div", {class: "controls"}, checkbox("logarithmic axes", false, log => set({log})))
      ];
  fill(byId("panel"),
      run.weak ?
          el("p", null,
              "This run is of weak scaling: its points are scaled speedups, for Gustafson's law (dashed) to meet.") :
          el("p", null, "This run is of strong scaling: its points are for Amdahl's law (solid) to meet."),
      el("div", {class: "controls sliders"}, serial.node, workers.node), chosen, panelTable(), said,
      chart.node);
}

/* The serial fraction of the law that was chosen, or of the first one that has one. */
function fittedFraction({c, variant}) {
  const laws = c.laws.filter(law => law.variant === variant);
  const fractions = [chosenLaw(c, variant), ...laws].map(law => serialFraction(law)?.value ?? null);
  return fractions.find(value => value !== null) ?? null;
}
