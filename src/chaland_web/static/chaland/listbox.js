// A text box and the list of what answers to it: shown, hidden, and gone through by keyboard; the focus stays in the box.
window.chaland = window.chaland || {};
window.chaland.listbox = (box, panel) => {
  "use strict";
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
    }
  });
  return { options, chosen, show, choose };
};
