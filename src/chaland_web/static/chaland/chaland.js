// The little that a page cannot do by itself: shortcuts, the search panel by keyboard, printing, and bad news.
(() => {
  "use strict";
  const box = document.getElementById("q");
  const panel = document.getElementById("panel");
  const trouble = document.getElementById("trouble");

  if (box && panel) {
    const { options, chosen, show, choose } = window.chaland.listbox(box, panel);

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

    let isAsked = false; // answers to what is typed are on their way
    let isWaiting = false; // Enter was pressed before they came
    const open = () => {
      if (chosen()) window.location.assign(chosen().href);
      else box.form.submit();
    };

    box.addEventListener("keydown", (event) => {
      isWaiting = event.key === "Enter" && isAsked;
      if (isWaiting) {
        event.preventDefault();
      } else if (event.key === "Enter" && !panel.hidden && chosen()) {
        event.preventDefault();
        open();
      }
    });

    box.addEventListener("input", () => {
      isAsked = box.value.trim().length > 1;
      if (!isAsked) show(false);
    });
    box.addEventListener("focus", () => {
      if (options().length && box.value.trim().length > 1) show(true);
    });
    document.addEventListener("click", (event) => {
      if (!event.target.closest(".search")) show(false);
    });

    document.body.addEventListener("htmx:afterSwap", (event) => {
      if (event.detail.target !== panel) return;
      show(Boolean(panel.querySelector("[data-text]")) && document.activeElement === box && box.value.trim().length > 1);
      choose(options()[0]);
      if (event.detail.requestConfig.parameters[box.name] !== box.value) return;
      isAsked = false;
      if (isWaiting) open();
    });
    const giveUp = (event) => {
      if (event.detail.target !== panel) return;
      isAsked = false;
      if (isWaiting) box.form.submit();
    };
    document.body.addEventListener("htmx:responseError", giveUp);
    document.body.addEventListener("htmx:sendError", giveUp);
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

  // a form that writes leaves once, however long a key is held or however often a button is pressed
  document.addEventListener("submit", (event) => {
    const form = event.target.closest("form[data-once]");
    if (!form) return;
    if (form.dataset.once) event.preventDefault();
    else form.dataset.once = "sent";
  });
  window.addEventListener("pageshow", () => document.querySelectorAll("form[data-once]").forEach((form) => {
    form.dataset.once = "";
  }));

  document.querySelectorAll("[data-print]").forEach((button) => {
    button.addEventListener("click", () => window.print());
  });
})();
