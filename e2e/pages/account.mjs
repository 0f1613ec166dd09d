// What a reader with a card has: redemptions, points, messages.
import { redeem, says } from "../steps.mjs";

async function messages({ go, look, phone, url }) {
  await go(phone, "/messages", "messages");
  await phone.goto(url("/messages"));
  await phone.locator(".msg a").first().click();
  await says(phone, "查看详情");
  await look(phone, "message");
  await phone.goto(url("/messages"));
  await phone.getByRole("button", { name: "全部标为已读" }).click();
  await phone.locator(".dot").first().waitFor({ state: "detached" });
  await go(phone, "/messages", "messages-read");
}

export async function account(pages) {
  const { demo, go, look, phone, url } = pages;
  await go(phone, "/redemptions", "redemptions");
  await go(phone, "/tickets", "tickets-none");
  await redeem(phone, demo, "旧书页卷铅笔（五支）");
  await go(phone, "/tickets", "tickets");
  await phone.goBack();
  await phone.getByRole("link", { name: "取消兑换" }).click();
  await says(phone, "取消后余");
  await look(phone, "redemption-cancelling");
  await phone.getByRole("button", { name: "取消兑换" }).click();
  await says(phone, "20 积分已退回");
  await look(phone, "redemption-cancelled");
  await go(phone, "/points", "points");
  await go(phone, "/points?back=1", "points-month");
  await phone.getByRole("link", { name: "打印对账单" }).click();
  await says(phone, "期末");
  await look(phone, "points-statement");
  await go(phone, "/points?way=out", "points-out");
  await messages(pages);
  await go(phone, "/me", "me");
  await go(phone, "/cards", "cards");
  await go(phone, "/family", "family-one");
  await phone.goto(url("/cards"));
  await phone.getByRole("link", { name: "管理" }).click();
  await look(phone, "cards-managing");
  await phone.getByRole("link", { name: "解绑" }).click();
  await says(phone, "证上积分");
  await look(phone, "unbinding");
}
