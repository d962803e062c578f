"use strict";
// One step is shown at a time; which one stands in the address, so that it can be sent to somebody.
document.addEventListener("DOMContentLoaded", () => {
  const steps = [...document.querySelectorAll(".step")];
  const links = [...document.querySelectorAll("[data-go]")];
  const live = document.getElementById("live");
  const place = document.getElementById("place");
  const bar = document.getElementById("stepper");
  const chart = document.getElementById("chart-scroll");
  if (!steps.length) return;
  document.documentElement.classList.add("stepping");
  let now = 0;

  function asked() {
    const match = /^#step-(\d+)$/.exec(location.hash);
    const n = match ? Number(match[1]) : 0;
    return n >= 1 && n <= steps.length ? n : 0;
  }

  function show(n, aloud) {
    now = n;
    for (const [i, step] of steps.entries()) {
      step.classList.toggle("current", i + 1 === n);
      step.hidden = i + 1 !== n;
    }
    for (const link of links) {
      const mine = Number(link.dataset.go) === n;
      if (mine) link.setAttribute("aria-current", "step");
      else link.removeAttribute("aria-current");
    }
    const ahead = steps[n - 1].dataset.ahead.split(" ");
    for (const rule of document.querySelectorAll("[data-deadline]")) {
      rule.classList.toggle("ahead", ahead.includes(rule.dataset.deadline));
    }
    for (const [name, ends] of [["back", n === 1], ["forth", n === steps.length]]) {
      for (const button of document.querySelectorAll(`[data-move="${name}"]`)) button.disabled = ends;
    }
    place.textContent = `Step ${n} of ${steps.length}`;
    if (aloud) live.textContent = steps[n - 1].dataset.said;
    const mark = document.querySelector(`#chart [data-go="${n}"]`);
    if (mark && chart) {
      const at = mark.getBoundingClientRect().left - chart.getBoundingClientRect().left;
      if (at < 110 || at > chart.clientWidth - 60) chart.scrollLeft += at - chart.clientWidth / 2;
    }
    const item = document.querySelector(`#list [data-go="${n}"]`);
    const list = document.getElementById("list");
    if (item && list.scrollHeight > list.clientHeight) {
      const top = item.offsetTop - list.offsetTop;
      if (top < list.scrollTop || top + item.offsetHeight > list.scrollTop + list.clientHeight) {
        list.scrollTop = top - list.clientHeight / 2;
      }
    }
  }

  function go(n) {
    const next = Math.min(Math.max(n, 1), steps.length);
    if (next === now) return;
    history.pushState(null, "", `#step-${next}`);
    show(next, true);
  }

  function arrive() {
    const n = asked();
    if (n) show(n, true);
    else if (!location.hash) show(1, false);
  }

  for (const link of links) {
    link.addEventListener("click", (event) => {
      if (event.metaKey || event.ctrlKey || event.shiftKey) return;
      event.preventDefault();
      go(Number(link.dataset.go));
      if (link.dataset.reveal !== undefined) bar.scrollIntoView({ block: "start" });
    });
  }
  const moves = { back: () => go(now - 1), forth: () => go(now + 1), first: () => go(1), last: () => go(steps.length) };
  for (const button of document.querySelectorAll("[data-move]")) {
    button.addEventListener("click", () => moves[button.dataset.move]());
  }
  const keys = { ArrowLeft: "back", ArrowRight: "forth", Home: "first", End: "last" };
  document.addEventListener("keydown", (event) => {
    if (event.altKey || event.ctrlKey || event.metaKey || event.shiftKey || event.defaultPrevented) return;
    const move = keys[event.key];
    const scrolls = event.target.closest && event.target.closest(".scroll, input, textarea, select");
    if (!move || (scrolls && event.target === scrolls)) return;
    event.preventDefault();
    moves[move]();
  });
  window.addEventListener("popstate", arrive);
  window.addEventListener("hashchange", arrive);

  function put(text) {
    if (navigator.clipboard) return navigator.clipboard.writeText(text);
    const area = document.createElement("textarea");
    area.value = text;
    document.body.append(area);
    area.select();
    const done = document.execCommand("copy");
    area.remove();
    return done ? Promise.resolve() : Promise.reject();
  }
  for (const button of document.querySelectorAll("[data-copy]")) {
    const label = button.textContent;
    button.hidden = false;
    button.addEventListener("click", () => {
      const text = document.getElementById(button.dataset.copy).textContent;
      put(text).then(
        () => { button.textContent = "Copied"; live.textContent = `${button.getAttribute("aria-label") || label}: done`; },
        () => { button.textContent = "Select and copy by hand"; },
      ).finally(() => setTimeout(() => { button.textContent = label; }, 1600));
    });
  }

  show(asked() || 1, false);
});
