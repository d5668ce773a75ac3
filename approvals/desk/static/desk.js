// What makes the desk quicker. Every journey works without it.

const KEYS = "desk-keys";
const keysInUse = () => localStorage.getItem(KEYS) !== "off";

function isTyping(target) {
  return target.closest("input, textarea, select, [contenteditable]") !== null;
}

// Keys: whatever names its key in `aria-keyshortcuts` is pressed or focused by it.
function pressed(event) {
  if (event.ctrlKey || event.metaKey || event.altKey || !keysInUse() || isTyping(event.target)) return;
  if (event.key === "j" || event.key === "k") return walk(event.key === "j" ? 1 : -1, event);
  const wanted = [...document.querySelectorAll("[aria-keyshortcuts]")].find(
    (one) => one.getAttribute("aria-keyshortcuts").toLowerCase() === event.key.toLowerCase(),
  );
  if (!wanted) return;
  event.preventDefault();
  if (wanted.matches("input, select, textarea")) wanted.focus();
  else wanted.click();
}

// From row to row of the list of a page.
function walk(step, event) {
  const links = [...document.querySelectorAll("main tbody th a")];
  if (links.length === 0) return;
  event.preventDefault();
  const here = links.indexOf(document.activeElement);
  links[Math.min(Math.max(here + step, 0), links.length - 1)].focus();
}

function offerKeys() {
  const box = document.getElementById("keys-in-use");
  if (!box) return;
  box.disabled = false;
  box.checked = keysInUse();
  box.addEventListener("change", () => localStorage.setItem(KEYS, box.checked ? "on" : "off"));
}

// What was typed is not lost by a slip.
function guardTyping() {
  for (const form of document.querySelectorAll("form[data-guarded]")) {
    let touched = false;
    form.addEventListener("input", () => (touched = true));
    form.addEventListener("submit", () => (touched = false));
    addEventListener("beforeunload", (event) => touched && event.preventDefault());
  }
}

function countRemaining() {
  for (const area of document.querySelectorAll("textarea[data-remaining]")) {
    const told = document.getElementById(area.dataset.remaining);
    const say = () => {
      told.textContent = told.dataset.text.replace("{count}", (area.maxLength - area.value.length).toLocaleString(document.documentElement.lang));
    };
    area.addEventListener("input", say);
    say();
  }
}

// A form sent twice by a double click is sent once.
function sendOnce() {
  document.addEventListener("submit", (event) => {
    if (event.target.dataset.sent && Date.now() - event.target.dataset.sent < 3000) event.preventDefault();
    else event.target.dataset.sent = Date.now();
  });
}

// A draft keeps itself a moment after the last key. The button does the same for those without a script.
function keepDraft() {
  const form = document.querySelector("form[data-kept]");
  if (!form) return;
  const told = document.getElementById("kept");
  let waiting;
  const keep = async () => {
    const typed = new FormData(form);
    typed.set("then", "keep");
    const answer = await fetch(form.action, { method: "POST", body: typed });
    if (answer.ok) told.textContent = form.dataset.kept.replace("{time}", new Date().toLocaleTimeString(document.documentElement.lang));
  };
  form.addEventListener("input", () => {
    clearTimeout(waiting);
    waiting = setTimeout(keep, 1500);
  });
  form.addEventListener("submit", () => clearTimeout(waiting));
}

function tellOfFaults() {
  document.getElementById("faults")?.focus();
}

// One menu at a time, closed by Escape or a click elsewhere.
function closeMenus() {
  const open = () => document.querySelectorAll("details.menu[open]");
  document.addEventListener("click", (event) => open().forEach((one) => one.contains(event.target) || (one.open = false)));
  document.addEventListener("keydown", (event) => {
    if (event.key !== "Escape") return;
    open().forEach((one) => {
      one.open = false;
      one.querySelector("summary").focus();
    });
  });
}

// Work of the machine shows without a reload: each message says that there is something new.
function followProgress() {
  const place = document.getElementById("progress");
  if (!place?.dataset.progress) return;
  const source = new EventSource(place.dataset.progress);
  const renew = async () => {
    const answer = await fetch(location.href, { headers: { accept: "text/html" } });
    const fresh = answer.ok && new DOMParser().parseFromString(await answer.text(), "text/html").getElementById("progress");
    if (fresh && fresh.innerHTML !== place.innerHTML) place.replaceChildren(...fresh.childNodes);
  };
  source.addEventListener("changed", renew);
  source.addEventListener("settled", () => source.close());
}

document.addEventListener("keydown", pressed);
offerKeys();
guardTyping();
countRemaining();
sendOnce();
keepDraft();
tellOfFaults();
closeMenus();
followProgress();
