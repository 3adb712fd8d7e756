// The builder by keyboard: arrows choose among what is offered, Enter adds it, Ctrl+Z takes the last step back.
(() => {
  "use strict";
  const box = document.getElementById("typed");
  const panel = document.getElementById("offered");
  if (!box || !panel) return;

  const { options, chosen, show, choose } = window.chaland.listbox(box, panel);
  let isWaiting = false;
  let isStale = false; // what is offered answers to less than what is typed
  const take = () => {
    const answers = panel.querySelector("[data-typed]");
    if (!answers || answers.dataset.typed !== box.value.trim()) return false;
    chosen().click();
    return true;
  };

  box.addEventListener("keydown", (event) => {
    if (event.key === "Enter") {
      event.preventDefault();
      isWaiting = Boolean(box.value.trim()) && (isStale || !take());
    } else {
      isWaiting = false;
    }
  });
  box.addEventListener("input", () => {
    isStale = true;
    if (!box.value.trim()) show(false);
  });
  document.addEventListener("click", (event) => {
    if (!event.target.closest(".seg-add")) show(false);
  });

  // once settled and not before: until then htmx has not wired what it put in, and a click on it does nothing
  document.body.addEventListener("htmx:afterSettle", (event) => {
    if (event.detail.target === panel) {
      show(Boolean(panel.firstElementChild) && Boolean(box.value.trim()));
      choose(options()[0]);
      isStale = event.detail.requestConfig.parameters[box.name] !== box.value;
      // Enter pressed before the answers to what is typed came takes the first of them
      if (isWaiting && !isStale && options().length) isWaiting = !take();
    } else if (event.detail.target.id === "builder") {
      // what was typed meanwhile is the next condition, and stays
      const taken = event.detail.requestConfig.elt.closest("[data-typed]");
      if (taken && taken.dataset.typed === box.value.trim()) {
        box.value = "";
        panel.replaceChildren();
        show(false);
      }
      const field = document.querySelector(".seg-form input, .seg-form select");
      (field || box).focus();
    }
  });

  document.addEventListener("keydown", (event) => {
    const inForm = event.target.closest(".seg-form");
    if (inForm && event.key === "Enter" && event.target.tagName !== "BUTTON") {
      event.preventDefault();
      document.getElementById("apply").click();
    }
    const typing = event.target.closest("input, textarea, select") && event.target.value;
    if ((event.ctrlKey || event.metaKey) && event.key.toLowerCase() === "z" && !typing) {
      const undo = document.getElementById("undo");
      if (undo && !undo.disabled) {
        event.preventDefault();
        undo.click();
      }
    }
  });
  if (!document.querySelector(".seg-row:not(.seg-group)")) box.focus();
})();
