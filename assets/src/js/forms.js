// Forms: a second tap does nothing while the first is under way. Everything works without this file, too.
export function guardForms() {
  document.addEventListener("submit", (event) => {
    const form = event.target;
    if (form.dataset.sent) {
      event.preventDefault();
      return;
    }
    if (form.method !== "post") return;
    form.dataset.sent = "1";
    const button = event.submitter;
    if (button && button.dataset.busy) {
      button.style.minWidth = `${button.offsetWidth}px`;
      button.dataset.label = button.innerHTML;
      button.textContent = button.dataset.busy;
    }
  });
  // Come back to with the back button: the form can be sent again.
  window.addEventListener("pageshow", (event) => {
    if (!event.persisted) return;
    for (const form of document.forms) delete form.dataset.sent;
    for (const button of document.querySelectorAll("[data-label]")) button.innerHTML = button.dataset.label;
  });
}
