/* Comforts only: every page does its whole work without this file. */
(() => {
  "use strict";
  const root = document.documentElement;

  // Light or dark: the device decides unless the reader does.
  const box = document.querySelector("[data-theme-switch]");
  const kept = () => { try { return localStorage.getItem("theme") || ""; } catch { return ""; } };
  const show = (theme) => {
    if (theme) root.dataset.theme = theme; else delete root.dataset.theme;
    box?.querySelectorAll("[data-theme-set]").forEach((b) => b.setAttribute("aria-pressed", String(b.dataset.themeSet === theme)));
  };
  if (box) {
    box.hidden = false;
    show(kept() || root.dataset.theme || "");
    box.addEventListener("click", (event) => {
      const button = event.target.closest("[data-theme-set]");
      if (!button) return;
      try { localStorage.setItem("theme", button.dataset.themeSet); } catch { /* private window */ }
      show(button.dataset.themeSet);
    });
  }

  document.querySelectorAll("[data-print]").forEach((b) => { b.hidden = false; b.addEventListener("click", () => print()); });
  document.querySelector("[data-focus]")?.focus();

  // Suggestions while typing, as the browser's own list of choices.
  document.querySelectorAll("form[data-suggest]").forEach((form, index) => {
    const input = form.querySelector('input[type="search"]');
    const list = document.createElement("datalist");
    list.id = `suggestions-${index}`;
    form.append(list);
    input.setAttribute("list", list.id);
    let timer, asked = "", running;
    input.addEventListener("input", () => {
      clearTimeout(timer);
      const words = input.value.trim();
      if (!words || words === asked) return;
      timer = setTimeout(async () => {
        asked = words;
        running?.abort();
        running = new AbortController();
        try {
          const answer = await fetch(`${form.dataset.suggest}?q=${encodeURIComponent(words)}`, { signal: running.signal, headers: { Accept: "application/json" } });
          if (!answer.ok) return;
          const { suggestions = [] } = await answer.json();
          list.replaceChildren(...suggestions.slice(0, 8).map((s) => Object.assign(document.createElement("option"), { value: s.title ?? s })));
        } catch { /* offline or overtaken by the next key */ }
      }, 180);
    });
  });

  // A form that is being filled asks before it is left.
  document.querySelectorAll("form[data-guard]").forEach((form) => {
    let touched = false;
    form.addEventListener("input", () => { touched = true; });
    form.addEventListener("submit", () => { touched = false; });
    addEventListener("beforeunload", (event) => { if (touched) event.preventDefault(); });
  });
})();
