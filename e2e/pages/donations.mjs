// Donations: the slip filled in, checked and shown; received at the desk, reviewed, shelved.
import { says } from "../steps.mjs";

async function fillIn({ go, look, phone }) {
  await go(phone, "/donations", "donations-none");
  await phone.getByRole("link", { name: "去捐赠" }).click();
  await phone.getByRole("heading", { name: "填写捐赠单" }).waitFor();
  await look(phone, "donation-new");
  await phone.getByLabel("再加一本：ISBN").fill("9787536692930");
  // Return adds what was typed, as a bar-code gun does.
  await phone.keyboard.press("Enter");
  await phone.getByLabel("书名").waitFor();
  await phone.getByRole("button", { name: "没有 ISBN，手工加一本" }).click();
  await phone.getByLabel("书名").nth(1).waitFor();
  await phone.getByRole("button", { name: "提交", exact: true }).click();
  await says(phone, "请填写书名");
  await look(phone, "donation-refused");
  await phone.getByLabel("书名").nth(1).fill("外婆的手抄菜谱");
  await phone.getByLabel("册数").first().fill("2");
  await phone.getByRole("button", { name: "提交", exact: true }).click();
  await says(phone, "核对捐赠清单");
  await look(phone, "donation-check");
  await phone.getByRole("button", { name: "确认捐赠" }).click();
  await says(phone, "捐赠单已提交");
  await look(phone, "donation");
  await phone.getByRole("link", { name: "取消捐赠" }).click();
  await says(phone, "不取消");
  await look(phone, "donation-cancelling");
  await phone.getByRole("link", { name: "不取消" }).click();
  return (await phone.locator(".code").innerText()).trim();
}

async function receive({ demo, desk, go, look, url }, code) {
  await go(desk, "/staff/donations/receiving?code=nothing", "staff-donations-unknown");
  await desk.goto(`${demo.facts.staff}/desk`);
  await desk.getByLabel("兑换码").fill(code);
  await desk.keyboard.press("Enter");
  await desk.getByRole("button", { name: "确认收书" }).waitFor();
  await look(desk, "staff-donations-receiving");
  await desk.getByLabel("实收册数：三体").fill("两");
  await desk.getByRole("button", { name: "确认收书" }).click();
  await desk.getByRole("alert").waitFor();
  await look(desk, "staff-donations-receiving-refused");
  await desk.getByLabel("实收册数：三体").fill("2");
  await desk.getByRole("button", { name: "确认收书" }).click();
  await desk.getByRole("button", { name: "完成审核" }).waitFor();
  await look(desk, "staff-donation");
  await desk.getByLabel("收下册数：外婆的手抄菜谱").fill("0");
  await desk.getByRole("button", { name: "完成审核" }).click();
  await desk.getByRole("alert").waitFor();
  await look(desk, "staff-donation-refused");
  await desk.getByLabel("未收的怎么办：外婆的手抄菜谱").selectOption("退还");
  await desk.getByLabel("未收原因：外婆的手抄菜谱").fill("不是出版物");
  await desk.getByRole("button", { name: "完成审核" }).click();
  await desk.getByRole("button", { name: "登记已上架" }).waitFor();
  await look(desk, "staff-donation-accepted");
  await desk.getByRole("button", { name: "登记已上架" }).click();
  await says(desk, "上架");
  await go(desk, "/staff/donations?state=lapsed", "staff-donations-none");
  await go(desk, "/staff/donations/months", "staff-donations-months");
  await desk.goto(url("/staff/donations"));
  await look(desk, "staff-donations");
}

/** The name is the card's; whoever holds the paper checks it. */
async function certificate({ demo, go, look, phone }) {
  await phone.getByRole("link", { name: "捐赠证书" }).click();
  await phone.getByLabel("姓名").fill("张三");
  await phone.getByRole("button", { name: "制作证书" }).click();
  await phone.getByRole("alert").or(phone.locator(".err")).first().waitFor();
  await look(phone, "donation-naming-refused");
  const [, first, last] = (await phone.locator("main").innerText()).match(/读者证（(.)\*(.?)）/);
  const { name } = demo.facts.cards.find((card) => card.name.startsWith(first) && card.name.slice(2).endsWith(last));
  await phone.getByLabel("姓名").fill(name);
  await phone.getByRole("button", { name: "制作证书" }).click();
  await phone.getByRole("heading", { name: "捐赠证书" }).waitFor();
  await look(phone, "donation-certificate");
  const link = await phone.getByRole("link", { name: "/print" }).getAttribute("href");
  await phone.goto(link);
  await look(phone, "donation-certificate-print");
  await go(phone, new URL(link).pathname.replace("/print", ""), "donation-certificate-checked");
  await go(phone, "/donation-certificates/none", "donation-certificate-wrong");
}

export async function donations(pages) {
  const code = await fillIn(pages);
  await receive(pages, code);
  await pages.go(pages.phone, "/donations", "donations");
  await pages.phone.getByRole("link", { name: "三体" }).click();
  await says(pages.phone, "不是出版物");
  await pages.look(pages.phone, "donation-accepted");
  await certificate(pages);
}
