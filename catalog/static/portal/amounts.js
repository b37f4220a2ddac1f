// Numbers as people read them.

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
