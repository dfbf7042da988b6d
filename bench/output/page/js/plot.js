/* Charts: what all of them share. The colours are those of Okabe and Ito (2008), which the colour-blind can
 * tell apart. */

const shapes = {
  circle: "M8 3a5 5 0 1 0 .01 0z",
  triangle: "M8 2.5 14 13H2z",
  rect: "M3.5 3.5h9v9h-9z",
  rectRot: "M8 1.5 14.5 8 8 14.5 1.5 8z",
  star: "M8 1v14M1 8h14M3 3l10 10M13 3 3 13",
  crossRot: "M3 3l10 10M13 3 3 13",
};
const styles = {
  serial: ["#999999", "circle"],
  vector: ["#777777", "triangle"],
  threads: ["#0072b2", "circle"],
  "threads+vector": ["#56b4e9", "triangle"],
  processes: ["#d55e00", "rect"],
  "processes+vector": ["#e69f00", "rectRot"],
  mpi: ["#009e73", "star"],
  "mpi+vector": ["#cc79a7", "crossRot"],
};
const colour = variant => (Object.hasOwn(styles, variant) ? styles[variant][0] : "#999999");
const shape = variant => (Object.hasOwn(styles, variant) ? styles[variant][1] : "circle");
const transparent = (rgb, alpha) => rgb + Math.round(255 * alpha).toString(16).padStart(2, "0");

function swatch(variant) {
  const path = svg(
      "path", {d: shapes[shape(variant)], fill: colour(variant), stroke: colour(variant), "stroke-width": 2});
  return svg("svg", {class: "swatch", viewBox: "0 0 16 16", "aria-hidden": "true"}, path);
}

const darkScreen = matchMedia("(prefers-color-scheme: dark)");
let printing = false;
function theme() {
  return darkScreen.matches && !printing ?
      {ink: "#e8eaed", muted: "#b4bac2", grid: "#3c4248", shade: "#ffffff0d", paper: "#15181c"} :
      {ink: "#1b1e22", muted: "#50565d", grid: "#dfe2e5", shade: "#00000009", paper: "#ffffff"};
}

/* -- what a pointer means: the nearest point that has something to say; measured ones rather than those of a
 * curve -- */

Chart.Interaction.modes.nearestWithValue = (chart, event) => {
  const {left, right, top, bottom} = chart.chartArea;
  let nearest = null;
  chart.data.datasets.forEach((dataset, datasetIndex) => {
    if (!dataset.say) return;
    chart.getDatasetMeta(datasetIndex).data.forEach((element, index) => {
      if (element.x < left - 1 || element.x > right + 1 || element.y < top - 1 || element.y > bottom + 1)
        return;
      const distance = Math.hypot(element.x - event.x, element.y - event.y) - (dataset.measured ? 20 : 0);
      if (distance < 40 && (!nearest || distance < nearest.distance))
        nearest = {element, datasetIndex, index, distance};
    });
  });
  return nearest ? [nearest] : [];
};

/* -- drawn besides the points -- */

function clipped(chart, draw) {
  const {ctx, chartArea: area} = chart;
  ctx.save();
  ctx.beginPath();
  ctx.rect(area.left, area.top, area.right - area.left, area.bottom - area.top);
  ctx.clip();
  draw(ctx, area);
  ctx.restore();
}

function drawErrorBars(chart, dataset, elements) {
  const y = chart.scales.y;
  clipped(chart, ctx => {
    ctx.strokeStyle = dataset.borderColor;
    ctx.lineWidth = 1.5;
    dataset.data.forEach((point, i) => {
      if (point.low === null || point.high === null) return;
      const x = elements[i].x, low = y.getPixelForValue(point.low), high = y.getPixelForValue(point.high);
      ctx.beginPath();
      for (const [x1, y1, x2, y2] of [
               [x, low, x, high], [x - 4, low, x + 4, low], [x - 4, high, x + 4, high]]) {
        ctx.moveTo(x1, y1);
        ctx.lineTo(x2, y2);
      }
      ctx.stroke();
    });
  });
}

/* From `from` on nothing was measured. */
function drawShade(chart, ctx, area, from) {
  const {falling} = chart.options.besides;
  const left = Math.max(chart.scales.x.getPixelForValue(from), area.left);
  if (left >= area.right - 4) return;
  ctx.fillStyle = theme().shade;
  ctx.fillRect(left, area.top, area.right - left, area.bottom - area.top);
  ctx.fillStyle = theme().muted;
  ctx.textAlign = "right";
  ctx.fillText("not measured", area.right - 6, falling ? area.top + 14 : area.bottom - 6);
}

function drawBoundary(chart, ctx, area, {at}) {
  const x = chart.scales.x.getPixelForValue(at);
  if (x < area.left || x > area.right) return;
  ctx.strokeStyle = theme().muted;
  ctx.setLineDash([2, 4]);
  ctx.beginPath();
  ctx.moveTo(x, area.top);
  ctx.lineTo(x, area.bottom);
  ctx.stroke();
}

/* Above the chart, one line each. */
function writeBoundaries(chart, boundaries) {
  const {ctx, chartArea: area} = chart;
  ctx.save();
  ctx.font = `12px ${Chart.defaults.font.family}`;
  ctx.fillStyle = theme().muted;
  boundaries.forEach(({at, label}, i) => {
    const x = chart.scales.x.getPixelForValue(at), width = ctx.measureText(label).width;
    if (x < area.left || x > area.right) return;
    ctx.fillText(label, Math.max(area.left, Math.min(x - 1, area.right - width)), area.top - 5 - 15 * i);
  });
  ctx.restore();
}

const besides = {
  id: "besides",
  beforeDraw(chart) {
    const {ctx, canvas} = chart;
    ctx.save();
    ctx.fillStyle = theme().paper; /* a picture that is copied has a ground too */
    ctx.fillRect(0, 0, canvas.width, canvas.height);
    ctx.restore();
  },
  beforeDatasetsDraw(chart) {
    const {measuredTo, boundaries} = chart.options.besides;
    clipped(chart, (ctx, area) => {
      ctx.font = `12px ${Chart.defaults.font.family}`;
      if (measuredTo) drawShade(chart, ctx, area, measuredTo);
      for (const boundary of boundaries) drawBoundary(chart, ctx, area, boundary);
    });
    writeBoundaries(chart, boundaries);
  },
  beforeDatasetDraw(chart, {index, meta}) {
    const dataset = chart.data.datasets[index];
    if (dataset.errorBars) drawErrorBars(chart, dataset, meta.data);
  },
  afterDatasetsDraw(chart) {
    clipped(chart, (ctx, area) => {
      ctx.font = `12px ${Chart.defaults.font.family}`;
      ctx.fillStyle = theme().ink;
      ctx.textAlign = "right";
      const taken = [];
      chart.data.datasets.forEach((dataset, i) => {
        const last = chart.getDatasetMeta(i).data.at(-1),
              free = y => taken.every(other => Math.abs(other - y) > 13);
        const y = dataset.note && last ? [last.y - 5, last.y + 14].find(free) : undefined;
        if (y === undefined) return;
        ctx.fillText(dataset.note, area.right - 6, y);
        taken.push(y);
      });
    });
  },
};

/* -- one chart -- */

Chart.defaults.animation = false; /* nothing moves, whatever the reader prefers */
Chart.defaults.font.family = "system-ui, sans-serif";

function axis({title, log, min, max, format, powers, whole: wholeOnly}) {
  const colours = theme();
  const options = {
    type: log ? "logarithmic" : "linear",
    min,
    max,
    title: {display: true, text: title, color: colours.ink},
    grid: {color: colours.grid, borderColor: colours.muted},
    ticks: {
      color: colours.muted,
      callback: value => trimmed(format(value)),
      maxRotation: 0,
      includeBounds: false,
      ...(wholeOnly && !log ? {precision: 0} : {})
    },
  };
  if (log)
    options.afterBuildTicks = built => {
      const ticks = [], steps = powers || [1, 2, 5], base = powers ? 2 : 10;
      for (let power = Math.floor(Math.log(min) / Math.log(base)); base ** power <= max; power++)
        for (const step of powers ? [1] : steps) {
          const value = step * base ** power;
          if (value >= min * 0.999 && value <= max * 1.001) ticks.push({value});
        }
      const every = Math.ceil(ticks.length / 12);
      built.ticks = ticks.filter((_, i) => i % every === 0);
    };
  return options;
}

const plots = [];
/* For scripts and tests: tutti.charts[ID] is Chart.js's object. */
window.tutti = {
  charts: {}
};

/* A chart with a line below it that says what is pointed at. update(spec): {label, datasets, x, y, besides},
 * besides {measuredTo, falling (what is drawn does), boundaries}. A dataset with say(point) -> lines has
 * values to read; one that is `measured` is walked through with the arrow keys. */
function plot(id, describedBy) {
  const canvas =
      el("canvas", {id, role: "img", tabindex: 0, "aria-describedby": `${id}-keys ${describedBy}`});
  const keys = "Point at the chart to read values, or go to it with Tab and use the arrow keys.";
  const readout = el("output", {class: "readout", id: `${id}-readout`});
  const hint = el("p", {class: "hint", id: `${id}-keys`}, keys);
  const self = {
    node: el("div", {class: "plot"}, el("div", {class: "chart"}, canvas), readout, hint),
    spec: null,
    at: -1
  };
  const valueAt = ({datasetIndex, index}) => {
    const dataset = self.chart.data.datasets[datasetIndex];
    return dataset.say(dataset.data[index]);
  };
  const options = () => ({
    responsive: true,
    maintainAspectRatio: false,
    parsing: false,
    normalized: true,
    interaction: {mode: "nearestWithValue", intersect: false},
    onHover: (event, active) => {
      if (active.length) readout.textContent = valueAt(active[0]).join(", ");
    },
    scales: {x: axis(self.spec.x), y: axis(self.spec.y)},
    besides: {measuredTo: null, falling: false, boundaries: [], ...self.spec.besides},
    layout: {padding: {top: 15 * (self.spec.besides?.boundaries?.length ?? 0)}},
    plugins: {
      legend: {display: false},
      tooltip: {
        displayColors: false,
        callbacks: {
          title: () => "",
          label: ({datasetIndex, dataIndex}) => valueAt({datasetIndex, index: dataIndex})
        },
        filter: item => Boolean(item.dataset.say)
      },
    },
  });
  const readable = () => self.chart.data.datasets.flatMap((dataset, datasetIndex) => dataset.measured ?
          dataset.data.map((_, index) => ({datasetIndex, index})) :
          []);
  const show = active => {
    self.chart.setActiveElements(active);
    self.chart.tooltip.setActiveElements(active, {x: 0, y: 0});
    self.chart.update();
    readout.textContent = active.length ? valueAt(active[0]).join(", ") : "";
  };
  canvas.addEventListener("keydown", event => {
    const all = readable();
    const to = {
      ArrowRight: self.at + 1,
      ArrowDown: self.at + 1,
      ArrowLeft: self.at - 1,
      ArrowUp: self.at - 1,
      Home: 0,
      End: all.length - 1
    }[event.key];
    if (event.key === "Escape") show([]);
    if (to === undefined || !all.length) return;
    event.preventDefault();
    self.at = (to + all.length) % all.length;
    show([all[self.at]]);
  });
  self.update = spec => {
    self.spec = spec;
    self.at = -1;
    readout.textContent = "";
    canvas.setAttribute("aria-label", spec.label);
    if (self.chart) {
      self.chart.data = {datasets: spec.datasets};
      self.chart.options = options();
      self.chart.update();
    } else
      self.chart = window.tutti.charts[id] = new Chart(canvas, {
        type: spec.type || "scatter",
        data: {datasets: spec.datasets},
        options: options(),
        plugins: [besides]
      });
  };
  plots.push(self);
  return self;
}

/* After a change of colours. */
const redraws = [];
function redrawAll() {
  for (const redraw of redraws) redraw();
}
