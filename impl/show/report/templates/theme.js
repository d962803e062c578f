"use strict";
// The theme is the reader's: what the system says, until the button says otherwise.
const THEMES = ["auto", "light", "dark"];
function remembered() {
  try { return localStorage.getItem("exitgame-theme"); } catch { return null; }
}
function wear(theme) {
  const root = document.documentElement;
  if (theme === "light" || theme === "dark") root.dataset.theme = theme;
  else delete root.dataset.theme;
}
wear(remembered());
document.addEventListener("DOMContentLoaded", () => {
  const button = document.getElementById("theme");
  if (!button) return;
  const tell = () => {
    const now = document.documentElement.dataset.theme || "auto";
    button.textContent = `Theme: ${now}`;
  };
  button.hidden = false;
  tell();
  button.addEventListener("click", () => {
    const now = document.documentElement.dataset.theme || "auto";
    const next = THEMES[(THEMES.indexOf(now) + 1) % THEMES.length];
    wear(next);
    try { localStorage.setItem("exitgame-theme", next); } catch { /* Not kept, still worn. */ }
    tell();
  });
});
