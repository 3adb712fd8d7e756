// Writing while someone talks: N opens the note, Escape leaves, Ctrl-Enter keeps.
(() => {
  "use strict";
  document.addEventListener("keydown", (event) => {
    const form = event.target.closest(".desk-form");
    if (form && event.key === "Enter" && (event.ctrlKey || event.metaKey)) {
      event.preventDefault();
      form.requestSubmit();
    }
  });

  const panel = document.getElementById("desk-panel");
  if (!panel) return; // a form in a page of its own
  let opener = null;

  const leave = () => {
    panel.replaceChildren();
    panel.removeAttribute("role");
    panel.removeAttribute("aria-labelledby");
    if (opener) opener.focus();
  };

  document.querySelectorAll(".desk-actions a").forEach((link) => {
    link.addEventListener("click", () => { opener = link; });
  });

  const enter = () => {
    const first = panel.querySelector("[data-focus]") || panel.querySelector("input:not([type=hidden])");
    if (first) first.focus();
  };

  panel.addEventListener("htmx:afterSwap", () => {
    panel.setAttribute("role", "dialog");
    panel.setAttribute("aria-labelledby", "desk-title");
    enter();
  });

  panel.addEventListener("click", (event) => {
    if (event.target.closest("[data-desk-close]")) {
      event.preventDefault();
      leave();
    }
  });

  document.addEventListener("keydown", (event) => {
    const typing = event.target.closest("input, textarea, select, [contenteditable]");
    if (event.key === "Escape" && panel.childElementCount) {
      leave();
    } else if (!typing && !event.ctrlKey && !event.metaKey && !event.altKey) {
      const link = document.querySelector(`[data-desk="${CSS.escape(event.key.toLowerCase())}"]`);
      if (!link) return;
      event.preventDefault();
      if (panel.childElementCount) enter(); // never over what is being written
      else if (!event.repeat && !link.matches(".htmx-request")) link.click();
    }
  });
})();
