/* Numbers as text, in English, null as "unknown". */

const UNKNOWN = "unknown";

/* That many digits, and never an exponent between 1e-4 and 1e15. */
function digits(value, count = 4) {
  if (value === null) return UNKNOWN;
  const size = Math.abs(value);
  if (size !== 0 && (size < 1e-4 || size >= 1e15)) return value.toExponential(count - 1);
  const decimals = size === 0 ? 0 : Math.max(0, count - 1 - Math.floor(Math.log10(size)));
  return value.toFixed(Math.min(decimals, 9));
}

/* In a table what is not known is left out. */
const shown = (value, format) => (value === null ? "" : format(value));

const whole = value => (value === null ? UNKNOWN : Math.round(value).toLocaleString("en"));
const percent = (value, count = 3) => (value === null ? UNKNOWN : `${digits(100 * value, count)}\u00a0%`);
const times = value => (value === null ? UNKNOWN : `${digits(value, 3)}×`);

function seconds(value, count = 4) {
  if (value === null) return UNKNOWN;
  const size = Math.abs(value);
  const [unit, scale] = size >= 1 || size === 0 ? ["s", 1] :
      size >= 1e-3                              ? ["ms", 1e3] :
      size >= 1e-6                              ? ["µs", 1e6] :
                                                  ["ns", 1e9];
  return `${digits(value * scale, count)}\u00a0${unit}`;
}

/* 1.69e9, "B/s" -> "1.69 GB/s" */
function scaled(value, unit) {
  if (value === null) return UNKNOWN;
  const prefixes = ["", "k", "M", "G", "T", "P", "E"];
  let power = 0;
  while (Math.abs(value) >= 999.5 && power + 1 < prefixes.length) {
    value /= 1000;
    power++;
  }
  return `${digits(value, 3)}\u00a0${prefixes[power]}${unit}`;
}

/* "3.35 .. 3.47×": a unit that both have is written once. */
function range(low, high, format) {
  if (low === null || high === null) return "";
  const unit = words => words.replace(/^[-+\d.,e]+/, ""), [from, to] = [format(low), format(high)];
  return `${unit(from) === unit(to) ? from.slice(0, from.length - unit(from).length) : from}\u00a0..\u00a0${
      to}`;
}

/* "3.41× (3.35 .. 3.47×)" */
function withRange(value, low, high, format) {
  if (value === null) return UNKNOWN;
  const interval = range(low, high, format);
  return interval ? `${format(value)} (${interval})` : format(value);
}

/* For the numbers at axes: without the noughts that say how exact a value is. */
const trimmed = words => words.replace(/(\.\d*?)0+(?=\D|$)/, "$1").replace(/\.(?=\D|$)/, "");

const plural = (count, noun) => `${whole(count)} ${noun}${count === 1 ? "" : "s"}`;
const workersText = workers => (workers === null ? "unknown workers" : plural(workers, "worker"));
const sentence = words => words.charAt(0).toUpperCase() + words.slice(1);
