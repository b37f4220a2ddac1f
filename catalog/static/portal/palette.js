// Colours of data: Okabe and Ito's for categories, cividis for sequences, and one that parts at a middle.

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
