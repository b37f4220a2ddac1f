// What pages share: completion of keys and values in every box that takes a query, and buttons that copy.

const API = "/api/v1";
const KEEP = 12;
let keys = null;

async function fetched(url) {
  const answer = await fetch(url, { headers: { Accept: "application/json" } });
  return answer.ok ? (await answer.json()).results : [];
}

// The word at the cursor: where it starts, its key and what was written of its value.
function wordAt(box) {
  const before = box.value.slice(0, box.selectionStart);
  const start = before.search(/[^\s()]*$/);
  const word = before.slice(start).replace(/^-/, "");
  const colon = word.indexOf(":");
  return {
    start: before.length - word.length,
    end: box.selectionStart,
    key: colon < 0 ? null : word.slice(0, colon),
    text: colon < 0 ? word : word.slice(colon + 1).replace(/^"/, ""),
  };
}

async function choicesFor(word) {
  if (word.key === null) {
    if (!word.text) return [];
    keys ??= await fetched(`${API}/keys/?limit=1000`);
    const begun = word.text.toLowerCase();
    return keys
      .filter((key) => key.name.toLowerCase().startsWith(begun) || key.title.toLowerCase().startsWith(begun))
      .slice(0, KEEP)
      .map((key) => ({ text: `${quoted(key.name)}:`, hint: key.title, goesOn: true }));
  }
  const parameters = new URLSearchParams({ key: word.key, prefix: word.text, limit: String(KEEP) });
  const terms = await fetched(`${API}/terms/?${parameters}`);
  return terms.map((term) => ({
    text: `${word.key}:${quoted(term.value)}`,
    hint: term.count === null ? "" : `${term.count.toLocaleString("en")} wells`,
    goesOn: false,
  }));
}

function quoted(text) {
  return /[\s()":]|^[-<>]|\.\.|\*$|^none$/i.test(text) ? `"${text.replace(/(["\\])/g, "\\$1")}"` : text;
}

function attach(box) {
  const list = document.createElement("ul");
  list.className = "choices";
  list.id = `${box.id}-choices`;
  list.role = "listbox";
  list.hidden = true;
  box.parentElement.append(list);
  Object.entries({
    role: "combobox", "aria-expanded": "false", "aria-autocomplete": "list", "aria-controls": list.id,
  }).forEach(([name, value]) => box.setAttribute(name, value));
  let shown = [];
  let shownFor = null;
  let chosen = -1;
  let asked = 0;
  let waiting;

  function close() {
    // What is on its way comes too late.
    asked += 1;
    clearTimeout(waiting);
    list.hidden = true;
    shown = [];
    chosen = -1;
    box.setAttribute("aria-expanded", "false");
    box.removeAttribute("aria-activedescendant");
  }

  function choose(number) {
    const word = wordAt(box);
    const choice = shown[number];
    const after = choice.goesOn ? "" : " ";
    box.setRangeText(choice.text + after, word.start, word.end, "end");
    box.focus();
    close();
    if (choice.goesOn) ask();
  }

  function mark(number) {
    chosen = (number + shown.length) % shown.length;
    [...list.children].forEach((entry, place) => entry.setAttribute("aria-selected", String(place === chosen)));
    list.children[chosen].scrollIntoView({ block: "nearest" });
    box.setAttribute("aria-activedescendant", list.children[chosen].id);
  }

  async function ask() {
    const turn = ++asked;
    const word = wordAt(box);
    const found = await choicesFor(word);
    // Answers may overtake each other.
    if (turn !== asked || document.activeElement !== box) return;
    if (!found.length) {
      close();
      return;
    }
    shown = found;
    shownFor = word;
    chosen = -1;
    list.replaceChildren(...found.map((choice, number) => {
      const entry = document.createElement("li");
      entry.id = `${list.id}-${number}`;
      entry.role = "option";
      const text = document.createElement("code");
      text.textContent = choice.text;
      const hint = document.createElement("span");
      hint.textContent = choice.hint;
      entry.append(text, hint);
      entry.addEventListener("mousedown", (event) => { event.preventDefault(); choose(number); });
      return entry;
    }));
    list.hidden = false;
    box.setAttribute("aria-expanded", "true");
  }

  box.addEventListener("input", () => {
    const word = wordAt(box);
    // What is shown or on its way for another key or word must not be taken for this one's.
    asked += 1;
    if (!list.hidden && (word.key !== shownFor.key || word.start !== shownFor.start)) close();
    clearTimeout(waiting);
    waiting = setTimeout(ask, 120);
  });
  box.addEventListener("blur", close);
  box.addEventListener("keydown", (event) => {
    if (list.hidden) return;
    if (event.key === "ArrowDown") mark(chosen + 1);
    else if (event.key === "ArrowUp") mark(chosen - 1);
    else if (event.key === "Escape") close();
    else if ((event.key === "Enter" || event.key === "Tab") && chosen >= 0) choose(chosen);
    else return;
    event.preventDefault();
  });
}

document.querySelectorAll("[data-complete]").forEach(attach);

// Buttons that put the text of another element on the clipboard.
document.addEventListener("click", async (event) => {
  const button = event.target.closest("[data-copy]");
  if (!button) return;
  const text = document.getElementById(button.dataset.copy).textContent;
  const told = button.textContent;
  try {
    await navigator.clipboard.writeText(text);
    button.textContent = "Copied";
  } catch {
    button.textContent = "Select and copy it";
  }
  setTimeout(() => { button.textContent = told; }, 1500);
});
