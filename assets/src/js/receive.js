import { offer } from "./barcode.js";

// 收书: each bar code that is read, by a gun or the camera, counts one copy more of its title; what is not on the slip is added.
const panel = document.querySelector("[data-count]");
const input = panel?.querySelector("input");

const say = (text) => {
  panel.querySelector("[data-say]").textContent = text;
};

/** One more in a field, and the eye led there. */
function more(field) {
  field.value = String((Number(field.value) || 0) + 1);
  field.closest("tr").classList.add("table-active");
  return field.value;
}

function count(text) {
  const isbn = text.replace(/[^0-9]/g, "");
  if (isbn.length !== 13) {
    say("这不是书背面的条码，请扫 978 开头的条码。");
    return;
  }
  const known = document.querySelector(`[data-book="${isbn}"]`);
  if (known) {
    say(`《${known.dataset.title}》第 ${more(known)} 册`);
    return;
  }
  const added = [...document.querySelectorAll("[data-added]")];
  const row = added.find((one) => one.value.replace(/[^0-9]/g, "") === isbn) ?? added.find((one) => !one.value);
  if (!row) {
    say("补登的行已用完，请先确认收书。");
    return;
  }
  row.value = isbn;
  const copies = row.closest("tr").querySelector(".count");
  say(`单上没有这本书，已补登，第 ${more(copies)} 册；请填写书名。`);
}

if (panel) {
  // A first scan begins the count: what the slip says is not what was brought.
  let begun = false;
  const take = (text) => {
    if (!begun) for (const field of document.querySelectorAll("[data-book]")) field.value = "0";
    begun = true;
    count(text);
  };
  input.addEventListener("keydown", (event) => {
    if (event.key !== "Enter") return;
    event.preventDefault();
    if (input.value.trim()) take(input.value);
    input.value = "";
  });
  offer(panel.querySelector("button"), panel.dataset, say, take);
}
