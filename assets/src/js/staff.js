import { guardForms } from "./forms.js";

guardForms();

/** 活动内容: the text as it will look, with four buttons; without this file it is a plain field. */
function edit(field) {
  const view = document.createElement("div");
  view.className = "form-control rich-view";
  view.contentEditable = "true";
  view.setAttribute("role", "textbox");
  view.setAttribute("aria-multiline", "true");
  view.setAttribute("aria-label", "活动内容");
  view.innerHTML = field.value;
  const bar = document.createElement("div");
  bar.className = "btns";
  const tool = (label, name, value) => {
    const button = document.createElement("button");
    button.type = "button";
    button.className = "btn btn-sm";
    button.textContent = label;
    button.addEventListener("click", () => {
      view.focus();
      document.execCommand(name, false, value);
    });
    bar.append(button);
  };
  tool("加粗", "bold");
  tool("小标题", "formatBlock", "h3");
  tool("正文", "formatBlock", "p");
  tool("列表", "insertUnorderedList");
  // Pasted text keeps its words and loses its looks.
  view.addEventListener("paste", (event) => {
    event.preventDefault();
    document.execCommand("insertText", false, event.clipboardData.getData("text/plain"));
  });
  field.form.addEventListener("submit", () => {
    field.value = view.innerHTML;
  }, true);
  field.hidden = true;
  field.before(bar, view);
}

document.querySelectorAll("textarea[data-rich]").forEach(edit);
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
