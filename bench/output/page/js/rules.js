/* The twelve rules of T. Hoefler and R. Belli (Scientific benchmarking of parallel computing systems, SC
 * 2015), and what this report does about each, with this run's facts. */

const joined = (items, none) => (items.length ? items.join("; ") : none);
const prose = (...parts) => parts.join(" ");
const measurementsOf = run => run.cases.flatMap(c => c.measurements);

function ofBaseCase(run) {
  const bases = run.cases.map(c => {
    const vector = c.base.vector !== null ? `, with vector units ${seconds(c.base.vector)}` : "";
    return `${c.name}: serial ${seconds(c.base.serial)}${vector}`;
  });
  return prose(
      "“Speedup against serial” is against scalar code on one core, “against one core” against serial",
      "code of the same instructions, neither against one parallel worker, which is measured too.",
      `${joined(bases, "No base case was measured")}.`);
}

function ofSubsets(run) {
  const cores = number(run.machine.cores), usable = number(run.machine.usable_cores);
  const most = Math.max(0, ...measurementsOf(run).map(m => m.workers ?? 0));
  const leftOut = run.cases.filter(c => c.leftOut !== null).map(c => `${c.name}: ${c.leftOut}`);
  return prose(`Cases that were asked for: ${joined(list(run.arguments.cases).map(plain), UNKNOWN)}.`,
      `Most workers: ${whole(most)}, with ${whole(usable)} usable of ${whole(cores)} cores.`,
      `Left out, and why: ${joined(run.leftOut.concat(leftOut), "nothing")}.`,
      run.complete === false ? "The run was not completed." : "");
}

function ofCosts(run) {
  const counts = measurementsOf(run).map(m => m.seconds.length).filter(length => length > 0);
  const [least, most] = [Math.min(...counts), Math.max(...counts)].map(whole);
  const rounds = least === most ? most : `${least} to ${most}`;
  return prose("Times, which are costs, are summarised, by their median; a rate is the work divided by that",
      "median, never a mean of rates.",
      counts.length ? `A median is of ${rounds} times.` : "There are no times.");
}

function ofRatios() {
  return prose("A speedup is a ratio of two medians. Nothing here is averaged over ratios, and cases are not",
      "blended into one score.");
}

function ofBits(run) {
  const compared = measurementsOf(run).filter(m => m.sameBits !== null);
  const same = compared.filter(m => m.sameBits);
  const widths = measurementsOf(run).map(m => m.interval).filter(width => width !== null);
  const [least, most] = [Math.min(...widths), Math.max(...widths)].map(width => percent(width, 2));
  const answers = same.length === compared.length ? "Answers are deterministic:" :
                                                    "Answers should be deterministic, and are not:";
  return prose(compared.length ? `${answers} ${whole(same.length)} of ${
                                     plural(compared.length, "measurement")} gave the serial bits.` :
                                 "No answers were compared.",
      "Times are not: their 95 % intervals,",
      widths.length ? `from ${least} to ${most} of the median,` : "of widths that these results do not tell,",
      "are in the tables and charts.");
}

function ofNormality() {
  return prose("Nothing here assumes it: intervals of medians come from order statistics, the others from a",
      "bootstrap.");
}

function ofComparison(run) {
  return measurementsOf(run).some(m => m.gainLow !== null) ?
      prose(
          "Each speedup has a 95 % interval, by a bootstrap over rounds in which both variants ran. Call two",
          "variants different only where their intervals are apart.") :
      prose("These results have no intervals of speedups: compare the intervals of the medians, and call two",
          "variants different only where those are apart.");
}

function ofPercentiles() {
  return prose(
      "The median is what a typical run takes. Extremes and quartiles of every measurement are under",
      "“Every raw time”, and so is each time.");
}

function ofFactors(run) {
  const workers = measurementsOf(run).map(m => m.workers).filter(n => n !== null).sort((a, b) => a - b);
  const variants = measurementsOf(run).map(m => m.variant), different = all => [...new Set(all)];
  return prose(`What varied: variant (${joined(different(variants), "none")}) and workers`,
      `(${
          joined(
              different(workers).map(whole), "none")}). The machine, kernel, compiler, environment and all`,
      "arguments are in “The machine” and “How it was measured”.");
}

function ofParallelTime(run) {
  return prose(
      "A time is from the call to its return on the calling thread, so it includes starting, waiting for",
      `and merging all workers. Clock: resolution ${seconds(run.clock.resolution, 2)}, cost`,
      `${seconds(run.clock.cost, 2)} a reading. Variants take turns in every round.`);
}

function ofBounds(run) {
  const limits = run.cases.flatMap(c => c.laws.filter(law => law.chosen && limitText(law))
                                            .map(law => `${c.name}, ${law.variant}: ${limitText(law)}`));
  const measured =
      run.ceilings.length ? `${whole(run.ceilings.length)}, under “Ceilings”` : "not measured in this run";
  return prose(`The charts show the ideal and each law's limit (${joined(limits, "no law has one")}).`,
      `Ceilings of the machine: ${measured}.`);
}

function ofPlots() {
  return prose(
      "Measured points are not joined, and have error bars where their intervals are known. Lines are",
      "laws, limits and the ideal, and the range that was not measured is shaded.");
}

const rules = [
  ["State what a speedup is relative to, and how long that took.", ofBaseCase],
  ["Give the reason for measuring only some cases, or for using only part of the machine.", ofSubsets],
  ["Average costs arithmetically; average rates harmonically.", ofCosts],
  ["Do not average ratios: average what they are ratios of.", ofRatios],
  ["Say whether results are deterministic; where not, give confidence intervals.", ofBits],
  ["Do not take data to be normal unchecked.", ofNormality],
  ["Compare what is not deterministic by sound statistics.", ofComparison],
  ["Ask whether a mean or median is what matters, or another percentile.", ofPercentiles],
  ["Document every factor and its levels, and the whole setup.", ofFactors],
  ["For parallel times, say how they were taken, synchronised and summarised.", ofParallelTime],
  ["Show upper bounds of performance where they are known.", ofBounds],
  [
    "Plot what it takes to understand results; join points only where what is between means something.",
    ofPlots
  ],
];

function rulesList(run) {
  const item = ([rule, here]) => el("li", null, el("strong", null, rule), " ", el("span", null, here(run)));
  return el("ol", {class: "rules", id: "rules-list"}, rules.map(item));
}
