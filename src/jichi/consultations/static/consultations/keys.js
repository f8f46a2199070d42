/* Comforts only: a letter chooses the code of the disposition, Ctrl+Enter keeps the form and goes on. */
(() => {
  "use strict";
  const typing = (place) => place.matches("textarea, select, input:not([type=radio]):not([type=checkbox])") || place.isContentEditable;
  document.querySelectorAll("form[data-keys]").forEach((form) => {
    const choices = [...form.querySelectorAll("input[type=radio]")];
    const first = form.querySelector("[data-keys-next] , textarea");
    form.querySelectorAll("[data-keys-hint]").forEach((hint) => { hint.hidden = false; });
    document.addEventListener("keydown", (event) => {
      if (event.isComposing) return;
      if (event.key === "Enter" && (event.ctrlKey || event.metaKey)) {
        event.preventDefault();
        form.requestSubmit();
        return;
      }
      if (event.ctrlKey || event.metaKey || event.altKey || typing(event.target)) return;
      const chosen = choices.find((one) => one.dataset.key === event.key.toLowerCase());
      if (!chosen) return;
      event.preventDefault();
      chosen.checked = true;
      chosen.focus();
      if (form.dataset.keys === "write" && first) first.focus();
    });
  });
})();
