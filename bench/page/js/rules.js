/* The twelve rules of T. Hoefler and R. Belli (Scientific benchmarking of parallel computing systems, SC 2015), and what this report
 * does about each, with this run's facts. */

const joined = (items, none) => (items.length ? items.join("; ") : none);

function ofBaseCase(run) {
  const bases = run.cases.map(c => {
    const vector = c.base.vector !== null ? `, with vector units ${seconds(c.base.vector)}` : "";
    return `${c.name}: serial ${seconds(c.base.serial)}${vector}`;
  });
  return `“Speedup against serial” is against scalar code on one core, “against one core” against serial code of the same instructions, both
    separate from one parallel worker, which is measured too. ${joined(bases, "No base case was measured")}.`;
}

function ofSubsets(run) {
  const cores = count(run.machine.cores), usable = count(run.machine.usable_cores);
  const most = Math.max(0, ...run.cases.flatMap(c => c.measurements.map(m => m.workers ?? 0)));
  const skipped = run.cases.flatMap(c => c.skipped.map(s => `${c.name}: ${text(s.variant) ?? UNKNOWN} (${text(s.reason) ?? UNKNOWN})`));
  return `Cases that were asked for: ${joined(texts(run.arguments.cases), UNKNOWN)}. Most workers: ${whole(most)}, with ${whole(usable)} usable
    of ${whole(cores)} cores. Left out, and why: ${joined(skipped, "nothing")}.${run.complete === false ? " The run was not completed." : ""}`;
}

function ofCosts(run) {
  const counts = run.cases.flatMap(c => c.measurements.map(m => m.seconds.length)).filter(count => count > 0);
  const [least, most] = [Math.min(...counts), Math.max(...counts)].map(whole);
  const rounds = counts.length ? `A median is of ${least === most ? most : `${least} to ${most}`} times` : "There are no times";
  return `Times, which are costs, are summarised, by their median; a rate is the work divided by that median, never a mean of rates. ${rounds}.`;
}

function ofBits(run) {
  const compared = run.cases.flatMap(c => c.measurements).filter(m => m.sameBits !== null), same = compared.filter(m => m.sameBits);
  const widths = run.cases.flatMap(c => c.measurements.map(m => m.interval)).filter(width => width !== null);
  const known = widths.length
    ? `from ${percent(Math.min(...widths), 2)} to ${percent(Math.max(...widths), 2)} of the median`
    : "of widths that these results do not tell";
  return `Answers are deterministic: ${whole(same.length)} of ${plural(compared.length, "measurement")} gave the serial bits. Times are not:
    95 % intervals, ${known}, are in the tables and charts.`;
}

function ofComparison(run) {
  const known = run.cases.flatMap(c => c.measurements).some(m => m.gainLow !== null);
  return known
    ? "Each speedup has a 95 % interval, by a bootstrap over rounds in which both variants ran. Call two variants different only where their intervals are apart."
    : "These results have no intervals of speedups: compare the intervals of the medians, and call two variants different only where those are apart.";
}

function ofFactors(run) {
  const counts = [...new Set(run.cases.flatMap(c => c.measurements.map(m => m.workers)).filter(workers => workers !== null))];
  const variants = [...new Set(run.cases.flatMap(c => c.measurements.map(m => m.variant)))];
  return `What varied: variant (${joined(variants, "none")}) and workers (${joined(counts.sort((a, b) => a - b).map(whole), "none")}). The machine, kernel,
    compiler, environment and all arguments are in “The machine” and “How it was measured”.`;
}

function ofParallelTime(run) {
  return `A time is from the call to its return on the calling thread, so it includes starting, waiting for and merging all workers. Clock: resolution
    ${seconds(run.clock.resolution, 2)}, cost ${seconds(run.clock.cost, 2)} a reading. Variants take turns in every round.`;
}

function ofBounds(run) {
  const limits = run.cases.flatMap(c => c.laws.filter(law => law.chosen && law.limit !== null).map(law => `${c.name}, ${law.variant}: ${times(law.limit)}`));
  return `The charts show the ideal and each law's limit (${joined(limits, "no law has one")}). Ceilings of the machine: ${
    run.ceilings.length ? `${whole(run.ceilings.length)}, under “Ceilings”` : "not measured in this run"}.`;
}

const rules = [
  ["State what a speedup is relative to, and how long that took.", ofBaseCase],
  ["Give the reason for measuring only some cases, or for using only part of the machine.", ofSubsets],
  ["Average costs arithmetically; average rates harmonically.", ofCosts],
  ["Do not average ratios: average what they are ratios of.",
    () => "A speedup is a ratio of two medians. Nothing here is averaged over ratios, and cases are not blended into one score."],
  ["Say whether results are deterministic; where not, give confidence intervals.", ofBits],
  ["Do not take data to be normal unchecked.",
    () => "Nothing here assumes it: intervals of medians come from order statistics, the others from a bootstrap."],
  ["Compare what is not deterministic by sound statistics.", ofComparison],
  ["Ask whether a mean or median is what matters, or another percentile.",
    () => "The median is what a typical run takes. Extremes and quartiles of every measurement are under “Every raw time”, and so is each time."],
  ["Document every factor and its levels, and the whole setup.", ofFactors],
  ["For parallel times, say how they were taken, synchronised and summarised.", ofParallelTime],
  ["Show upper bounds of performance where they are known.", ofBounds],
  ["Plot what it takes to understand the results; join points by lines only where values between them mean something.",
    () => "Measured points are not joined, and have error bars. Lines are laws, limits and the ideal, and the unmeasured range is shaded."],
];

function rulesList(run) {
  return el("ol", { class: "rules", id: "rules-list" }, rules.map(([rule, here]) =>
    el("li", null, el("strong", null, rule), " ", el("span", null, here(run).replace(/\s+/g, " ")))));
}
