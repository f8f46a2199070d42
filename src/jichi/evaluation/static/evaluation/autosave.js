/* A comfort only: the button “Save the draft” does the same. What was typed goes to the server a moment after it. */
(() => {
  "use strict";
  document.querySelectorAll("form[data-autosave]").forEach((form) => {
    const told = form.querySelector("[data-autosave-told]");
    const version = form.querySelector('input[name="version"]');
    const pause = Number(form.dataset.autosavePause) || 4000;
    let timer, saving = false, again = false, stopped = false, unsaved = false;
    const say = (text, kind) => {
      if (!told || !text) return;
      told.textContent = text;
      told.dataset.kind = kind;
    };
    const save = async () => {
      if (stopped) return;
      if (saving) { again = true; return; }
      saving = true;
      unsaved = false;
      try {
        const answer = await fetch(form.dataset.autosave, { method: "POST", body: new FormData(form), headers: { Accept: "application/json" }, redirect: "manual" });
        if (answer.headers.get("Content-Type")?.startsWith("application/json")) {
          const said = await answer.json();
          if (said.version) version.value = said.version;
          if (!answer.ok) { stopped = true; unsaved = true; }
          say(said.text, answer.ok ? "saved" : "stopped");
        } else {
          // Signed out, or the page is of an older time: the button tells more.
          unsaved = true;
          say(form.dataset.autosaveFailed, "failed");
        }
      } catch {
        unsaved = true;
        say(form.dataset.autosaveFailed, "failed");
        again = true;
      }
      saving = false;
      if (again && !stopped) { again = false; clearTimeout(timer); timer = setTimeout(save, pause * 3); }
    };
    const later = () => {
      unsaved = true;
      clearTimeout(timer);
      timer = setTimeout(save, pause);
    };
    form.addEventListener("input", later);
    form.addEventListener("change", later);
    form.addEventListener("submit", () => { stopped = true; unsaved = false; clearTimeout(timer); });
    addEventListener("beforeunload", (event) => { if (unsaved) event.preventDefault(); });
  });
})();
