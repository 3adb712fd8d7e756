// One key a decision: M merges, K keeps apart, S skips, U undoes. A key held down decides once.
(() => {
  "use strict";
  document.addEventListener("keydown", (event) => {
    if (event.repeat || event.ctrlKey || event.metaKey || event.altKey) return;
    if (event.target.closest("input:not([type='hidden']), textarea, select, [contenteditable]")) return;
    const button = document.querySelector(`#pair [data-key="${CSS.escape(event.key.toLowerCase())}"]`);
    if (!button || button.disabled || document.querySelector("#pair .htmx-request, #pair.htmx-request")) return;
    event.preventDefault();
    button.click();
  });
})();
