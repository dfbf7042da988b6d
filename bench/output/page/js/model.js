/* The results, read with care: whatever is missing or of another type is null, or an empty list. Nothing else
 * reads the raw JSON. */

/* No time, rate or fraction is beyond these; arithmetic with what is could overflow. */
const number = x => (typeof x === "number" && Math.abs(x) < 1e100 ? x : null);
const positive = x => (number(x) !== null && x > 1e-100 ? x : null);
const count = x => (typeof x === "number" && x >= 1 && x <= 1e9 ? x : null);
const text = x => (typeof x === "string" ? x : null);
const flag = x => (typeof x === "boolean" ? x : null);
const list = x => (Array.isArray(x) ? x : []);
const object = x => (x !== null && typeof x === "object" && !Array.isArray(x) ? x : {});
const texts = x => list(x).filter(item => typeof item === "string");
/* What stands in a JSON value, for lists of arguments and the like. */
const plain = x => (typeof x === "string" ? x : x === null || x === undefined ? UNKNOWN : JSON.stringify(x));

function readTime(x) {
  const t = object(x);
  return {
    min: number(t.min),
    q1: number(t.q1),
    median: positive(t.median),
    q3: number(t.q3),
    max: number(t.max),
    low: number(t.median_low),
    high: number(t.median_high),
    coverage: number(t.median_coverage),
  };
}

function readWhere(x) {
  const {compute, wait, overhead} = object(x);
  const shares = {compute: number(compute), wait: number(wait), overhead: number(overhead)};
  return Object.values(shares).every(share => share !== null) ? shares : null;
}

function readMeasurement(x) {
  const m = object(x);
  return {
    variant: text(m.variant) ?? UNKNOWN,
    backend: text(m.backend),
    isa: text(m.isa),
    workers: count(m.workers),
    failure: text(m.failure),
    sameBits: flag(m.same_bits),
    seconds: list(m.seconds).map(number),
    first: number(m.first_seconds),
    batch: positive(m.batch),
    time: readTime(m.time),
    speedup: positive(m.speedup),
    speedupLow: number(m.speedup_low),
    speedupHigh: number(m.speedup_high),
    gain: positive(m.parallel_speedup),
    gainLow: number(m.parallel_speedup_low),
    gainHigh: number(m.parallel_speedup_high),
    efficiency: number(m.efficiency),
    karpFlatt: number(m.karp_flatt),
    rate: positive(m.rate),
    flops: positive(m.flops),
    interval: number(m.interval),
    where: readWhere(m.where),
  };
}

function readLaw(x) {
  const law = object(x);
  return {
    variant: text(law.variant) ?? UNKNOWN,
    law: text(law.law),
    title: text(law.title) ?? text(law.law) ?? "unknown law",
    chosen: law.chosen === true,
    statement: text(law.statement),
    leftOut: number(law.left_out_error),
    residual: number(law.residual_sd),
    limit: positive(law.limit),
    limitLow: positive(law.limit_low),
    limitHigh: positive(law.limit_high),
    peak: positive(law.peak_workers),
    parameters: list(law.parameters).map(object).map(p => ({
      name: text(p.name) ?? UNKNOWN,
      symbol: text(p.symbol),
      value: number(p.value),
      se: number(p.se),
      low: number(p.low),
      high: number(p.high),
    })),
    curve: list(law.curve)
               .map(object)
               .map(p => ({
                 workers: count(p.workers),
                 gain: positive(p.gain),
                 low: number(p.low),
                 high: number(p.high)
               }))
               .filter(p => p.workers !== null && p.gain !== null)
               .sort((a, b) => a.workers - b.workers),
  };
}

/* Format 1 has Amdahl's law only, as its parameters: the curve follows from them. */
function readFormat1Law(x, measurements) {
  const fit = object(x), s = number(fit.serial_fraction), t1 = positive(fit.t1);
  const law = readLaw({
    variant: fit.variant,
    law: "amdahl",
    title: "Amdahl's law",
    chosen: s !== null,
    limit: fit.limit,
    statement: s === null ? `not fitted: ${plural(count(fit.worker_counts) ?? 0, "worker count")}` : null,
    parameters: s === null ? [] :
                             [{name: "serial fraction", symbol: "s", value: s, se: fit.serial_fraction_se}],
  });
  const measured =
      measurements.filter(m => m.variant === law.variant && m.gain && m.time.median && m.workers);
  if (s === null || t1 === null || !measured.length) return law;
  const oneCore = measured[0].gain * measured[0].time.median,
        most = Math.max(...measured.map(m => m.workers));
  for (const workers of workerSteps(2 * most))
    law.curve.push({workers, gain: (oneCore / t1) * amdahl(s, workers), low: null, high: null});
  return law;
}

/* Why variants of a case have no times although the run had them. */
function leftOutOf(c, variants) {
  const reason = text(c.no_vector), vector = variants.filter(name => name.includes("vector"));
  return reason !== null && vector.length ? `${vector.join(", ")} (${reason})` : null;
}

function readCase(x, index, variants) {
  const c = object(x), work = object(c.work), base = object(c.base);
  const measurements = list(c.measurements).map(readMeasurement);
  const oneCore = name => measurements.find(m => m.variant === name)?.time.median ?? null;
  return {
    index,
    name: text(c.case) ?? "unnamed case",
    description: text(c.description),
    failure: text(c.failure),
    size: text(c.size),
    answer: text(c.answer),
    arguments: object(c.arguments),
    rounds: number(c.rounds),
    warmup: number(c.warmup_rounds),
    stopped: text(c.stopped),
    reached: number(c.reached),
    others: number(c.cores_used_by_others),
    stolen: number(c.cores_stolen),
    notes: texts(c.notes),
    leftOut: leftOutOf(c, variants),
    measurements,
    work: {
      items: positive(work.items),
      item: text(work.item),
      bytes: positive(work.bytes),
      flops: positive(work.flops),
      unit: text(work.rate_unit) ?? ""
    },
    base: {
      serial: positive(base.serial_seconds) ?? oneCore("serial"),
      vector: positive(base.vector_seconds) ?? oneCore("vector")
    },
    laws: Array.isArray(c.laws) ? c.laws.map(readLaw) :
                                  list(c.amdahl).map(fit => readFormat1Law(fit, measurements)),
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

/* The variants of a run: those it was asked for, with their references. Old results may not tell. */
function variantsOf(r, args) {
  const measured = list(r.cases).flatMap(c => list(object(c).measurements).map(m => text(object(m).variant)));
  return [...new Set(texts(args.variants).concat(measured.filter(name => name !== null)))];
}

function readRun(x) {
  const r = object(x), plan = object(r.plan), clock = object(r.clock), args = object(r.arguments);
  const variants = variantsOf(r, args);
  return {
    format: number(r.format),
    version: text(r.version),
    libraryVersion: text(r.library_version),
    started: text(r.started),
    elapsed: number(r.elapsed_seconds),
    complete: flag(r.complete),
    interrupted: flag(r.interrupted),
    weak: r.scaling === "weak",
    isa: text(r.vector_isa),
    isaFromUser: flag(r.vector_isa_from_environment),
    passive: flag(r.omp_wait_policy_set_by_program),
    clock: {resolution: positive(clock.resolution_seconds), cost: positive(clock.cost_seconds)},
    plan: {
      precision: positive(plan.precision),
      maxTime: positive(plan.max_time),
      repetitions: positive(plan.repetitions) ?? (r.plan === undefined ? positive(args.repetitions) : null)
    },
    ceilings: list(r.ceilings)
                  .map(object)
                  .map(c => ({
                    what: text(c.what) ?? UNKNOWN,
                    isa: text(c.isa),
                    workers: count(c.workers),
                    rate: positive(c.rate),
                    unit: text(c.unit) ?? ""
                  }))
                  .filter(c => c.rate !== null),
    findings: list(r.findings).map(object).map(f => ({
      topic: text(f.topic) ?? UNKNOWN,
      state: text(f.state) ?? "unknown",
      text: text(f.text) ?? ""
    })),
    findingsKnown: Array.isArray(r.findings),
    machine: object(r.machine),
    build: object(r.build),
    environment: object(r.environment),
    arguments: args,
    notes: texts(r.notes),
    leftOut: leftOutOfRun(variants),
    cases: list(r.cases).map((c, index) => readCase(c, index, variants)),
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
