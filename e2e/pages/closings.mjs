// What is kept of whom, and leaving: said, asked for, taken back.
import { says } from "../steps.mjs";

export async function closings({ go, look, phone, reader, url }) {
  await go(phone, "/privacy", "privacy");
  await go(phone, "/privacy/collected", "privacy-collected");
  await go(phone, "/privacy/shared", "privacy-shared");
  await go(phone, "/closing", "closing");
  await phone.getByRole("button", { name: "申请注销" }).click();
  await says(phone, "请先阅读上面的说明");
  await look(phone, "closing-refused");
  const leaving = await reader();
  await leaving.goto(url("/closing"));
  await leaving.getByLabel("我已了解注销后的影响").check();
  await leaving.getByRole("button", { name: "申请注销" }).click();
  await says(leaving, "撤回注销");
  await look(leaving, "closing-asked");
  await leaving.getByRole("button", { name: "撤回注销" }).click();
  await says(leaving, "申请注销");
}
