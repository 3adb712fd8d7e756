// One button under each password: shows what is typed, then hides it again.
(() => {
  "use strict";
  document.querySelectorAll("[data-reveal]").forEach((button) => {
    const form = button.closest("form");
    const words = [button.textContent, button.dataset.reveal];
    button.hidden = false;
    button.addEventListener("click", () => {
      const shown = button.getAttribute("aria-pressed") !== "true";
      button.setAttribute("aria-pressed", String(shown));
      button.textContent = words[Number(shown)];
      form.querySelectorAll("[autocomplete$='password']").forEach((box) => { box.type = shown ? "text" : "password"; });
    });
  });
})();
