/* The rule desk: line numbers beside a text, and a click on a problem goes to its line. All works without. */
"use strict";

function number(area) {
  const frame = document.createElement("div");
  const numbers = document.createElement("div");
  frame.className = "numbered";
  numbers.className = "numbers";
  numbers.setAttribute("aria-hidden", "true");
  area.replaceWith(frame);
  frame.append(numbers, area);
  const count = () => {
    const lines = area.value.split("\n").length;
    numbers.textContent = Array.from({ length: lines }, (_, n) => n + 1).join("\n");
    numbers.scrollTop = area.scrollTop;
  };
  area.addEventListener("input", count);
  area.addEventListener("scroll", () => { numbers.scrollTop = area.scrollTop; });
  new ResizeObserver(count).observe(area);
  count();
}

function goTo(place) {
  const area = document.getElementById(place.dataset.for);
  if (!area) return;
  const lines = area.value.split("\n");
  const line = Math.min(Number(place.dataset.line), lines.length);
  const start = lines.slice(0, line - 1).join("\n").length + (line > 1 ? 1 : 0);
  const column = Number(place.dataset.column || 1);
  area.focus();
  area.setSelectionRange(start + column - 1, start + lines[line - 1].length);
  area.scrollTop = Math.max(0, (line - 4) * 22);
}

document.querySelectorAll("textarea[data-lines]").forEach(number);
document.addEventListener("click", (event) => {
  const place = event.target.closest("[data-line][data-for]");
  if (!place) return;
  event.preventDefault();
  goTo(place);
});
