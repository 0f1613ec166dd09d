import { offer } from "./barcode.js";

// 收书: each bar code that is read, by a gun or the camera, counts one copy more of its title; what is not on the slip is added.
const panel = document.querySelector("[data-count]");
const input = panel?.querySelector("#scan");

const say = (text) => {
  panel.querySelector("[data-say]").textContent = text;
};

/** One more in a field, and the eye led there. */
function more(field) {
  field.value = String((Number(field.value) || 0) + 1);
  field.closest("tr").classList.add("table-active");
  return field.value;
}

function count(isbn) {
  const known = document.querySelector(`[data-book="${isbn}"]`);
  if (known) {
    say(`《${known.dataset.title}》第 ${more(known)} 册`);
    return;
  }
  const added = [...document.querySelectorAll("[data-added]")];
  const isBlank = (one) => [...one.closest("tr").querySelectorAll("input")].every((field) => !field.value.trim());
  const row = added.find((one) => one.value.replace(/[^0-9]/g, "") === isbn) || added.find(isBlank);
  if (!row) {
    say("补登的行已用完，请先确认收书。");
    return;
  }
  row.value = isbn;
  const copies = row.closest("tr").querySelector(".count");
  say(`单上没有这本书，已补登，第 ${more(copies)} 册；请填写书名。`);
}

if (panel) {
  // A first scan begins the count: what the slip says is not what was brought. What was counted before a refusal stays.
  const counted = panel.querySelector("[name=counted]");
  const take = (text) => {
    const isbn = text.replace(/[^0-9]/g, "");
    if (!/^97[89]\d{10}$/.test(isbn)) {
      say("这不是书背面的条码，请扫 978 开头的条码。");
      return;
    }
    if (!counted.value) for (const field of document.querySelectorAll("[data-book]")) field.value = "0";
    counted.value = "1";
    count(isbn);
  };
  input.addEventListener("keydown", (event) => {
    if (event.key !== "Enter") return;
    event.preventDefault();
    if (input.value.trim()) take(input.value);
    input.value = "";
  });
  offer(panel.querySelector("button"), panel.dataset, say, take);
}
