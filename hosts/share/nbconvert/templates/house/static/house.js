// What every page of the lab does: follow the reader's light or dark, and show a dashboard
// when it is drawn. A plain script, loaded in the head, so that the first paint is right.
(() => {
  "use strict";

  // ---- light and dark -------------------------------------------------------------------
  // The page decides, not the address: a page may be rendered before its reader is known
  // (preheated kernels), and the switch must work while a network is being trained.
  const KEY = "deep-learning-lab:scheme"; // "light" or "dark"; nothing: as the system has it
  const system = matchMedia("(prefers-color-scheme: dark)");

  function chosen() {
    try {
      return localStorage.getItem(KEY);
    } catch (refused) {
      return null; // storage may be forbidden: the system's scheme then holds
    }
  }

  function choose(scheme) {
    try {
      if (scheme === (system.matches ? "dark" : "light")) localStorage.removeItem(KEY);
      else localStorage.setItem(KEY, scheme);
    } catch (refused) {
      // the choice lives as long as the page
    }
    wear(scheme);
  }

  function wear(scheme) {
    const dark = scheme === "dark";
    document.documentElement.dataset.scheme = scheme;
    for (const link of document.querySelectorAll("link[data-scheme]")) {
      link.media = link.dataset.scheme === scheme ? "all" : "not all";
    }
    if (!document.body) return;
    // JupyterLab's own attributes: widgets look here
    document.body.dataset.jpThemeLight = String(!dark);
    document.body.dataset.jpThemeName = dark ? "JupyterLab Dark" : "JupyterLab Light";
    const button = document.querySelector(".house-switch");
    if (button) {
      button.hidden = false;
      button.textContent = dark ? "Light" : "Dark";
      button.title = dark ? "Show the page light" : "Show the page dark";
    }
  }

  const current = () => chosen() ?? (system.matches ? "dark" : "light");
  wear(current());
  system.addEventListener("change", () => wear(current()));
  addEventListener("storage", (event) => event.key === KEY && wear(current()));
  document.addEventListener("click", (event) => {
    if (!event.target.closest?.(".house-switch")) return;
    choose(document.documentElement.dataset.scheme === "dark" ? "light" : "dark");
  });

  // ---- a dashboard's start --------------------------------------------------------------
  const OUTPUT = 'script[type="application/vnd.voila.cell-output+json"]';
  const WIDGET = "application/vnd.jupyter.widget-view+json";
  const PATIENCE = 15000; // ms after which what is there is shown, complete or not

  function note(text) {
    const line = document.getElementById("house-note");
    if (line) line.textContent = text;
  }

  // Voila calls this every ten seconds in which a cell has not ended.
  window.voila_heartbeat = () => note("Still preparing…");

  // Voila calls this as its own scripts are ready; outputs become widgets from then on.
  window.cellLoaded = true;
  window.voila_finish = () => {
    const stage = document.getElementById("house-stage");
    if (!stage) return;
    const widgets = [...stage.querySelectorAll(OUTPUT)]
      .filter((output) => output.textContent.includes(WIDGET))
      .map((output) => output.parentElement);
    const drawn = () =>
      !stage.querySelector('[class="lm-Widget"]:empty') && // an anywidget whose script is on its way
      !stage.querySelector(OUTPUT) &&
      widgets.every((one) => one.querySelector(".jp-OutputArea-output > *")?.offsetHeight > 0) &&
      !stage.querySelector(".lab:not([data-ready])"); // the lab's widgets say when they are
    const show = () => {
      watch.disconnect();
      clearTimeout(late);
      document.getElementById("house-note")?.remove();
      stage.classList.remove("is-waiting");
      dispatchEvent(new Event("resize")); // some plots take their size from this
    };
    const look = () => drawn() && show();
    const watch = new MutationObserver(look);
    const late = setTimeout(show, PATIENCE);
    watch.observe(stage, { childList: true, subtree: true, attributes: true });
    look();
  };

  window.house = { dressBody: () => wear(current()) };
})();
