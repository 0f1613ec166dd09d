// A phone number: refused, codes for both, changed; and the way to the desk.
import { bind, says } from "../steps.mjs";

async function ask(page, side, label, number) {
  await page.getByLabel(label, { exact: true }).fill(number);
  await page.locator(`[formaction="/phone/codes/${side}"]`).click();
  await says(page, "秒后重发");
}

export async function phones({ demo, desk, go, look, reader, url }) {
  const phone = await reader();
  const card = demo.card("JB002600000122");
  await bind(phone, demo, card);
  await go(phone, "/phone", "phone");
  await phone.getByRole("button", { name: "确认修改" }).last().click();
  await says(phone, "请填写手机号码");
  await look(phone, "phone-refused");
  // A phone gets a code a minute at most.
  await demo.forward({ minutes: "2" });
  await phone.goto(url("/phone"));
  await ask(phone, "old", "原手机号", card.phone);
  await look(phone, "phone-code-sent");
  const oldCode = await demo.code(card.phone);
  await phone.getByLabel("原号码的验证码").fill(oldCode);
  await ask(phone, "new", "新手机号", "13900000778");
  await phone.getByLabel("新号码的验证码").fill("123456");
  await phone.getByRole("button", { name: "确认修改" }).last().click();
  await says(phone, "还可以再试");
  await look(phone, "phone-wrong-code");
  await phone.getByLabel("新号码的验证码").fill(await demo.code("13900000778"));
  await phone.getByRole("button", { name: "确认修改" }).last().click();
  await says(phone, "手机号已修改");
  await look(phone, "phone-changed");

  await go(phone, "/phone/desk", "phone-desk-none");
  await demo.forward({ minutes: "2" });
  await phone.goto(url("/phone"));
  await ask(phone, "new", "新手机号", "13900000779");
  await phone.getByLabel("新号码的验证码").fill(await demo.code("13900000779"));
  await phone.getByRole("button", { name: "旧号码已停用，到服务台办理" }).click();
  await says(phone, "139****0779");
  await look(phone, "phone-desk");
  const code = (await phone.locator("main").textContent()).match(/R-\S+/)[0];
  await go(desk, "/staff/phones", "staff-phones");
  await desk.getByLabel("读者手机上的代码").fill(code);
  await desk.getByRole("button", { name: "查对" }).click();
  await desk.getByText("139****0779").waitFor();
  await look(desk, "staff-phone");
  await desk.getByRole("button", { name: "确认修改" }).click();
  await desk.getByRole("alert").waitFor();
  await desk.getByLabel("已核对本人身份证和读者证").check();
  await desk.getByRole("button", { name: "确认修改" }).click();
  await desk.getByText("已改为 139****0779").waitFor();
  await look(desk, "staff-phone-done");
}
