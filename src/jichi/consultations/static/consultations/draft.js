/* Comforts only: the button “Keep it and go on later” does the same. Once there is a draft it is kept every 30 seconds. */
(() => {
  "use strict";
  document.querySelectorAll("form[data-draft]").forEach((form) => {
    const told = form.querySelector("[data-draft-told]");
    const token = form.querySelector('input[name="draft"]');
    const counted = form.querySelector("[data-count-told]");
    const boxes = [...form.querySelectorAll("textarea[data-count]")];
    let changed = false, sending = false;
    const count = () => {
      if (!counted) return;
      const length = boxes.reduce((sum, box) => sum + box.value.length, 0);
      const most = Number(counted.dataset.countTold);
      counted.textContent = length > most / 2 ? counted.dataset.countText.replace("{count}", length.toLocaleString()).replace("{most}", most.toLocaleString()) : "";
    };
    const keep = async () => {
      // Nothing leaves this page before its writer has asked for a draft once.
      if (!changed || sending || !token.value) return;
      changed = false;
      const data = new FormData(form);
      data.set("do", "save");
      try {
        const answer = await fetch(form.action, { method: "POST", body: data, headers: { Accept: "application/json" }, redirect: "manual" });
        if (!answer.ok) throw new Error(String(answer.status));
        const said = await answer.json();
        token.value = said.draft;
        told.textContent = said.text;
      } catch {
        changed = true;
        told.textContent = form.dataset.draftFailed;
      }
    };
    form.addEventListener("input", () => { changed = true; count(); });
    form.addEventListener("submit", () => { sending = true; });
    setInterval(keep, 30000);
    count();
  });
})();
