// Prizes with a card, and a redemption, until the points do not suffice.
import { says } from "../steps.mjs";

async function shown({ go, look, phone, url }) {
  await go(phone, "/", "home");
  await go(phone, "/redemptions", "redemptions-none");
  await go(phone, "/prizes", "prizes");
  await go(phone, "/prizes?tab=all", "prizes-all");
  await phone.getByRole("link", { name: "夹页护眼阅读灯" }).click();
  await says(phone, "还差 150 积分");
  await look(phone, "prize-short");
  await phone.goto(url("/prizes?tab=all"));
  await phone.getByRole("link", { name: "书舟陶瓷杯" }).click();
  await says(phone, "已兑完");
  await look(phone, "prize-sold-out");
  await phone.getByRole("button", { name: "到货提醒我" }).click();
  await says(phone, "到货会提醒您");
  await look(phone, "prize-awaited");
}

export async function prizes(pages) {
  const { look, phone, url } = pages;
  await shown(pages);
  await phone.goto(url("/prizes"));
  await phone.getByRole("link", { name: "黄铜波纹书签" }).click();
  await says(phone, "立即兑换");
  await look(phone, "prize");
  await phone.getByRole("link", { name: "立即兑换" }).click();
  await says(phone, "再想想");
  await look(phone, "prize-confirm");
  // Another page, asked before: its points are gone when it is sent.
  const late = await phone.context().newPage();
  await late.goto(url("/prizes"));
  await late.getByRole("link", { name: "午间小书袋" }).click();
  await late.getByRole("link", { name: "立即兑换" }).click();
  await phone.getByRole("button", { name: "立即兑换" }).click();
  await phone.locator(".ticket").waitFor();
  await look(phone, "redemption");
  await late.getByRole("button", { name: "立即兑换" }).click();
  await says(late, "没有兑换成功");
  await look(late, "redemption-refused");
  await late.close();
}
