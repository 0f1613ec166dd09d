// Binding at the desk: the reader shows a code, staff look at identity and card.
import { says } from "../steps.mjs";

async function check(desk, code, barcode) {
  await desk.getByLabel("读者的绑定码").fill(code);
  await desk.getByLabel("读者证条码号").fill(barcode);
  await desk.getByRole("button", { name: "查对" }).click();
}

export async function deskBinding({ demo, desk, go, look, phone, url }) {
  const card = demo.card("JB002600000049");
  await go(desk, "/staff/cards", "staff-cards");
  await check(desk, "R-1-1-0", card.barcode);
  await says(desk, "绑定码不对或已过期");
  await look(desk, "staff-cards-refused");
  await phone.goto(url("/cards/desk"));
  const code = (await phone.locator(".brk").textContent()).match(/R-\S+/)[0];
  await check(desk, code.trim(), card.barcode);
  await says(desk, "已核对本人身份证和读者证");
  await look(desk, "staff-cards-found");
  await desk.getByRole("button", { name: "绑定" }).click();
  await says(desk, "请先核对");
  await look(desk, "staff-cards-unseen");
  await desk.getByLabel("已核对本人身份证和读者证").check();
  await desk.getByRole("button", { name: "绑定" }).click();
  await says(desk, "绑定成功");
  await look(desk, "staff-cards-done");
}
