// The little that a page cannot do by itself: shortcuts, the search panel by keyboard, printing, and bad news.
(() => {
  "use strict";
  const box = document.getElementById("q");
  const panel = document.getElementById("panel");
  const trouble = document.getElementById("trouble");

  const options = () => Array.from(panel.querySelectorAll('[role="option"]'));
  const chosen = () => panel.querySelector('[aria-selected="true"]');

  const show = (visible) => {
    panel.hidden = !visible;
    box.setAttribute("aria-expanded", String(visible));
    if (!visible) box.removeAttribute("aria-activedescendant");
  };

  const choose = (option) => {
    options().forEach((each) => each.setAttribute("aria-selected", String(each === option)));
    if (option) {
      box.setAttribute("aria-activedescendant", option.id);
      option.scrollIntoView({ block: "nearest" });
    }
  };

  if (box && panel) {
    document.addEventListener("keydown", (event) => {
      const typing = event.target.closest("input, textarea, select, [contenteditable]");
      const slash = event.key === "/" && !typing && !event.ctrlKey && !event.metaKey && !event.altKey;
      const command = (event.ctrlKey || event.metaKey) && event.key.toLowerCase() === "k";
      if (slash || command) {
        event.preventDefault();
        box.focus();
        box.select();
      }
    });

    box.addEventListener("keydown", (event) => {
      const all = options();
      const place = all.indexOf(chosen());
      if (event.key === "ArrowDown" && all.length) {
        event.preventDefault();
        show(true);
        choose(all[Math.min(place + 1, all.length - 1)]);
      } else if (event.key === "ArrowUp" && all.length) {
        event.preventDefault();
        choose(all[Math.max(place - 1, 0)]);
      } else if (event.key === "Escape") {
        show(false);
      } else if (event.key === "Enter" && !panel.hidden && chosen() && panel.dataset.text === box.value.trim()) {
        // only when the answers shown are those of what is typed
        event.preventDefault();
        window.location.assign(chosen().href);
      }
    });

    box.addEventListener("input", () => {
      if (box.value.trim().length < 2) show(false);
    });
    box.addEventListener("focus", () => {
      if (options().length && box.value.trim().length > 1) show(true);
    });
    document.addEventListener("click", (event) => {
      if (!event.target.closest(".search")) show(false);
    });

    document.body.addEventListener("htmx:afterSwap", (event) => {
      if (event.detail.target !== panel) return;
      const answer = panel.querySelector("[data-text]");
      panel.dataset.text = answer ? answer.dataset.text : "";
      show(Boolean(answer) && document.activeElement === box && box.value.trim().length > 1);
      choose(options()[0]);
    });
  }

  const tell = () => {
    if (!trouble) return;
    trouble.hidden = false;
    window.setTimeout(() => { trouble.hidden = true; }, 8000);
  };
  document.body.addEventListener("htmx:responseError", (event) => {
    if (event.detail.xhr.status !== 401) tell();
  });
  document.body.addEventListener("htmx:sendError", tell);

  // one definition at a time: another click, or Escape, folds it
  const fold = (except) => document.querySelectorAll("details.defined[open]").forEach((one) => {
    if (one !== except) one.open = false;
  });
  document.addEventListener("click", (event) => fold(event.target.closest("details.defined")));
  document.addEventListener("keydown", (event) => {
    const open = document.querySelector("details.defined[open]");
    if (event.key !== "Escape" || !open) return;
    fold();
    open.querySelector("summary").focus();
  });

  document.querySelectorAll("[data-print]").forEach((button) => {
    button.addEventListener("click", () => window.print());
  });
})();
