// Elements of a page and of a drawing, made in one line each.

const SVG = "http://www.w3.org/2000/svg";

export function drawn(name, attributes, parent, text) {
  const shape = document.createElementNS(SVG, name);
  Object.entries(attributes).forEach(([key, value]) => shape.setAttribute(key, value));
  if (text !== undefined) shape.textContent = text;
  parent?.append(shape);
  return shape;
}

export function made(name, className, parent, text) {
  const element = document.createElement(name);
  if (className) element.className = className;
  if (text !== undefined) element.textContent = text;
  parent?.append(element);
  return element;
}
