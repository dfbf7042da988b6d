/* The results, as bench_amdahl wrote them into this page, by the names that the page uses. What is not known,
 * or is left out of a measurement without times, is null. Nothing else reads the raw JSON. */

const known = x => x ?? null;
const positive = x => (x > 0 ? x : null);
/* What the run kept as it was found (machine, build, environment, arguments) may be of any type. */
const number = x => (typeof x === "number" ? x : null);
const list = x => (Array.isArray(x) ? x : []);
/* What stands in a JSON value, for lists of arguments and the like. */
const plain = x => (typeof x === "string" ? x : known(x) === null ? UNKNOWN : JSON.stringify(x));

function readTime(t) {
  return {
    min: known(t?.min),
    q1: known(t?.q1),
    median: known(t?.median),
    q3: known(t?.q3),
    max: known(t?.max),
    low: known(t?.median_low),
    high: known(t?.median_high),
  };
}

function readMeasurement(m) {
  return {
    variant: m.variant,
    backend: m.backend,
    isa: m.isa,
    workers: m.workers,
    failure: m.failure,
    sameBits: m.same_bits,
    seconds: m.seconds,
    first: m.first_seconds,
    batch: m.batch,
    time: readTime(m.time),
    speedup: positive(m.speedup),
    speedupLow: known(m.speedup_low),
    speedupHigh: known(m.speedup_high),
    gain: positive(m.parallel_speedup),
    gainLow: known(m.parallel_speedup_low),
    gainHigh: known(m.parallel_speedup_high),
    efficiency: known(m.efficiency),
    karpFlatt: known(m.karp_flatt),
    rate: positive(m.rate),
    flops: positive(m.flops),
    interval: known(m.interval),
    where: known(m.where),
  };
}

function readLaw(law) {
  return {
    variant: law.variant,
    title: law.title,
    chosen: law.chosen,
    statement: law.statement,
    leftOut: law.left_out_error,
    residual: law.residual_sd,
    limit: law.limit,
    limitLow: law.limit_low,
    limitHigh: law.limit_high,
    peak: law.peak_workers,
    parameters: law.parameters,
    curve: law.curve.filter(p => p.gain > 0),
  };
}

/* Why variants of a case have no times although the run had them. */
function leftOutOf(c, variants) {
  const vector = variants.filter(name => name.includes("vector"));
  return c.no_vector !== null && vector.length ? `${vector.join(", ")} (${c.no_vector})` : null;
}

function readCase(c, index, variants) {
  return {
    index,
    name: c.case,
    description: c.description,
    failure: c.failure,
    size: c.size,
    answer: c.answer,
    arguments: known(c.arguments) ?? {},
    rounds: c.rounds,
    warmup: c.warmup_rounds,
    stopped: c.stopped,
    reached: c.reached,
    others: c.cores_used_by_others,
    stolen: c.cores_stolen,
    notes: c.notes,
    leftOut: leftOutOf(c, variants),
    measurements: c.measurements.map(readMeasurement),
    work: {
      items: c.work.items,
      item: c.work.item,
      bytes: c.work.bytes,
      flops: c.work.flops,
      unit: c.work.rate_unit
    },
    base: {serial: c.base.serial_seconds, vector: c.base.vector_seconds},
    laws: c.laws.map(readLaw),
  };
}

const everyVariant =
    ["serial", "vector", "threads", "threads+vector", "processes", "processes+vector", "mpi", "mpi+vector"];

/* Those that the whole run went without. */
function leftOutOfRun(variants) {
  const without = everyVariant.filter(name => !variants.includes(name));
  const ranks = without.filter(name => name.startsWith("mpi")),
        others = without.filter(name => !name.startsWith("mpi"));
  return [
    others.length ? `${others.join(", ")} (not asked for)` : null,
    ranks.length ? `${ranks.join(", ")} (not asked for, or not started by mpirun)` : null
  ].filter(part => part !== null);
}

function readRun(r) {
  const variants = list(r.arguments.variants).filter(name => typeof name === "string");
  return {
    version: r.version,
    libraryVersion: r.library_version,
    started: r.started,
    elapsed: r.elapsed_seconds,
    complete: r.complete,
    interrupted: r.interrupted,
    weak: r.scaling === "weak",
    isa: r.vector_isa,
    isaFromUser: r.vector_isa_from_environment,
    passive: r.omp_wait_policy_set_by_program,
    clock: {resolution: r.clock.resolution_seconds, cost: r.clock.cost_seconds},
    plan: {precision: r.plan.precision, maxTime: r.plan.max_time, repetitions: r.plan.repetitions},
    ceilings: r.ceilings,
    findings: r.findings ?? [],
    findingsKnown: r.findings !== null,
    machine: r.machine,
    build: r.build,
    environment: r.environment,
    arguments: r.arguments,
    notes: r.notes,
    leftOut: leftOutOfRun(variants),
    cases: r.cases.map((c, index) => readCase(c, index, variants)),
  };
}

/* -- what follows from it -- */

const amdahl = (s, workers) => 1 / (s + (1 - s) / workers);
const gustafson = (s, workers) => s + (1 - s) * workers;

/* 1 .. 16, then four to an octave, and the powers of ten. */
function workerSteps(most) {
  const steps = new Set();
  for (let n = 1; n <= 16; n++) steps.add(n);
  for (let n = 16; n < most; n *= 2) [1.25, 1.5, 1.75, 2].forEach(part => steps.add(n * part));
  for (let n = 100; n <= most; n *= 10) steps.add(n);
  return [...steps].filter(n => n <= Math.max(most, 1)).sort((a, b) => a - b);
}

/* The variants that a curve can be drawn of, in the order of the results. */
function parallelVariants(c) {
  const names = c.measurements.filter(m => m.gain !== null && m.workers !== null && m.backend !== "serial")
                    .map(m => m.variant);
  return [...new Set(names)];
}
const pointsOf = (c, variant) => c.measurements.filter(
    m => m.variant === variant && m.gain !== null && m.workers !== null && m.time.median !== null);
const chosenLaw = (c, variant) => c.laws.find(law => law.variant === variant && law.chosen) ?? null;

/* The fastest measurement whose answer was right. */
function best(c) {
  return c.measurements.filter(m => m.speedup !== null && m.sameBits !== false && m.failure === null)
      .reduce((most, m) => (most === null || m.speedup > most.speedup ? m : most), null);
}

const isShare = parameter => parameter.name.includes("fraction");
function parameterText(p) {
  const format = isShare(p) ? percent : value => digits(value, 3);
  if (p.value !== null && p.low === null && p.se !== null) return `${format(p.value)} ± ${format(p.se)}`;
  return withRange(p.value, p.low, p.high, format);
}
const serialFraction = law =>
    law?.parameters.find(p => p.symbol === "s" || p.name === "serial fraction") ?? null;

/* How many times the base a run of it takes: time = base / gain. */
function baseSeconds(run, m) {
  return (m.gain * m.time.median) / (run.weak ? m.workers : 1);
}
