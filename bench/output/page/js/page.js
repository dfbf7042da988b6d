/* Puts the page together. */

function heading(run) {
  const names = run.cases.map(c => c.name), cpu = run.machine.cpu ? plain(run.machine.cpu) : "an unknown CPU";
  const title =
      names.length ? `How far it scales: ${names.join(", ")}` : "How far it scales: nothing was measured";
  document.title = title;
  byId("title").textContent = title;
  const day = run.started && !Number.isNaN(Date.parse(run.started)) ?
      run.started.replace("T", " ").replace("Z", " UTC") :
      run.started || "at an unknown time";
  byId("subtitle").textContent = `${run.weak ? "Weak" : "Strong"} scaling on ${cpu}, ${
      plural(number(run.machine.usable_cores),
          "usable core")}; measured ${day}${run.elapsed === null ? "" : `, in ${seconds(run.elapsed, 3)}`}.`;
}

/* -- warnings -- */

/* What the numbers themselves warn of. */
function ownWarnings(run) {
  const warnings = [];
  if (run.complete === false || run.interrupted)
    warnings.push("The run was interrupted: only what had been measured by then is here.");
  for (const c of run.cases) {
    if (c.failure !== null) warnings.push(`${c.name} failed: ${c.failure}`);
    for (const m of c.measurements) {
      if (m.sameBits === false)
        warnings.push(`${c.name}: ${m.variant} on ${
            workersText(m.workers)} gave other bits than serial: its time means nothing.`);
      if (m.failure !== null)
        warnings.push(
            `${c.name}: ${m.variant} on ${workersText(m.workers)} could not be measured: ${m.failure}`);
    }
    if (c.stopped === "max-time" && run.plan.precision !== null)
      warnings.push(
          `${c.name}: the time allowed was over before the intervals were narrow enough: the widest is ${
              percent(c.reached)}, ${percent(run.plan.precision)} was asked for.`);
  }
  return warnings;
}

function warnings(run) {
  const box = byId("warnings"), by = state => run.findings.filter(finding => finding.state === state);
  const item = (kind, topic, words) => el("li", {class: kind}, el("span", {class: "tag"}, topic), " ", words);
  const items = [
    ...ownWarnings(run).map(words => item("bad", "warning", words)),
    ...by("disturbs").map(f => item("bad", `${f.topic} disturbs`, f.text)),
    ...run.notes.map(note => item("note", "note", note)),
    ...run.cases.flatMap(c => c.notes.map(note => item("note", c.name, note))),
    ...run.findings.filter(f => f.state !== "disturbs" && f.state !== "fine")
        .map(f => item("unclear", `${f.topic} unknown`, f.text)),
  ];
  if (items.length)
    fill(box, el("ul", {class: "findings", id: "findings"}, items));
  else if (run.findingsKnown)
    fill(box, el("p", null, "Nothing that disturbs was found."));
  if (!run.findingsKnown)
    fill(box,
        el("p", {class: "hint"},
            "These results have no list of what was looked at: what else disturbs is unknown."));
  const fine = by("fine");
  if (fine.length)
    fill(box,
        details(`${plural(fine.length, "thing")} looked at and found fine`,
            el("ul", {class: "findings"}, fine.map(f => item("fine", f.topic, f.text)))));
}

/* -- the machine, and how it was measured -- */

function cachesText(machine) {
  return list(machine.caches)
      .filter(Boolean)
      .map(c => `L${plain(c.level)} ${plain(c.type)} ${plain(c.size)} (CPUs ${plain(c.shared_by_cpus)})`)
      .join("; ");
}

function machineFacts(run) {
  const m = run.machine, cores = key => whole(number(m[key])),
        bytes = key => (number(m[key]) === null ? UNKNOWN : scaled(m[key], "B"));
  const environment = Object.entries(run.environment).map(([key, value]) => `${key}=${plain(value)}`);
  fill(byId("machine"), facts([
    ["CPU", plain(m.cpu)],
    ["architecture", plain(m.architecture)],
    ["host", plain(m.host)],
    ["kernel", plain(m.kernel)],
    [
      "cores",
      `${cores("usable_cores")} usable of ${cores("cores")} logical; ${cores("physical_cores")} physical`
    ],
    ["packages, NUMA nodes", `${cores("packages")}, ${cores("numa_nodes")}`],
    ["topology", plain(m.topology)],
    ["caches", cachesText(m) || UNKNOWN],
    ["memory", `${bytes("memory_bytes")}, ${bytes("available_bytes")} available`],
    ["virtual machine", {true: "yes", false: "no"}[m.virtual] ?? UNKNOWN],
    ["frequency governor", plain(m.frequency_governor)],
    ["transparent huge pages", plain(m.transparent_huge_pages)],
    ["load average at the start", number(m.load_average) === null ? UNKNOWN : digits(m.load_average, 3)],
    ["compiler", plain(run.build.compiler)],
    ["build", plain(run.build.flags)],
    ["bench_amdahl, libtutti", `${run.version || UNKNOWN}, ${run.libraryVersion || UNKNOWN}`],
    ["code of the vector variants", `${run.isa || UNKNOWN}${run.isaFromUser ? " (from TUTTI_ISA)" : ""}`],
    [
      "environment",
      `${environment.join(" ") || "none of OMP_*, GOMP_*, KMP_*, TUTTI_* is set"}${
          run.passive ? " (OMP_WAIT_POLICY was set by bench_amdahl itself)" : ""}`
    ],
  ]));
}

function quoted(argument) {
  return /^[\w@%+=:,./-]+$/.test(argument) ? argument : `'${argument.replaceAll("'", "'\\''")}'`;
}

function howMeasured(run) {
  const {plan, clock} = run, argv = list(run.arguments.argv);
  const until = plan.repetitions !== null ?
      plural(plan.repetitions, "round") :
      plan.precision !== null ?
      `until every 95 % interval is narrower than ${percent(plan.precision)} of its median, at most ${
          seconds(plan.maxTime, 3)} a case` :
      UNKNOWN;
  const warm = run.cases.filter(c => c.warmup !== null).map(c => `${c.name}: ${plural(c.warmup, "round")}`);
  const batched = run.cases.flatMap(
      c => c.measurements.filter(m => m.batch > 1)
               .map(m => `${c.name}, ${m.variant} on ${whole(m.workers)}: ${whole(m.batch)}`));
  const sizes = run.cases.map(
      c => `${c.name}: ${
          Object.entries(c.arguments).map(([key, value]) => `${key} ${plain(value)}`).join(", ") || "none"}`);
  fill(byId("method"), facts([
    [
      "scaling",
      run.weak ? "weak: w of W workers do w/W of the problem" :
                 "strong: the problem is the same on any number of workers"
    ],
    ["how long", until],
    ["clock", `resolution ${seconds(clock.resolution, 2)}, a reading costs ${seconds(clock.cost, 2)}`],
    ["order", "each round runs every variant on every number of workers once, in an order of its own"],
    ["left out as warm-up", warm.join("; ") || UNKNOWN],
    ["runs batched into one time", batched.join("; ") || "none"],
    ["seed", run.arguments.seed === undefined ? UNKNOWN : plain(run.arguments.seed)],
    ["sizes", sizes.join("; ") || "none"],
    ["command", argv.length ? el("code", null, argv.map(word => quoted(plain(word))).join(" ")) : UNKNOWN],
  ]));
}

/* -- paper -- */

/* Charts are drawn anew for paper: light, as wide as a page; and everything that can be opened is. */
function preparePrint() {
  if (printing) return;
  printing = true;
  for (const node of document.querySelectorAll("details:not([open])")) {
    node.open = true;
    node.dataset.closed = "";
  }
  redrawAll();
  for (const {chart} of plots) chart?.resize(660, 360);
}

function endPrint() {
  printing = false;
  for (const node of document.querySelectorAll("details[data-closed]")) {
    node.open = false;
    delete node.dataset.closed;
  }
  redrawAll();
  for (const {chart} of plots) chart?.resize();
}

function start() {
  const run = readRun(JSON.parse(byId("results").textContent));
  heading(run);
  fill(byId("glance"),
      run.cases.length ? verdictTable(run) :
                         el("p", null, "There are no results: the run ended before its first case did."));
  warnings(run);
  fill(byId("cases"), run.cases.map(c => caseSection(run, c)));
  if (!run.cases.length) fill(byId("cases"), el("p", null, "No case was measured."));
  panel(run);
  ceilings(run);
  machineFacts(run);
  howMeasured(run);
  fill(byId("rules"), rulesList(run));
  byId("library").textContent = `Chart.js ${Chart.version}`;
  redrawAll();
  makeScrollersFocusable();
  addEventListener("resize", makeScrollersFocusable);
  addEventListener("toggle", makeScrollersFocusable, true);
  addEventListener("beforeprint", preparePrint);
  addEventListener("afterprint", endPrint);
  darkScreen.addEventListener("change", redrawAll);
}

start();
