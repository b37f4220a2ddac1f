"""How swift a page is, as the page itself sees it; figures are reported, never asserted."""

from dataclasses import dataclass
from statistics import quantiles

import pytest
from playwright.sync_api import Page

_WATCH_READY = """
    document.addEventListener("plate-drawn", () => requestAnimationFrame(() => {
      const channel = new MessageChannel();
      channel.port1.onmessage = () => { window.readyAt = performance.now(); };
      channel.port2.postMessage(null);
    }), { capture: true });
"""
# Not wait_for_function: it evaluates text within the page, which the policy of pages forbids.
_READY = """() => new Promise((resolve) => {
  const look = () => (window.readyAt === undefined ? setTimeout(look, 20) : resolve(window.readyAt));
  look();
})"""
# A message that is sent from a frame's callback comes when that frame was painted.
_LAGS = """async ({ kind, times }) => {
  const svg = document.querySelector("svg.plate-svg");
  const box = svg.getBoundingClientRect();
  const keys = ["ArrowRight", "ArrowDown", "ArrowRight", "ArrowLeft"];
  const event = (number) => (kind === "keys"
    ? new KeyboardEvent("keydown", { key: keys[number % keys.length], bubbles: true, cancelable: true })
    : new PointerEvent("pointermove", {
      bubbles: true,
      clientX: box.left + box.width * (0.1 + 0.8 * ((number * 0.381966) % 1)),
      clientY: box.top + box.height * (0.1 + 0.8 * ((number * 0.618034) % 1)),
    }));
  const painted = () => new Promise((resolve) => requestAnimationFrame(() => {
    const channel = new MessageChannel();
    channel.port1.onmessage = resolve;
    channel.port2.postMessage(null);
  }));
  const lags = [];
  svg.focus();
  for (let number = 0; number < times; number += 1) {
    await painted();
    const start = performance.now();
    svg.dispatchEvent(event(number));
    await painted();
    lags.push(performance.now() - start);
  }
  return lags;
}"""


@dataclass(frozen=True)
class Lags:
    """Milliseconds from an event to what it painted."""

    milliseconds: list[float]

    def __str__(self) -> str:
        """Median, p95 and the worst."""
        cuts = quantiles(self.milliseconds, n=20)
        worst = max(self.milliseconds)
        return f"median {cuts[9]:.0f} ms, p95 {cuts[18]:.0f} ms, worst {worst:.0f} ms"


def watch_ready(page: Page) -> Page:
    """The page, which will know when its plate was painted."""
    page.add_init_script(_WATCH_READY)
    return page


def ready_ms(page: Page) -> float:
    """Milliseconds from the start of a page to its plate on the screen."""
    return float(page.evaluate(_READY))


def lags_of(page: Page, kind: str, times: int = 200) -> Lags:
    """How long a plate takes to answer `keys`, or the pointer."""
    return Lags(page.evaluate(_LAGS, {"kind": kind, "times": times}))


def report(request: pytest.FixtureRequest, figures: str) -> None:
    """Say figures where whoever runs the tests reads them, whatever the outcome."""
    capture = request.config.pluginmanager.getplugin("capturemanager")
    writer = request.config.get_terminal_writer()
    with capture.global_and_fixture_disabled():
        writer.line()
        writer.line(f"{request.node.name}: {figures}", bold=True)
