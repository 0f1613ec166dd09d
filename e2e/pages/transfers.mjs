// Points of a lost card: the two steps, the queue, the desk; and a card that nobody can tell about.
import { bind, says } from "../steps.mjs";

async function stepOne(page, card, number) {
  await page.getByLabel("读者证条码号").fill(card.barcode);
  await page.getByLabel("姓名").fill(card.name);
  await page.getByLabel("身份证号").fill(number);
  await page.getByRole("button", { name: "下一步" }).click();
}

export async function transfers({ demo, desk, go, look, reader, url }) {
  const phone = await reader();
  const old = demo.card("JB002600000064");
  const card = demo.card("JB002600000130");
  await bind(phone, demo, old);
  // A reader gets a code a minute at most.
  await demo.forward({ minutes: "2" });
  await bind(phone, demo, card);
  await go(phone, "/transfers", "transfers-none");
  await go(phone, "/transfers/new", "transfer-new");
  await stepOne(phone, old, "110105199202140520");
  await says(phone, "身份证号不对");
  await look(phone, "transfer-refused");
  await stepOne(phone, { ...old, name: "周不念" }, card.id_number);
  await says(phone, "与登记的资料不符");
  await look(phone, "transfer-mismatch");

  await demo.party("sip2", "down");
  await stepOne(phone, old, card.id_number);
  await says(phone, "借阅系统暂时没有回应");
  await look(phone, "transfer-no-answer");
  await phone.getByRole("button", { name: "转人工核验" }).click();
  await says(phone, "第 2 步");
  await look(phone, "transfer-amount-unproven");
  await phone.getByRole("button", { name: "提交申请" }).click();
  await says(phone, "转人工核验，请持身份证到服务台");
  await look(phone, "transfer-at-desk");
  const waiting = new URL(phone.url()).pathname;
  await go(desk, `/staff${waiting}`, "staff-transfer-no-answer");
  await demo.party("sip2", "clear");

  await phone.goto(url("/transfers/new"));
  await stepOne(phone, old, card.id_number);
  await says(phone, "第 2 步");
  await phone.getByLabel("一部分积分").check();
  await phone.getByLabel("转移积分").fill("10");
  await look(phone, "transfer-amount");
  await phone.getByRole("button", { name: "提交申请" }).click();
  await says(phone, "待审核");
  await look(phone, "transfer-held");
  const shown = new URL(phone.url()).pathname;
  await phone.getByRole("link", { name: "撤回申请" }).click();
  await says(phone, "撤回这个转移申请");
  await look(phone, "transfer-withdrawal");

  await go(desk, "/staff/transfers", "staff-transfers");
  await go(desk, `/staff${shown}`, "staff-transfer");
  await desk.getByRole("button", { name: "同意转移" }).click();
  await desk.getByText("已转移").first().waitFor();
  await look(desk, "staff-transfer-approved");
  await go(phone, shown, "transfer-approved");
  await desk.goto(url(`/staff${waiting}`));
  await desk.getByRole("button", { name: "核验通过" }).click();
  await desk.getByRole("alert").waitFor();
  await look(desk, "staff-transfer-unseen");
  await desk.getByRole("link", { name: "驳回…" }).click();
  await desk.getByLabel("原因（读者会看到）").waitFor();
  await look(desk, "staff-transfer-refusal");
  await desk.getByLabel("原因（读者会看到）").fill("请先到服务台补登记姓名");
  await desk.getByRole("button", { name: "驳回转移" }).click();
  await desk.getByText("未通过").first().waitFor();
  await go(phone, waiting, "transfer-declined");
  await go(phone, "/transfers", "transfers");
  await go(phone, "/points", "points-transferred");
  await phone.goto(url("/transfers/new"));
  await stepOne(phone, old, card.id_number);
  await phone.getByRole("button", { name: "提交申请" }).click();
  await says(phone, "待审核");
  await desk.goto(url(`/staff${new URL(phone.url()).pathname}`));
  await desk.getByRole("button", { name: "同意转移" }).click();
  await desk.getByText("已转移").first().waitFor();
  await go(phone, "/redemptions", "redemptions-replaced");
  await go(phone, "/points", "points-replaced");
  await go(phone, "/cards", "cards-replaced");
  await go(desk, "/staff/account", "staff-account");
}
