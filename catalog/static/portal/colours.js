// Colours: those of data (Okabe and Ito's for categories, cividis for sequences, one that parts at a middle),
// and numbers as people read them.

export const NEGATIVE = "#0072b2";
export const POSITIVE = "#d55e00";
export const CATEGORIES = ["#e69f00", "#56b4e9", "#009e73", "#f0e442", "#cc79a7", "#8c6d31", "#5a62b8", "#a0522d"];
export const OTHER = "#8d979c";
const CIVIDIS = ["#00224e", "#123570", "#3b496c", "#575d6d", "#707173", "#8a8678", "#a59c74", "#c3b369", "#e1cc55", "#fee838"];
const DIVERGING = ["#0072b2", "#5fa5cf", "#b7d3e6", "#f4f1ea", "#f0c39c", "#e2904f", "#d55e00"];

export const cividis = (share) => between(CIVIDIS, share);
export const diverging = (share) => between(DIVERGING, share);

function between(stops, share) {
  const place = Math.min(1, Math.max(0, share)) * (stops.length - 1);
  const low = Math.floor(place);
  const high = Math.min(stops.length - 1, low + 1);
  const part = place - low;
  const [from, to] = [stops[low], stops[high]].map((stop) => [1, 3, 5].map((at) => parseInt(stop.slice(at, at + 2), 16)));
  return `rgb(${from.map((value, at) => Math.round(value + (to[at] - value) * part)).join(" ")})`;
}

// The stops of a scale for CSS: the same as what wells are filled with.
export const gradient = (scale) => `linear-gradient(90deg, ${Array.from({ length: 11 }, (_, step) => scale(step / 10)).join(", ")})`;

const PREFIXES = [[1, ""], [1e-3, "m"], [1e-6, "u"], [1e-9, "n"], [1e-12, "p"]];
const SHORT = { "mol/L": "M" };

export function told(number, unit = "") {
  if (number === null || number === undefined) return "";
  const short = SHORT[unit];
  if (short && number > 0) {
    const [size, prefix] = PREFIXES.find(([step]) => number >= step * 0.9999999) ?? PREFIXES.at(-1);
    return `${plain(number / size)} ${prefix}${short}`;
  }
  return `${plain(number)}${unit && unit !== "1" ? ` ${unit}` : ""}`;
}

function plain(number) {
  if (Number.isInteger(number)) return number.toLocaleString("en");
  return Number(number.toPrecision(4)).toString();
}

// What each well of a grid has of a colour: its values, its fill, and whether the legend shows it.

const CONTROLS = { "negative control": NEGATIVE, "positive control": POSITIVE };
const HOLLOW = new Set(["no cells", "no treatment"]);

// Numbers by position, of counts, readouts, quantities or statistics.
export function numbersOf(grid, color) {
  const found = new Map();
  if (color.numbers) {
    grid.wells.forEach((well) => {
      const number = color.numbers[well.label];
      if (number !== null && number !== undefined) found.set(well.position, number);
    });
  } else if (color.key === "fields") {
    grid.wells.forEach((well) => found.set(well.position, well.fields));
  } else if (grid.readouts[color.key]) {
    grid.readouts[color.key].forEach((number, position) => { if (number !== null) found.set(position, number); });
  } else {
    grid.wells.forEach((well) => {
      const term = well.terms.map((place) => grid.terms[place]).find((one) => one.key === color.key && one.number !== null);
      if (term) found.set(well.position, term.number);
    });
  }
  return found;
}

export function wordsOf(grid, color) {
  const found = new Map();
  grid.wells.forEach((well) => {
    const terms = well.terms.map((place) => grid.terms[place]).filter((one) => one.key === color.key);
    if (terms.length) found.set(well.position, terms.map((term) => term.text));
  });
  return found;
}

// How a plate is painted in a colour: the fill of a position, and the legend that explains it.
export function painted(grid, color) {
  return color.scale === "linear" || color.scale === "log" ? byNumber(grid, color) : byWord(grid, color);
}

function byNumber(grid, color) {
  const numbers = numbersOf(grid, color);
  const middle = color.isReadout ? middleOf(grid, numbers) : null;
  const values = [...numbers.values()];
  const low = color.scale === "log" ? color.low : Math.min(...values);
  const high = Math.max(...values);
  const reach = middle === null ? 0 : Math.max(high - middle, middle - low) || 1;
  const share = (number) => {
    if (middle !== null) return 0.5 + (number - middle) / (2 * reach);
    if (high <= low) return high > 0 ? 1 : 0;
    if (color.scale === "log") return number <= 0 ? 0 : Math.log(number / low) / Math.log(high / low);
    return (number - low) / (high - low);
  };
  const scale = middle === null ? cividis : diverging;
  return {
    fill: (position) => (numbers.has(position) ? scale(share(numbers.get(position))) : null),
    numbers,
    share,
    legend: { kind: "scale", scale, low: middle === null ? low : middle - reach, high: middle === null ? high : middle + reach, middle, unit: color.unit },
    categoriesOf: () => [],
  };
}

// The mean of the negative controls, around which a readout is read; null without any.
function middleOf(grid, numbers) {
  const controls = wordsOf(grid, { key: "control_type" });
  const found = [...numbers].filter(([position]) => (controls.get(position) ?? []).some((word) => word.toLowerCase() === "negative control"));
  return found.length ? found.reduce((sum, [, number]) => sum + number, 0) / found.length : null;
}

function byWord(grid, color) {
  const words = wordsOf(grid, color);
  const counts = new Map();
  words.forEach((texts) => texts.forEach((text) => {
    const folded = text.toLowerCase();
    const known = counts.get(folded) ?? { folded, text, count: 0 };
    known.count += 1;
    counts.set(folded, known);
  }));
  const ordered = [...counts.values()].sort((one, other) => other.count - one.count || one.text.localeCompare(other.text));
  let next = 0;
  ordered.forEach((one) => {
    if (color.scale === "control" && CONTROLS[one.folded]) one.fill = CONTROLS[one.folded];
    else if (color.scale === "control") one.fill = HOLLOW.has(one.folded) ? "none" : OTHER;
    else one.fill = CATEGORIES[next++] ?? OTHER;
  });
  const byFolded = new Map(ordered.map((one) => [one.folded, one]));
  return {
    fill: (position) => (words.has(position) ? byFolded.get(words.get(position)[0].toLowerCase()).fill : null),
    numbers: null,
    share: null,
    legend: { kind: "categories", entries: ordered },
    categoriesOf: (position) => (words.get(position) ?? []).map((text) => text.toLowerCase()),
  };
}
