"use strict";
// Makes the report's pictures and tables answer: values under the pointer, zoom, sorting.
// Everything is readable without it.
(() => {
  const SVG = "http://www.w3.org/2000/svg";
  const MINUS = "\u2212";
  document.documentElement.classList.add("live");

  // Figures and ticks, as the page's own.
  const trim = (value, digits) => String(+value.toFixed(digits));
  const thousands = (value, digits) =>
    value.toLocaleString("en-US", { minimumFractionDigits: digits, maximumFractionDigits: digits });
  const sizes = [[1e12, "T"], [1e9, "B"], [1e6, "M"], [1e3, "k"]];
  function short(value, kind) {
    const size = Math.abs(value), sign = value < 0 ? MINUS : "";
    if (kind === "fraction") return sign + trim(size * 100, 6) + "%";
    const [unit, letter] = sizes.find(([unit]) => size >= unit) || [1, ""];
    return sign + trim(size / unit, 6) + letter;
  }
  function long(value, kind) {
    const size = Math.abs(value), sign = value < 0 ? MINUS : "";
    if (kind === "fraction") return sign + thousands(size * 100, 2) + "%";
    if (kind === "price") return sign + thousands(size, size >= 10 ? 2 : size >= 1 ? 4 : 6);
    return sign + thousands(size, size >= 1000 ? 0 : 2);
  }
  function niceTicks(low, high, most) {
    const rough = (high - low) / most, power = 10 ** Math.floor(Math.log10(rough));
    const step = [1, 2, 2.5, 5, 10].map((n) => n * power).find((n) => n >= rough * (1 - 1e-9));
    const ticks = [];
    for (let n = Math.ceil(low / step - 1e-9); n <= high / step + 1e-9; n++) ticks.push(n * step);
    return ticks;
  }
  function logTicks(low, high, most) {
    const ticks = [];
    for (let power = Math.floor(Math.log10(low)); power <= Math.log10(high); power++)
      for (const n of [1, 2, 5]) ticks.push(n * 10 ** power);
    const inside = ticks.filter((tick) => tick >= low && tick <= high);
    if (inside.length < 3) return niceTicks(low, high, most);
    return inside.length > 2 * most ? inside.filter((tick) => /^1/.test(tick.toExponential())) : inside;
  }
  // Spacings of time ticks: seconds, how many characters of the ISO time change with it, digits shown.
  const DAY = 86400;
  const spacings = [
    [60, "minute", 1], [300, "minute", 5], [900, "minute", 15], [3600, "minute", 60],
    [10800, "minute", 180], [43200, "minute", 720], [DAY, "day", 1], [7 * DAY, "day", 7],
    [30.4 * DAY, "month", 1], [91.3 * DAY, "month", 3], [182.6 * DAY, "month", 6],
    [365.2 * DAY, "month", 12], [730.5 * DAY, "month", 24], [1826 * DAY, "month", 60],
    [3652 * DAY, "month", 120],
  ];
  function timeTicks(times, from, to, most, finest) {
    const span = times[to] - times[from];
    const [length, unit, many] = spacings.find(([length]) => length >= Math.max(finest, span / most)) || spacings.at(-1);
    const number = (seconds) => {
      if (unit === "month") {
        const date = new Date(seconds * 1000);
        return Math.floor((date.getUTCFullYear() * 12 + date.getUTCMonth()) / many);
      }
      return Math.floor(seconds / (unit === "day" ? DAY : 60) / many);
    };
    const digits = length < 10800 ? [11, 16] : length < DAY ? [5, 16] : unit === "day" ? [0, 10]
      : many >= 12 ? [0, 4] : [0, 7];
    const ticks = [];
    for (let i = from + 1; i <= to; i++)
      if (number(times[i]) !== number(times[i - 1]))
        ticks.push([i, iso(times[i]).slice(...digits)]);
    return ticks;
  }
  const iso = (seconds) => new Date(seconds * 1000).toISOString().slice(0, 16).replace("T", " ");

  function summed(differences) {
    let sum = 0;
    return differences.map((difference) => (sum += difference));
  }
  function drawn(name, attributes, text) {
    const element = document.createElementNS(SVG, name);
    for (const [key, value] of Object.entries(attributes)) element.setAttribute(key, value);
    if (text !== undefined) element.textContent = text;
    return element;
  }
  function button(text, onclick) {
    const element = document.createElement("button");
    element.type = "button";
    element.textContent = text;
    element.addEventListener("click", onclick);
    return element;
  }
  // The first place whose row is not before `row`.
  function placeOf(rows, row) {
    let low = 0, high = rows.length - 1;
    while (low < high) {
      const middle = (low + high) >> 1;
      if (rows[middle] < row) low = middle + 1; else high = middle;
    }
    return low;
  }

  class TimeChart {
    constructor(figure) {
      this.svg = figure.querySelector("svg.plot");
      const numbers = JSON.parse(figure.querySelector("script.numbers").textContent);
      this.panels = numbers.panels;
      this.frame = numbers.frame;
      this.rows = summed(numbers.rows);
      this.unit = numbers.unit;
      this.times = summed(numbers.times).map((time) => time * numbers.unit);
      this.from = 0;
      this.to = this.rows.length - 1;
      this.logarithmic = false;
      this.at = null;
      this.addTools(figure);
      this.listen();
      new ResizeObserver(() => this.draw()).observe(this.svg);
    }

    addTools(figure) {
      const tools = document.createElement("div");
      tools.className = "tools";
      if (this.panels.some((panel) => panel.log)) {
        const toggle = button("Logarithmic axis", () => {
          this.logarithmic = !this.logarithmic;
          toggle.setAttribute("aria-pressed", this.logarithmic);
          toggle.textContent = this.logarithmic ? "Linear axis" : "Logarithmic axis";
          this.draw();
        });
        tools.append(toggle);
      }
      this.whole = button("Whole period", () => this.show(0, this.rows.length - 1));
      this.whole.hidden = true;
      this.readout = document.createElement("span");
      this.readout.className = "readout";
      tools.append(this.whole, this.readout);
      this.idle();
      this.svg.before(tools);
      this.svg.setAttribute("tabindex", "0");
      this.svg.setAttribute("aria-keyshortcuts", "ArrowLeft ArrowRight Home End + - Escape");
      this.readout.setAttribute("role", "status");
    }

    idle() {
      this.readout.textContent = "Point to read values, drag to zoom.";
    }

    listen() {
      let start = null;
      this.svg.addEventListener("pointerdown", (event) => {
        if (event.button !== 0) return;
        start = this.placeUnder(event);
        this.svg.setPointerCapture(event.pointerId);
      });
      this.svg.addEventListener("pointermove", (event) => {
        this.point(this.placeUnder(event));
        this.select(start);
      });
      this.svg.addEventListener("pointerup", (event) => {
        const end = this.placeUnder(event), begun = start;
        start = null;
        this.select(null);
        if (begun !== null && Math.abs(end - begun) > 2) this.show(Math.min(begun, end), Math.max(begun, end));
      });
      this.svg.addEventListener("pointercancel", () => { start = null; this.select(null); });
      this.svg.addEventListener("pointerleave", () => this.point(null));
      this.svg.addEventListener("dblclick", () => this.show(0, this.rows.length - 1));
      this.svg.addEventListener("keydown", (event) => this.key(event));
    }

    key(event) {
      const step = event.shiftKey ? 10 : 1, wide = this.to - this.from;
      const at = this.at ?? Math.round((this.from + this.to) / 2);
      const within = (place) => Math.max(this.from, Math.min(this.to, place));
      const actions = {
        ArrowLeft: () => this.point(within(at - step)),
        ArrowRight: () => this.point(within(at + step)),
        Home: () => this.point(this.from),
        End: () => this.point(this.to),
        "+": () => this.show(within(at - (wide >> 2)), within(at + (wide >> 2))),
        "-": () => this.show(this.from - (wide >> 1), this.to + (wide >> 1)),
        Escape: () => this.show(0, this.rows.length - 1),
      };
      if (!actions[event.key]) return;
      event.preventDefault();
      actions[event.key]();
    }

    show(from, to) {
      this.from = Math.max(0, from);
      this.to = Math.min(this.rows.length - 1, to);
      this.whole.hidden = this.from === 0 && this.to === this.rows.length - 1;
      this.draw();
    }

    placeUnder(event) {
      const part = (event.clientX - this.svg.getBoundingClientRect().left - this.left) / this.inside;
      const first = this.rows[this.from], last = this.rows[this.to];
      const row = first + Math.max(0, Math.min(1, part)) * (last - first);
      const after = placeOf(this.rows, row), before = Math.max(this.from, after - 1);
      return row - this.rows[before] < this.rows[after] - row ? before : after;
    }

    across(row) {
      const first = this.rows[this.from], last = this.rows[this.to];
      return this.left + (row - first) / Math.max(last - first, 1) * this.inside;
    }

    limits(panel) {
      let low = panel.zero ? 0 : Infinity, high = panel.zero ? 0 : -Infinity;
      const widen = (value) => {
        if (value === null) return;
        if (value < low) low = value;
        if (value > high) high = value;
      };
      for (const line of panel.lines) for (let i = this.from; i <= this.to; i++) widen(line.values[i]);
      for (const marks of panel.marks)
        marks.rows.forEach((row, i) => {
          if (row >= this.rows[this.from] && row <= this.rows[this.to]) widen(marks.values[i]);
        });
      if (low > high) [low, high] = [0, 1];
      const flat = high - low <= 1e-5 * Math.abs(high); // what varies less is rounding
      const air = flat ? 0.04 * Math.abs(high) || 1 : 0.04 * (high - low);
      if (this.logarithmic && panel.log) {
        const factor = (flat ? 1.1 : high / low) ** 0.04;
        return [low / factor, high * factor];
      }
      return [panel.zero && low === 0 ? 0 : low - air, panel.zero && high === 0 && low < 0 ? 0 : high + air];
    }

    draw() {
      const width = this.svg.clientWidth, frame = this.frame;
      if (!width) return;
      this.left = Math.min(frame.left, 56 + width / 60);
      this.inside = width - this.left - frame.right;
      const height = this.panels.reduce((sum, panel) => sum + panel.height + frame.gap, 0)
        + frame.top - frame.gap + frame.bottom;
      this.svg.setAttribute("viewBox", `0 0 ${width} ${height}`);
      this.svg.replaceChildren();
      const ticks = this.apart(timeTicks(this.times, this.from, this.to, Math.max(2, width / 85), this.unit), width);
      let top = frame.top;
      this.scales = [];
      for (const panel of this.panels) {
        this.drawPanel(panel, top, ticks);
        top += panel.height + frame.gap;
      }
      for (const [x, label] of ticks)
        this.svg.append(drawn("text", { class: "tick middle", x, y: height - 6 }, label));
      this.over = drawn("g", { "pointer-events": "none" });
      this.selection = drawn("rect", { class: "selection", y: frame.top, height: height - frame.top - frame.bottom, width: 0 });
      this.svg.append(this.selection, this.over);
      this.foot = height - frame.bottom;
    }

    apart(ticks, width) {
      let free = 0;
      return ticks.flatMap(([place, label]) => {
        const x = this.across(this.rows[place]), half = 3.5 * label.length;
        if (x - half <= free || x + half >= width) return [];
        free = x + half + 6;
        return [[x, label]];
      });
    }

    drawPanel(panel, top, ticks) {
      const [low, high] = this.limits(panel), foot = top + panel.height;
      const right = this.left + this.inside, log = this.logarithmic && panel.log;
      const scale = log ? Math.log : (value) => value;
      const down = (value) => foot - (scale(value) - scale(low)) / (scale(high) - scale(low)) * panel.height;
      this.scales.push(down);
      const title = log ? panel.title + ", logarithmic" : panel.title;
      this.svg.append(drawn("text", { class: "panel-title", x: this.left, y: top - 9 }, title));
      let grid = ticks.map(([x]) => `M${x} ${top}V${foot}`).join("");
      const most = Math.max(2, Math.floor(panel.height / 48));
      for (const tick of (log ? logTicks : niceTicks)(low, high, most)) {
        const y = down(tick);
        grid += `M${this.left} ${y}H${right}`;
        this.svg.append(drawn("text", { class: "tick end", x: this.left - 7, y: y + 4 }, short(tick, panel.kind)));
      }
      this.svg.append(drawn("path", { class: "grid", d: grid }));
      for (const line of panel.lines) this.drawLine(line, down);
      for (const marks of panel.marks) {
        const shape = marks.rows.map((row, i) =>
          row < this.rows[this.from] || row > this.rows[this.to] ? ""
            : `M${this.across(row).toFixed(1)} ${down(marks.values[i]).toFixed(1)}${marks.shape}`);
        this.svg.append(drawn("path", { class: "mark " + marks.style, d: shape.join("") }));
      }
    }

    drawLine(line, down) {
      let shape = "", word = "M", whole = true;
      for (let i = this.from; i <= this.to; i++) {
        const value = line.values[i];
        if (value === null) { word = "M"; whole = false; continue; }
        shape += `${word}${this.across(this.rows[i]).toFixed(1)} ${down(value).toFixed(1)}`;
        word = "L";
      }
      if (line.filled && whole) {
        const start = this.across(this.rows[this.from]), end = this.across(this.rows[this.to]), zero = down(0);
        const inside = `M${start} ${zero}L${shape.slice(1)}L${end} ${zero}Z`;
        this.svg.append(drawn("path", { class: "area " + line.style, d: inside }));
      }
      this.svg.append(drawn("path", { class: "line " + line.style, d: shape }));
    }

    point(place) {
      this.at = place;
      this.over.replaceChildren();
      if (place === null) return this.idle();
      const x = this.across(this.rows[place]);
      this.over.append(drawn("path", { class: "hair", d: `M${x} ${this.frame.top}V${this.foot}` }));
      const time = document.createElement("b");
      time.textContent = iso(this.times[place]).slice(0, this.unit === DAY ? 10 : 16);
      const words = [];
      this.panels.forEach((panel, i) => {
        for (const line of panel.lines) {
          const value = line.values[place];
          if (value === null) continue;
          this.over.append(drawn("circle", { class: "dot", cx: x, cy: this.scales[i](value), r: 3 }));
          words.push(`${line.title} ${long(value, panel.kind)}`);
        }
      });
      this.readout.replaceChildren(time, " \u00b7 " + words.join(" \u00b7 "));
    }

    select(start) {
      if (start === null || this.at === null) return this.selection.setAttribute("width", 0);
      const xs = [this.across(this.rows[start]), this.across(this.rows[this.at])];
      this.selection.setAttribute("x", Math.min(...xs));
      this.selection.setAttribute("width", Math.abs(xs[0] - xs[1]));
    }
  }

  // One chart at a time where there are several of a kind.
  function choose(section) {
    const figures = [...section.querySelectorAll("figure")];
    if (figures.length < 2) return;
    const label = document.createElement("label"), list = document.createElement("select");
    figures.forEach((figure, i) => list.add(new Option(figure.dataset.name, i)));
    const show = () => figures.forEach((figure, i) => { figure.hidden = i !== +list.value; });
    list.addEventListener("change", show);
    label.append("Symbol ", list);
    figures[0].before(label);
    show();
  }

  // Sorting: numbers by value, everything else as text, the other way round on a second click.
  const NUMBER = /^[+\u2212-]?[\d,.]+%?( |$)/;
  function sortKey(cell) {
    const text = cell.textContent.trim();
    if (/^\d{4}-\d\d-\d\d/.test(text) || !NUMBER.test(text)) return text;
    return parseFloat(text.replace(/[,+]/g, "").replace(MINUS, "-"));
  }
  function compare(a, b) {
    if (typeof a === typeof b) return a < b ? -1 : a > b ? 1 : 0;
    return typeof a === "number" ? -1 : 1;
  }
  function sortable(table) {
    const heads = [...table.tHead.rows[0].cells];
    heads.forEach((head, column) => {
      const text = head.textContent;
      head.replaceChildren(button(text, () => {
        const down = head.getAttribute("aria-sort") === "ascending";
        heads.forEach((other) => other.removeAttribute("aria-sort"));
        head.setAttribute("aria-sort", down ? "descending" : "ascending");
        const rows = [...table.tBodies[0].rows].map((row) => [sortKey(row.cells[column]), row]);
        rows.sort(([a], [b]) => (down ? compare(b, a) : compare(a, b)));
        table.tBodies[0].append(...rows.map(([, row]) => row));
      }));
    });
  }

  document.querySelectorAll("figure.chart").forEach((figure) => new TimeChart(figure));
  document.querySelectorAll(".choice").forEach(choose);
  document.querySelectorAll("table.sortable").forEach(sortable);
  addEventListener("beforeprint", () => document.querySelectorAll("details").forEach((part) => { part.open = true; }));
})();
