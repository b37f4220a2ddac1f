// The plate: drawn from one answer, coloured by anything that is known of its wells.

import { Chosen } from "./chosen.js";
import { gradient, painted, told } from "./colours.js";
import { drawn, made } from "./elements.js";

const CELL = 24;
const HEAD = 26;
const EDGE = 14;
const ROUND_UP_TO = 384;
const SHOWN = 24;
const LARGEST = 1.65;
// A plate of few wells grows until it is so wide.
const WIDE = 760;
const LARGEST_OF_FEW = 3.2;
const PIXELS = "pixels";

function letters(row) {
  return row < 26 ? String.fromCharCode(65 + row) : letters(Math.floor(row / 26) - 1) + letters(row % 26);
}

class Plate {
  constructor(view, grid) {
    this.view = view;
    this.grid = grid;
    [this.rows, this.columns] = grid.shape;
    this.wells = new Map(grid.wells.filter((well) => well.row !== null).map((well) => [`${well.row},${well.column}`, well]));
    this.hidden = new Set();
    this.selected = null;
    this.at = null;
    grid.colors.forEach((color) => { color.isReadout = Boolean(grid.readouts[color.key]); });
    this.build();
    const [kind, statistic, channel] = view.dataset.color.split(":");
    this.paint(grid.colors.find((color) => color.key === view.dataset.color) ?? grid.colors[0]);
    if (kind === PIXELS && view.dataset.statistics) this.choosePixels(channel, statistic);
    const named = decodeURIComponent(location.hash.slice(1));
    const well = grid.wells.find((one) => one.label === named && one.row !== null);
    if (well) this.choose(well);
  }

  build() {
    const bar = made("div", "plate-bar", this.view);
    const label = made("label", "", bar, "Colour by");
    this.chooser = made("select", "", label);
    this.grid.colors.forEach((color) => {
      const option = made("option", "", this.chooser, color.title);
      option.value = color.key;
    });
    if (this.view.dataset.statistics) {
      const option = made("option", "", this.chooser, "Pixels ...");
      option.value = PIXELS;
    }
    this.chooser.addEventListener("change", () => this.colour(this.chooser.value));
    this.pixels = made("span", "plate-pixels", bar);
    this.runs = JSON.parse(this.view.dataset.runs || "[]");
    [this.run] = this.runs;
    if (this.runs.length > 1) this.offerRuns(bar);
    this.modes = made("div", "plate-modes", bar);
    this.mode("Marks", true, (is) => this.svg.classList.toggle("without-marks", !is));
    if (this.view.dataset.sheet) this.mode("Pictures", false, (is) => this.showPictures(is));
    this.chosen = made("p", "plate-chosen", bar);
    this.box = made("div", "plate-box", this.view);
    this.draw();
    this.card = made("div", "well-card", this.box);
    this.card.hidden = true;
    this.spoken = made("p", "unseen", this.view);
    this.spoken.setAttribute("aria-live", "polite");
    const side = made("div", "plate-side", this.view);
    this.legend = made("div", "plate-legend", side);
    this.beside = new Chosen(this.grid, side, { address: (well) => this.addressOf(well), choose: (well) => this.choose(well) });
  }

  // Pictures and statistics are of one acquisition of one store at a time.
  offerRuns(bar) {
    const label = made("label", "", bar, "Pictures of");
    const select = made("select", "", label);
    this.runs.forEach((run, number) => { made("option", "", select, run.title).value = String(number); });
    select.addEventListener("change", () => this.chooseRun(this.runs[Number(select.value)]));
  }

  async chooseRun(run) {
    this.run = run;
    this.fetched = undefined;
    this.sheet = null;
    this.pictures.replaceChildren();
    this.beside.picture(await this.fetchSheet());
    if (this.svg.classList.contains("with-pictures")) await this.loadSheet();
    const [kind, statistic, channel] = this.color.key.split(":");
    if (kind === PIXELS) await this.choosePixels(channel, statistic);
  }

  ofRun(address, asked = {}) {
    const { store, acquisition } = this.run ?? {};
    const told = { ...asked, ...(store ? { store } : {}), ...(Number.isInteger(acquisition) ? { acquisition } : {}) };
    return `${address}?${new URLSearchParams(told)}`;
  }

  // The address of the page as it is shown now, for whoever copies it.
  name(key) {
    const address = new URL(location.href);
    address.searchParams.set("color", key);
    history.replaceState(null, "", address);
  }

  colour(key) {
    this.pixels.replaceChildren();
    if (key === PIXELS) this.choosePixels();
    else {
      this.paint(this.grid.colors.find((color) => color.key === key));
      this.name(key);
    }
  }

  // Statistics of the pixels, of which there is one answer for each channel and statistic.
  async choosePixels(channel = 0, statistic = "mean") {
    const answer = await fetch(this.ofRun(this.view.dataset.statistics, { channel, statistic }));
    if (!answer.ok) {
      this.pixels.textContent = (await answer.json()).detail;
      return;
    }
    const found = await answer.json();
    this.pixels.replaceChildren();
    const select = (label, options, chosen, change) => {
      const one = made("select", "", this.pixels);
      one.setAttribute("aria-label", label);
      options.forEach(([value, text]) => { made("option", "", one, text).value = value; });
      one.value = String(chosen);
      one.addEventListener("change", () => change(one.value));
    };
    select("Statistic", Object.keys(found.statistics).map((name) => [name, name]), statistic, (value) => this.choosePixels(channel, value));
    select("Channel", found.channels.map((one, number) => [String(number), one.label || `Channel ${number}`]), channel, (value) => this.choosePixels(value, statistic));
    this.paint({ key: `${PIXELS}:${statistic}:${channel}`, title: statistic, scale: "linear", unit: "", numbers: found.values, isReadout: true });
    this.name(this.color.key);
    if (found.zprime?.value !== undefined && found.zprime.value !== null) made("span", "quiet", this.pixels, `Z' ${found.zprime.value.toFixed(2)}`);
    if (found.turned) made("span", "state state-incomplete", this.pixels, found.turned.sentence);
  }

  async showPictures(is) {
    this.svg.classList.toggle("with-pictures", is);
    if (is) await this.loadSheet();
  }

  // Where each well lies in the one picture of all; asked for once, null where none was drawn.
  fetchSheet() {
    this.fetched ??= this.view.dataset.sheet
      ? fetch(this.ofRun(this.view.dataset.sheet)).then((answer) => (answer.ok ? answer.json() : null))
      : Promise.resolve(null);
    return this.fetched;
  }

  // All pictures are one, laid under the wells.
  async loadSheet() {
    if (this.sheet) return;
    this.sheet = await this.fetchSheet();
    if (!this.sheet) return;
    const [first] = this.grid.wells.filter((well) => this.sheet.wells[well.label] && well.row !== null);
    if (!first) return;
    const place = this.sheet.wells[first.label];
    const unit = CELL / (this.sheet.tile + this.sheet.gap);
    drawn("image", {
      href: this.sheet.images.composed,
      x: HEAD + first.column * CELL - (place.x - this.sheet.gap / 2) * unit,
      y: HEAD + first.row * CELL - (place.y - this.sheet.gap / 2) * unit,
      width: this.sheet.width * unit,
      height: this.sheet.height * unit,
    }, this.pictures);
  }

  mode(text, isOn, change) {
    const button = made("button", "", this.modes, text);
    button.type = "button";
    button.setAttribute("aria-pressed", String(isOn));
    button.addEventListener("click", () => {
      const is = button.getAttribute("aria-pressed") !== "true";
      button.setAttribute("aria-pressed", String(is));
      change(is);
    });
    return button;
  }

  draw() {
    const width = HEAD + this.columns * CELL + EDGE;
    const height = HEAD + this.rows * CELL + EDGE;
    this.svg = drawn("svg", { viewBox: `0 0 ${width} ${height}`, class: "plate-svg", tabindex: "0", role: "application",
      "aria-label": `Plate of ${this.rows} rows and ${this.columns} columns. Arrow keys walk and choose, Enter opens, Shift with arrows selects a block.` }, this.box);
    const scale = Math.max(LARGEST, Math.min(LARGEST_OF_FEW, WIDE / width));
    this.box.style.width = `${Math.round(width * scale)}px`;
    const every = this.columns > 24 ? 2 : 1;
    for (let column = 0; column < this.columns; column += every) {
      drawn("text", { x: HEAD + (column + 0.5) * CELL, y: HEAD - 9, class: "head" }, this.svg, column + 1);
    }
    for (let row = 0; row < this.rows; row += every) {
      drawn("text", { x: HEAD - 8, y: HEAD + (row + 0.5) * CELL + 4, class: "head row-head" }, this.svg, letters(row));
    }
    this.margins = drawn("g", { class: "margins" }, this.svg);
    this.pictures = drawn("g", { class: "pictures" }, this.svg);
    const isRound = this.rows * this.columns <= ROUND_UP_TO;
    const layer = drawn("g", { class: "wells" }, this.svg);
    const marks = drawn("g", { class: "marks" }, this.svg);
    this.shapes = new Map();
    for (let row = 0; row < this.rows; row += 1) {
      for (let column = 0; column < this.columns; column += 1) this.drawWell(row, column, isRound, layer, marks);
    }
    this.block = drawn("rect", { class: "block", rx: 4, visibility: "hidden" }, this.svg);
    // Two rings, so that one of them is seen on whatever fill.
    this.kept = drawn("g", { visibility: "hidden" }, this.svg);
    ["kept-below", "kept"].forEach((name) => drawn("rect", { class: name, rx: 5, width: CELL, height: CELL }, this.kept));
    this.ring = drawn("rect", { class: "ring", rx: 5, width: CELL, height: CELL, visibility: "hidden" }, this.svg);
    this.listen();
  }

  drawWell(row, column, isRound, layer, marks) {
    const [x, y] = [HEAD + column * CELL, HEAD + row * CELL];
    const well = this.wells.get(`${row},${column}`);
    const shape = isRound
      ? drawn("circle", { cx: x + CELL / 2, cy: y + CELL / 2, r: CELL / 2 - 2 }, layer)
      : drawn("rect", { x: x + 1, y: y + 1, width: CELL - 2, height: CELL - 2, rx: 3 }, layer);
    if (!well) {
      shape.setAttribute("class", "no-well");
      return;
    }
    shape.setAttribute("class", well.present ? "well-shape" : "well-shape is-missing");
    this.shapes.set(well.position, shape);
    if (!well.present) drawn("path", { d: `M${x + 6} ${y + 6}l12 12M${x + 18} ${y + 6}l-12 12`, class: "missing-mark" }, marks);
    if (well.findings.length) drawn("circle", { cx: x + CELL - 4, cy: y + 4, r: 3, class: "finding-mark" }, marks);
    if (!well.terms.length) drawn("circle", { cx: x + CELL / 2, cy: y + CELL / 2, r: 2, class: "silent-mark" }, marks);
  }

  paint(color) {
    this.color = color;
    this.hidden.clear();
    this.painted = painted(this.grid, color);
    this.chooser.value = color.numbers ? PIXELS : color.key;
    this.fill();
    this.drawLegend();
    this.drawMargins();
  }

  fill() {
    this.grid.wells.forEach((well) => {
      const shape = this.shapes.get(well.position);
      if (!shape) return;
      const fill = well.present ? this.painted.fill(well.position) : null;
      shape.setAttribute("fill", fill ?? "none");
      const categories = this.painted.categoriesOf(well.position);
      shape.classList.toggle("is-dim", this.hidden.size > 0 && !categories.some((one) => !this.hidden.has(one)));
    });
  }

  drawLegend() {
    this.legend.replaceChildren();
    const { legend } = this.painted;
    if (legend.kind === "scale") {
      const scale = made("p", "scale", this.legend);
      made("span", "", scale, told(legend.low, legend.unit));
      made("i", "", scale).style.background = gradient(legend.scale);
      made("span", "", scale, told(legend.high, legend.unit));
      if (legend.middle !== null) made("span", "quiet", scale, `negative controls ${told(legend.middle, legend.unit)}`);
      return;
    }
    const list = made("ul", "", this.legend);
    legend.entries.slice(0, SHOWN).forEach((entry) => {
      const button = made("button", "", made("li", "", list));
      button.type = "button";
      button.setAttribute("aria-pressed", "true");
      const dot = made("i", "", button);
      dot.style.background = entry.fill === "none" ? "transparent" : entry.fill;
      made("span", "", button, entry.text).title = entry.text;
      made("span", "quiet", button, entry.count);
      button.addEventListener("click", () => this.filter(entry.folded, legend.entries));
    });
    if (legend.entries.length > SHOWN) made("li", "quiet", list, `and ${legend.entries.length - SHOWN} more`);
  }

  // The first click keeps one alone; a click on the last one that is kept shows all again.
  filter(folded, entries) {
    if (this.hidden.size === 0) entries.forEach((entry) => { if (entry.folded !== folded) this.hidden.add(entry.folded); });
    else if (this.hidden.has(folded)) this.hidden.delete(folded);
    else this.hidden.add(folded);
    if (this.hidden.size === entries.length) this.hidden.clear();
    this.legend.querySelectorAll("button").forEach((button, place) => button.setAttribute("aria-pressed", String(!this.hidden.has(entries[place].folded))));
    this.fill();
  }

  // Means of rows and columns along the edges: what a plate's edge does to it is seen there.
  drawMargins() {
    this.margins.replaceChildren();
    const { numbers, legend, share: shareOf } = this.painted;
    if (!numbers || numbers.size < 2 || legend.high <= legend.low) return;
    const sums = { row: new Map(), column: new Map() };
    this.grid.wells.forEach((well) => {
      if (!numbers.has(well.position) || well.row === null) return;
      Object.entries(sums).forEach(([axis, means]) => {
        const [sum, count] = means.get(well[axis]) ?? [0, 0];
        means.set(well[axis], [sum + shareOf(numbers.get(well.position)), count + 1]);
      });
    });
    const share = ([sum, count]) => Math.min(1, Math.max(0.04, sum / count));
    sums.column.forEach((mean, column) => {
      const height = share(mean) * (EDGE - 2);
      drawn("rect", { x: HEAD + column * CELL + 4, y: HEAD + this.rows * CELL + 2, width: CELL - 8, height }, this.margins);
    });
    sums.row.forEach((mean, row) => {
      const width = share(mean) * (EDGE - 2);
      drawn("rect", { x: HEAD + this.columns * CELL + 2, y: HEAD + row * CELL + 4, width, height: CELL - 8 }, this.margins);
    });
  }

  listen() {
    this.svg.addEventListener("pointermove", (event) => this.go(this.placeOf(event), false));
    this.svg.addEventListener("pointerleave", () => { if (document.activeElement !== this.svg) this.leave(); });
    this.svg.addEventListener("click", (event) => {
      const place = this.placeOf(event);
      if (event.shiftKey && this.at && place) this.select(this.anchor ?? this.at, place);
      else if (place && this.wells.has(place.join())) this.choose(this.wells.get(place.join()));
    });
    this.svg.addEventListener("dblclick", (event) => {
      const place = this.placeOf(event);
      if (place) this.open(place);
    });
    this.svg.addEventListener("focus", () => { if (!this.at) this.go([0, 0], true); });
    this.svg.addEventListener("blur", () => this.leave());
    this.svg.addEventListener("keydown", (event) => this.walk(event));
  }

  placeOf(event) {
    const box = this.svg.getBoundingClientRect();
    const scale = this.svg.viewBox.baseVal.width / box.width;
    const column = Math.floor(((event.clientX - box.left) * scale - HEAD) / CELL);
    const row = Math.floor(((event.clientY - box.top) * scale - HEAD) / CELL);
    return row >= 0 && column >= 0 && row < this.rows && column < this.columns ? [row, column] : null;
  }

  walk(event) {
    const steps = { ArrowUp: [-1, 0], ArrowDown: [1, 0], ArrowLeft: [0, -1], ArrowRight: [0, 1] };
    if (event.key === "Enter" && this.at) this.open(this.at);
    else if (event.key === "Escape") this.select(null);
    else if (steps[event.key]) {
      const from = this.at ?? [0, 0];
      const to = [
        Math.min(this.rows - 1, Math.max(0, from[0] + steps[event.key][0])),
        Math.min(this.columns - 1, Math.max(0, from[1] + steps[event.key][1])),
      ];
      if (event.shiftKey) {
        this.anchor ??= from;
        this.select(this.anchor, to);
      } else this.anchor = null;
      this.go(to, true);
      if (this.wells.has(to.join())) this.choose(this.wells.get(to.join()));
    } else return;
    event.preventDefault();
  }

  go(place, isSpoken) {
    if (!place) {
      this.leave();
      return;
    }
    if (this.at && place.join() === this.at.join()) return;
    this.at = place;
    this.ring.setAttribute("x", HEAD + place[1] * CELL);
    this.ring.setAttribute("y", HEAD + place[0] * CELL);
    this.ring.setAttribute("visibility", "visible");
    const well = this.wells.get(place.join());
    this.light(well?.condition ?? null);
    this.tell(well, place);
    if (isSpoken) this.spoken.textContent = this.card.textContent;
  }

  leave() {
    this.at = null;
    this.ring.setAttribute("visibility", "hidden");
    this.card.hidden = true;
    this.light(null);
  }

  // Wells of the same condition.
  light(condition) {
    if (condition === this.lit) return;
    this.lit = condition;
    this.svg.classList.toggle("is-lit", condition !== null);
    this.grid.wells.forEach((well) => this.shapes.get(well.position)?.classList.toggle("is-replicate", condition !== null && well.condition === condition));
  }

  tell(well, [row, column]) {
    this.card.replaceChildren();
    made("strong", "", this.card, well?.label ?? `${letters(row)}${String(column + 1).padStart(2, "0")}`);
    if (!well) made("p", "quiet", this.card, "not on this plate");
    else this.tellWell(well);
    const box = this.svg.getBoundingClientRect();
    const unit = box.width / this.svg.viewBox.baseVal.width;
    const isRight = column > this.columns / 2;
    const isLow = row > this.rows / 2;
    const left = (HEAD + (isRight ? column : column + 1) * CELL) * unit;
    const top = (HEAD + (isLow ? row + 1 : row) * CELL) * unit;
    this.card.style.transform = `translate(${Math.round(left)}px, ${Math.round(top)}px) translate(${isRight ? "calc(-100% - 6px)" : "6px"}, ${isLow ? "-100%" : "0"})`;
    this.card.hidden = false;
  }

  tellWell(well) {
    const list = made("dl", "", this.card);
    const byKey = new Map();
    well.terms.forEach((place) => {
      const term = this.grid.terms[place];
      byKey.set(term.key, [...(byKey.get(term.key) ?? []), term.text]);
    });
    const first = this.color.key;
    const keys = [...byKey.keys()].sort((one, other) => Number(other === first) - Number(one === first));
    keys.slice(0, 7).forEach((key) => {
      made("dt", "", list, this.grid.colors.find((color) => color.key === key)?.title ?? key);
      made("dd", "", list, byKey.get(key).slice(0, 3).join(", "));
    });
    const number = this.painted.numbers?.get(well.position);
    if (number !== undefined && !byKey.has(first)) {
      made("dt", "", list, this.color.title);
      made("dd", "", list, told(number, this.color.unit));
    }
    const fields = `${well.fields} field${well.fields === 1 ? "" : "s"}`;
    made("p", "quiet", this.card, well.present ? fields : "missing: no store has it");
    if (!well.terms.length) made("p", "quiet", this.card, "nothing said of it");
    if (well.findings.length) made("p", "quiet", this.card, well.findings.join(", "));
    const place = this.sheet?.wells[well.label];
    if (place) {
      const crop = made("div", "crop", this.card);
      crop.style.width = `${this.sheet.tile}px`;
      crop.style.height = `${this.sheet.tile}px`;
      crop.style.background = `url("${this.sheet.images.composed}") -${place.x}px -${place.y}px`;
    }
  }

  select(from, to) {
    this.selected = from && to ? { rows: [from[0], to[0]].sort((a, b) => a - b), columns: [from[1], to[1]].sort((a, b) => a - b) } : null;
    this.chosen.replaceChildren();
    this.block.setAttribute("visibility", this.selected ? "visible" : "hidden");
    if (!this.selected) return;
    const { rows, columns } = this.selected;
    this.block.setAttribute("x", HEAD + columns[0] * CELL);
    this.block.setAttribute("y", HEAD + rows[0] * CELL);
    this.block.setAttribute("width", (columns[1] - columns[0] + 1) * CELL);
    this.block.setAttribute("height", (rows[1] - rows[0] + 1) * CELL);
    const query = `plate:${this.view.dataset.plate} row:${letters(rows[0])}..${letters(rows[1])} column:${columns[0] + 1}..${columns[1] + 1}`;
    const link = made("a", "", this.chosen, `Search ${letters(rows[0])}${columns[0] + 1} to ${letters(rows[1])}${columns[1] + 1}`);
    link.href = `${this.view.dataset.search}?${new URLSearchParams({ q: query })}`;
  }

  // The well that stays beside the plate, wherever the pointer goes.
  choose(well) {
    this.kept.setAttribute("transform", `translate(${HEAD + well.column * CELL} ${HEAD + well.row * CELL})`);
    this.kept.setAttribute("visibility", "visible");
    this.beside.show(well);
    if (!this.beside.sheet) this.fetchSheet().then((sheet) => { if (sheet && !this.beside.sheet) this.beside.picture(sheet); });
    // Browsers refuse many changes of the address within a few seconds.
    clearTimeout(this.naming);
    this.naming = setTimeout(() => history.replaceState(null, "", `#${encodeURIComponent(well.label)}`), 300);
  }

  addressOf(well) {
    return this.view.dataset.well.replace("LABEL", encodeURIComponent(well.label));
  }

  open(place) {
    const well = this.wells.get(place.join());
    if (well) location.href = this.addressOf(well);
  }
}

const view = document.getElementById("plate-view");
const answer = await fetch(view.dataset.grid, { headers: { Accept: "application/json" } });
if (answer.ok) {
  const plate = new Plate(view, await answer.json());
  view.hidden = false;
  // The same as a table stays on the page, for whoever wants to read it.
  const plain = document.querySelector(".plate-plain");
  const details = document.createElement("details");
  const summary = document.createElement("summary");
  summary.textContent = "The wells as a table";
  plain.replaceWith(details);
  details.append(summary, plain);
  view.dispatchEvent(new CustomEvent("plate-drawn", { detail: plate }));
}
