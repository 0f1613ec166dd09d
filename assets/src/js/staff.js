import { guardForms } from "./forms.js";

guardForms();
// The desk: Esc clears, and whatever a bar-code gun types lands in the field.
document.addEventListener("keydown", (event) => {
  const clear = document.querySelector("[data-esc]");
  if (event.key === "Escape" && clear) clear.click();
  const field = document.querySelector(".gun input");
  const plain = event.key.length === 1 && !event.ctrlKey && !event.metaKey && !event.altKey;
  if (field && plain && document.activeElement !== field && !/^(input|textarea|select)$/i.test(document.activeElement.tagName)) {
    field.focus();
  }
});
