// What a browser does beside showing the pages: it keeps those that live up to date, and lets the charts be dragged.
"use strict";

(() => {
  const byId = (id) => document.getElementById(id);

  // ---- pages that live ---------------------------------------------------------------------------
  const live = document.body.dataset.live;
  const shown = {};
  const show = (parts) => {
    for (const [id, markup] of Object.entries(parts)) {
      const place = byId(id);
      if (!place || shown[id] === markup) continue;
      // A part that has the focus is not replaced under its reader.
      if (place.contains(document.activeElement) && document.activeElement !== document.body) continue;
      place.innerHTML = markup;
      shown[id] = markup;
    }
  };
  if (live && window.EventSource) {
    const feed = byId("feed");
    const say = (words, kind) => {
      feed.hidden = false;
      feed.textContent = words;
      feed.className = kind;
    };
    const source = new EventSource("/live?view=" + encodeURIComponent(live));
    source.onmessage = (message) => {
      show(JSON.parse(message.data));
      say("live", "good");
    };
    source.onerror = () => say("no answer", "bad");
    window.addEventListener("pagehide", () => source.close());
  }

  // ---- charts that can be dragged ----------------------------------------------------------------
  const box = byId("charts");
  if (!box || !window.Dygraph) return;

  const units = {
    points: (x) => x.toFixed(0),
    percent: (x) => x.toFixed(x < 10 && x > 0 ? 1 : 0) + "\u202f%",
    celsius: (x) => x.toFixed(0) + "\u202f°C",
    seconds: (x) => (x < 1 ? (x * 1000).toFixed(x < 0.01 && x > 0 ? 1 : 0) + "\u202fms" : x.toFixed(x < 10 ? 1 : 0) + "\u202fs"),
    bytes: (x) => {
      const names = ["B/s", "kB/s", "MB/s", "GB/s", "TB/s"];
      let i = 0;
      for (; x >= 1000 && i < names.length - 1; ++i) x /= 1000;
      return x.toFixed(x < 10 && i > 0 ? 1 : 0) + "\u202f" + names[i];
    },
  };
  const day = new Intl.DateTimeFormat(undefined, {weekday: "short", day: "numeric", month: "short", year: "numeric"});
  const clock = new Intl.DateTimeFormat(undefined, {hour: "2-digit", minute: "2-digit", second: "2-digit", hourCycle: "h23"});
  const colour = (name) => getComputedStyle(document.documentElement).getPropertyValue(name).trim();

  const graphs = new Map();
  let range = {from: Number(box.dataset.from), to: Number(box.dataset.to)};
  let bands = [];
  let asked = null;
  let quiet = false; // what we set ourselves is not a wish of the user's

  const words = (x) => {
    const from = new Date(x.from * 1000), to = new Date(x.to * 1000);
    const begin = day.format(from), end = day.format(to);
    return begin + ", " + clock.format(from) + " to " + (begin === end ? "" : end + ", ") + clock.format(to);
  };

  const isCalm = (band) => band.kind === "sleep" || band.kind === "stop"; // no trouble

  const draw_bands = (context, area, graph) => {
    const left = area.x, right = area.x + area.w;
    for (const band of bands) {
      const from = Math.max(left, graph.toDomXCoord(band.from * 1000));
      const to = Math.min(right, graph.toDomXCoord(band.to * 1000));
      if (to < left || from > right) continue;
      context.globalAlpha = isCalm(band) ? 0.14 : 0.26;
      context.fillStyle = colour(isCalm(band) ? "--slate" : band.kind === "stall" ? "--violet" : "--pause");
      context.fillRect(from, area.y, Math.max(to - from, 2), area.h);
    }
    context.globalAlpha = 1;
  };

  // From the least to the most, as one shape for each stretch without a gap: dygraphs' own has one for each point, which
  // a browser takes long to fill.
  const draw_envelope = (e) => {
    const context = e.drawingContext, area = e.plotArea;
    const y_of = (y) => area.y + area.h * y;
    const fill = (run) => {
      if (run.length === 0) return;
      context.beginPath();
      for (const point of run) context.lineTo(point.canvasx, y_of(point.y_top));
      for (const point of run.reverse()) context.lineTo(point.canvasx, y_of(point.y_bottom));
      context.closePath();
      context.fill();
    };
    context.save();
    context.fillStyle = e.color;
    context.globalAlpha = 0.28;
    let run = [];
    for (const point of e.points) {
      if (isFinite(point.y_top) && isFinite(point.y_bottom) && point.yval !== null && !isNaN(point.yval)) {
        run.push(point);
        continue;
      }
      fill(run);
      run = [];
    }
    fill(run);
    context.restore();
  };

  const band_at = (seconds, width) => bands.find((x) => seconds >= x.from - width && seconds <= x.to + width);

  const rows_of = (data, chart) =>
    data.at.map((at, i) => {
      const row = [new Date(at * 1000)];
      for (const line of chart.lines) row.push(line.ranges[i] || [null, null, null]);
      return row;
    });

  const options_of = (chart, data) => ({
    labels: ["time", ...chart.lines.map((x) => x.name)],
    colors: chart.lines.map((x) => colour(x.colour)),
    valueRange: chart.full ? [0, chart.full] : [0, null],
    dateWindow: [data.from * 1000, data.to * 1000],
  });

  const place_of = (chart) => {
    const figure = byId("chart-" + chart.id);
    const canvas = figure && figure.querySelector(".canvas");
    if (!canvas || figure.querySelector(".values")) return canvas;
    const values = document.createElement("p");
    values.className = "values";
    values.setAttribute("aria-hidden", "true");
    figure.append(values);
    const svg = canvas.querySelector("svg");
    canvas.setAttribute("role", "img");
    canvas.setAttribute("aria-label", svg ? svg.getAttribute("aria-label") : chart.id);
    canvas.textContent = "";
    canvas.classList.add("drawn");
    return canvas;
  };

  const make = (chart, data) => {
    const canvas = place_of(chart);
    if (!canvas) return;
    const format = units[chart.unit] || units.points;
    const values = canvas.parentElement.querySelector(".values");
    const graph = new Dygraph(canvas, rows_of(data, chart), {
      ...options_of(chart, data),
      customBars: true,
      plotter: [draw_envelope, Dygraph.Plotters.linePlotter],
      strokeWidth: 1.5,
      includeZero: true,
      legend: "never",
      gridLineColor: colour("--line"),
      axisLineColor: colour("--line"),
      highlightCircleSize: 3,
      axes: {
        y: {axisLabelFormatter: format, axisLabelWidth: 62, pixelsPerLabel: 28},
        x: {axisLabelWidth: 74, pixelsPerLabel: 84},
      },
      underlayCallback: draw_bands,
      highlightCallback: (event, x, points) => {
        const found = points.filter((p) => p.yval !== null && !isNaN(p.yval)).map((p) => p.name + " " + format(p.yval));
        const band = band_at(x / 1000, 0);
        values.textContent = [clock.format(new Date(x)), ...found, ...(band ? [band.kind + ": " + band.words] : [])].join("  ·  ");
        for (const other of graphs.values()) if (other !== graph) other.setSelection(other.getRowForX(x) ?? false);
      },
      unhighlightCallback: () => {
        values.textContent = "";
        for (const other of graphs.values()) if (other !== graph) other.clearSelection();
      },
      clickCallback: (event, x) => {
        const band = band_at(x / 1000, ((range.to - range.from) / canvas.clientWidth) * 4);
        if (band) location.href = "/event/" + band.id;
      },
      zoomCallback: (from, to) => {
        if (!quiet) go({from: from / 1000, to: to / 1000});
      },
      drawCallback: (one, is_first) => {
        if (is_first || quiet) return;
        const [from, to] = one.xAxisRange().map((x) => x / 1000);
        if (Math.abs(from - range.from) + Math.abs(to - range.to) > (range.to - range.from) / 500) later({from, to});
      },
      interactionModel: {
        ...Dygraph.defaultInteractionModel,
        dblclick: () => scale(4),
      },
    });
    graphs.set(chart.id, graph);
  };

  const take = (data) => {
    bands = data.bands;
    quiet = true;
    for (const chart of data.charts) {
      const graph = graphs.get(chart.id);
      if (!graph) make(chart, data);
      else graph.updateOptions({...options_of(chart, data), file: rows_of(data, chart)});
    }
    for (const [id, graph] of graphs)
      if (!data.charts.some((x) => x.id === id))
        graph.updateOptions({file: [], dateWindow: [data.from * 1000, data.to * 1000]});
    quiet = false;
    byId("range").textContent = words(data);
    byId("reading").hidden = data.complete;
    box.dataset.shown = data.from + " " + data.to;
    if (!data.complete) later(range, 1000);
  };

  let load = async () => {
    if (asked) asked.abort();
    asked = new AbortController();
    // A point for two pixels: the envelope shows each spike all the same, and a step of the zoom takes half the time.
    const points = Math.max(200, Math.min(1600, Math.round(box.clientWidth / 2)));
    try {
      const answer = await fetch("/data/history?from=" + range.from + "&to=" + range.to + "&points=" + points, {signal: asked.signal});
      if (answer.ok) take(await answer.json());
    } catch (problem) {
      if (problem.name !== "AbortError") byId("range").textContent = "The server does not answer.";
    }
  };

  let timer = 0;
  const go = (x) => {
    const width = Math.min(Math.max(x.to - x.from, 1), 366 * 86400);
    const middle = (x.from + x.to) / 2;
    range = {from: middle - width / 2, to: middle + width / 2};
    history.replaceState(null, "", "/history?from=" + range.from.toFixed(3) + "&to=" + range.to.toFixed(3));
    clearTimeout(timer);
    load();
  };
  const later = (x, delay = 120) => {
    clearTimeout(timer);
    timer = setTimeout(() => go(x), delay);
  };
  const scale = (factor) => {
    const middle = (range.from + range.to) / 2, half = ((range.to - range.from) / 2) * factor;
    go({from: middle - half, to: middle + half});
  };
  const shift = (share) => {
    const by = (range.to - range.from) * share;
    go({from: range.from + by, to: range.to + by});
  };

  document.addEventListener("keydown", (event) => {
    if (event.altKey || event.ctrlKey || event.metaKey || /^(INPUT|TEXTAREA|SELECT)$/.test(event.target.tagName)) return;
    if (event.target.closest && event.target.closest(".wide")) return; // it scrolls
    const keys = {"+": () => scale(0.5), "=": () => scale(0.5), "-": () => scale(2), ArrowLeft: () => shift(-0.25), ArrowRight: () => shift(0.25)};
    if (keys[event.key]) {
      event.preventDefault();
      keys[event.key]();
    }
  });
  matchMedia("(prefers-color-scheme: dark)").addEventListener("change", () => {
    for (const graph of graphs.values()) graph.destroy();
    graphs.clear();
    load();
  });
  byId("keys").hidden = false;
  for (const axis of box.querySelectorAll(".axis")) axis.remove();
  window.pmactor_go = go;
  load();
})();
