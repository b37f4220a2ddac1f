// The picture of a field: channels, contrast, planes, moments and zoom, each a picture from the server.

const view = document.getElementById("view");
const controls = document.getElementById("view-controls");
const WIDEST = 1024;

if (view && controls) {
  const image = view.querySelector("img");
  const state = view.querySelector(".view-state");
  const whole = { x: 0, y: 0, width: Number(view.dataset.width), height: Number(view.dataset.height) };
  let region = { ...whole };
  let waiting;

  controls.hidden = false;
  controls.querySelectorAll(".channel").forEach((channel) => {
    const color = channel.dataset.color;
    if (/^[0-9a-f]{6}$/i.test(color)) channel.querySelector("i").style.background = `#${color}`;
  });

  function channels() {
    return [...controls.querySelectorAll(".channel")]
      .filter((channel) => channel.querySelector("[type=checkbox]").checked)
      .map((channel) => {
        const [low, high] = [".low", ".high"].map((name) => channel.querySelector(name).value);
        const contrast = low !== "" && high !== "" && Number(low) < Number(high) ? `:${low}-${high}` : "";
        const color = /^[0-9a-f]{6}$/i.test(channel.dataset.color) ? channel.dataset.color : "";
        return channel.dataset.channel + (color || contrast ? `:${color}` : "") + contrast;
      });
  }

  function address() {
    const asked = new URLSearchParams({ width: String(Math.min(WIDEST, Math.max(64, region.width))) });
    asked.set("channels", channels().join(","));
    const isMost = controls.elements.max?.checked;
    if (controls.elements.z) asked.set("z", isMost ? "max" : controls.elements.z.value);
    if (controls.elements.t) asked.set("t", controls.elements.t.value);
    if (region.width < whole.width || region.height < whole.height) {
      asked.set("region", [region.x, region.y, region.width, region.height].join(","));
    }
    return `${view.dataset.picture}?${asked}`;
  }

  function told() {
    ["z", "t"].forEach((name) => {
      const output = controls.elements[`${name}-told`];
      if (output) output.value = `${Number(controls.elements[name].value) + 1} of ${Number(controls.elements[name].max) + 1}`;
    });
  }

  // Loads a picture, so that the one that is seen stays until the next is there; why not, if it cannot be.
  async function problemOf(wanted) {
    const next = new Image();
    next.src = wanted;
    try {
      await next.decode();
      return "";
    } catch {
      const answer = await fetch(wanted);
      return answer.ok ? "The picture could not be shown." : (await answer.json()).detail;
    }
  }

  async function draw() {
    told();
    if (!channels().length) {
      view.removeAttribute("aria-busy");
      state.textContent = "All channels are off.";
      return;
    }
    const wanted = address();
    view.setAttribute("aria-busy", "true");
    const problem = await problemOf(wanted);
    // Somebody may have gone on meanwhile.
    if (wanted !== address()) return;
    view.removeAttribute("aria-busy");
    if (problem) {
      state.textContent = problem;
      return;
    }
    image.src = wanted;
    const share = Math.round((100 * region.width) / whole.width);
    state.textContent = share < 100 ? `${region.width} x ${region.height} pixels from ${region.x}, ${region.y}` : "";
  }

  function soon() {
    clearTimeout(waiting);
    waiting = setTimeout(draw, 150);
  }

  function zoom(factor, x = region.x + region.width / 2, y = region.y + region.height / 2) {
    if (factor === 0) region = { ...whole };
    else {
      const [width, height] = ["width", "height"].map((side) => Math.round(Math.min(whole[side], Math.max(16, region[side] / factor))));
      region = {
        x: Math.round(Math.min(whole.width - width, Math.max(0, x - width / 2))),
        y: Math.round(Math.min(whole.height - height, Math.max(0, y - height / 2))),
        width, height,
      };
    }
    soon();
  }

  controls.addEventListener("input", soon);
  controls.addEventListener("submit", (event) => event.preventDefault());
  controls.addEventListener("click", (event) => {
    const button = event.target.closest("[data-zoom]");
    if (button) zoom(Number(button.dataset.zoom));
  });
  image.addEventListener("click", (event) => {
    const box = image.getBoundingClientRect();
    zoom(2, region.x + ((event.clientX - box.left) / box.width) * region.width, region.y + ((event.clientY - box.top) / box.height) * region.height);
  });
  told();
}
