// On the telephone everything is done by the keyboard: arrows among the answers, Enter for the first, figures for outcomes.
(() => {
  "use strict";
  const box = document.getElementById("call-q");
  const answers = () => Array.from(document.querySelectorAll(".call-hit"));

  if (!box && answers().length) answers()[0].focus();
  if (box) {
    box.form.addEventListener("submit", (event) => {
      const list = document.querySelector(".call-hits");
      if (list && list.dataset.text === box.value.trim()) {
        // only when the answers shown are those of what is typed
        event.preventDefault();
        answers()[0].click();
      }
    });
  }

  // answers that come late replace those gone through: the focus keeps its place among them
  let kept = -1;
  document.body.addEventListener("htmx:beforeSwap", () => { kept = answers().indexOf(document.activeElement); });
  document.body.addEventListener("htmx:afterSwap", () => {
    const all = answers();
    if (kept >= 0) (all[Math.min(kept, all.length - 1)] || box).focus();
  });

  document.addEventListener("keydown", (event) => {
    const all = answers();
    const place = all.indexOf(document.activeElement);
    if ((event.key === "/" || (event.ctrlKey && event.key.toLowerCase() === "k")) && box && document.activeElement !== box) {
      event.preventDefault();
      box.select();
      box.focus();
    } else if (event.key === "ArrowDown" && all.length && (place >= 0 || document.activeElement === box)) {
      event.preventDefault();
      all[Math.min(place + 1, all.length - 1)].focus();
    } else if (event.key === "ArrowUp" && place >= 0) {
      event.preventDefault();
      if (place) all[place - 1].focus();
      else if (box) box.focus();
    } else if (event.key === "Escape" && box) {
      box.select();
      box.focus();
    } else if (/^[1-9]$/.test(event.key) && !event.ctrlKey && !event.altKey && !event.metaKey) {
      if (event.target.closest("textarea, input[type=text], input[type=search], input[type=date]")) return;
      const outcome = document.querySelector(`[data-key="${event.key}"]`);
      if (outcome) outcome.click();
    }
  });

  const words = document.querySelector("#call-form textarea");
  if (words) {
    words.addEventListener("keydown", (event) => {
      if (event.key === "Escape") words.blur();
    });
  }
})();
