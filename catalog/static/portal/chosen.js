// The chosen well beside its plate: what is in it, its picture, its controls and its replicates.

import { wordsOf } from "./colours.js";
import { made } from "./elements.js";

const MOST = 4;
const LARGE = 128;
const SMALL = 56;
const CONTROLS = [["Negative controls", "negative control", "negative"], ["Positive controls", "positive control", "positive"]];

export class Chosen {
  constructor(grid, parent, { address, choose }) {
    this.grid = grid;
    this.address = address;
    this.choose = choose;
    this.sheet = null;
    this.well = null;
    const words = wordsOf(grid, { key: "control_type" });
    this.controls = CONTROLS.map(([title, word, tone]) => ({
      title,
      tone,
      wells: grid.wells.filter((well) => (words.get(well.position) ?? []).some((text) => text.toLowerCase() === word)),
    }));
    this.panel = made("section", "chosen", parent);
    this.panel.setAttribute("aria-label", "The chosen well");
    this.hint = made("p", "quiet", this.panel, "Click a well, or walk with the arrow keys: it is shown here beside its controls and replicates.");
  }

  // What is drawn of the plate, once it is there.
  picture(sheet) {
    this.sheet = sheet;
    if (this.well) this.show(this.well);
  }

  show(well) {
    this.well = well;
    this.panel.replaceChildren();
    const head = made("h3", "", this.panel);
    made("code", "", head, well.label);
    const link = made("a", "button", this.panel, `Open ${well.label}`);
    link.href = this.address(well);
    this.crop(well, LARGE, this.panel);
    this.terms(well);
    const groups = [{ title: "Replicates", tone: "", wells: this.replicates(well) }, ...this.controls];
    groups.forEach((group) => this.beside(group, well));
  }

  terms(well) {
    const byKey = new Map();
    well.terms.forEach((place) => {
      const term = this.grid.terms[place];
      byKey.set(term.key, [...(byKey.get(term.key) ?? []), term.text]);
    });
    const list = made("dl", "facts", this.panel);
    byKey.forEach((texts, key) => {
      const row = made("div", "", list);
      made("dt", "", row, this.grid.colors.find((color) => color.key === key)?.title ?? key);
      made("dd", "", row, texts.join(", "));
    });
    if (!byKey.size) made("p", "quiet", this.panel, "No plate map says anything of it yet.");
  }

  replicates(well) {
    if (well.condition === null) return [];
    return this.grid.wells.filter((one) => one.condition === well.condition);
  }

  beside({ title, tone, wells }, well) {
    const others = wells.filter((one) => one !== well);
    if (!others.length) return;
    const away = (one) => (one.row - well.row) ** 2 + (one.column - well.column) ** 2;
    const nearest = others.sort((one, other) => away(one) - away(other)).slice(0, MOST);
    const head = made("h4", "", this.panel);
    if (tone) made("span", `dot ${tone}`, head);
    head.append(title);
    if (others.length > MOST) made("span", "quiet", head, ` the nearest of ${others.length}`);
    const list = made("ul", "chosen-tiles", this.panel);
    nearest.forEach((one) => {
      const button = made("button", "", made("li", "", list));
      button.type = "button";
      this.crop(one, SMALL, button);
      made("code", "", button, one.label);
      button.addEventListener("click", () => this.choose(one));
    });
  }

  // A well as a part of the one picture of all wells.
  crop(well, size, parent) {
    const place = this.sheet?.wells[well.label];
    if (!place) return;
    const scale = size / this.sheet.tile;
    const picture = made("div", "crop", parent);
    picture.style.cssText = `width: ${size}px; height: ${size}px;`
      + ` background-size: ${this.sheet.width * scale}px ${this.sheet.height * scale}px;`
      + ` background-position: ${-place.x * scale}px ${-place.y * scale}px`;
    picture.style.backgroundImage = `url("${this.sheet.images.composed}")`;
  }
}
