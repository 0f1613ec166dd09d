import { offer } from "./barcode.js";

// The bar code on a book's back: what was read goes on as if it had been typed.
const form = document.querySelector("[data-isbn]");
const button = form?.querySelector("[data-scan-isbn]");

if (button) {
  const say = (text) => {
    form.querySelector("[data-say]").textContent = text;
  };
  offer(button, form.dataset, say, (text) => {
    form.elements.isbn.value = text;
    form.requestSubmit();
  });
}
