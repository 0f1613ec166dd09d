// The back office: prizes and redemptions.
import { says } from "../steps.mjs";

async function prizes({ desk, go, look }) {
  await go(desk, "/staff/prizes", "staff-prizes");
  await desk.getByRole("link", { name: "江北阅读帆布书袋" }).click();
  await says(desk, "库存变动");
  await look(desk, "staff-prize");
  await desk.getByRole("button", { name: "登记" }).click();
  await desk.getByRole("alert").waitFor();
  await look(desk, "staff-prize-stock-refused");
  await go(desk, "/staff/prizes/new", "staff-prize-new");
  await desk.getByRole("button", { name: "保存" }).click();
  await desk.locator(".is-invalid").first().waitFor();
  await look(desk, "staff-prize-refused");
}

async function redemptions({ desk, go, look }) {
  await go(desk, "/staff/redemptions?state=cancelled&card=none", "staff-redemptions-none");
  await go(desk, "/staff/redemptions", "staff-redemptions");
  await desk.getByRole("link", { name: "取消", exact: true }).first().click();
  await says(desk, "取消后积分退回读者证");
  await look(desk, "staff-redemption-cancelling");
  await desk.getByRole("button", { name: "取消兑换" }).click();
  await desk.getByRole("alert").waitFor();
  await look(desk, "staff-redemption-cancelling-refused");
}

async function questions({ desk, go, look, url }) {
  await go(desk, "/staff/questions", "staff-questions");
  await go(desk, "/staff/questions/new", "staff-question-new");
  await desk.getByRole("button", { name: "保存" }).click();
  await desk.locator(".invalid-feedback").first().waitFor();
  await look(desk, "staff-question-refused");
  await desk.getByLabel("问题", { exact: true }).fill("兑换后多久能取消？");
  await desk.getByLabel("回答").fill("{cancel-hours} 小时内。");
  await desk.getByRole("button", { name: "预览" }).click();
  await desk.getByText("24 小时内。", { exact: true }).waitFor();
  await look(desk, "staff-question-preview");
  await desk.getByRole("button", { name: "保存" }).click();
  await desk.getByRole("link", { name: "兑换后多久能取消？" }).click();
  await desk.waitForURL(/questions\/\d+/);
  await look(desk, "staff-question");
  await desk.goto(url("/questions?q=兑换后多久"));
  await desk.getByText("24 小时内。", { exact: true }).waitFor();
}

async function passages({ desk, go, look, phone }) {
  await go(desk, "/staff/passages", "staff-passages");
  await desk.getByRole("link", { name: "积分规则补充说明" }).click();
  for (const text of ["兑换后 {cancel-hours} 小时内可以取消。", "兑换后 {cancel-hours} 小时内可以自己取消，过后请到服务台。"]) {
    await desk.getByLabel("文字").fill(text);
    await desk.getByRole("button", { name: "预览" }).click();
    await desk.getByRole("heading", { name: "读者会看到" }).waitFor();
    await desk.getByRole("button", { name: "保存" }).click();
    await desk.getByRole("heading", { name: "读者会看到" }).waitFor({ state: "hidden" });
  }
  await look(desk, "staff-passage");
  await desk.getByText("第 1 版").click();
  await desk.getByRole("link", { name: "恢复这一版" }).click();
  await says(desk, "已放进左边");
  await look(desk, "staff-passage-taken");
  await go(phone, "/rules", "rules-passage");
}

async function bulletins({ desk, go, look }) {
  await go(desk, "/staff/bulletins", "staff-bulletins");
  await go(desk, "/staff/bulletins/new", "staff-bulletin-new");
  await desk.getByRole("button", { name: "保存" }).click();
  await desk.locator(".invalid-feedback").first().waitFor();
  await look(desk, "staff-bulletin-refused");
  await desk.getByLabel("标题").fill("元旦开放时间");
  await desk.getByLabel("内容").fill("1月1日照常开放，9:00–17:00。");
  await desk.getByRole("button", { name: "预览" }).click();
  await desk.getByRole("heading", { name: "读者会看到" }).waitFor();
  await look(desk, "staff-bulletin-preview");
  await desk.getByRole("button", { name: "保存" }).click();
  await desk.getByRole("link", { name: "元旦开放时间" }).click();
  await desk.getByRole("heading", { name: "历次版本" }).waitFor();
  await look(desk, "staff-bulletin");
}

async function rules({ desk, go, look }) {
  await go(desk, "/staff/rules", "staff-rules");
  await desk.getByRole("link", { name: "签到积分", exact: true }).click();
  await desk.getByLabel("新的值").fill("101");
  await desk.getByLabel("从哪天起生效").fill("2027-11-01");
  await desk.getByRole("button", { name: "保存" }).click();
  await desk.locator(".invalid-feedback").first().waitFor();
  await look(desk, "staff-rule-refused");
  await desk.getByLabel("新的值").fill("2");
  await desk.getByRole("button", { name: "试算上个月" }).click();
  await desk.getByRole("status").waitFor();
  await look(desk, "staff-rule-tried");
  await desk.getByRole("button", { name: "保存" }).click();
  await says(desk, "将生效");
  await look(desk, "staff-rule");
  await desk.getByRole("button", { name: "不改了，保持原来的值" }).click();
  await desk.getByRole("button", { name: "不改了，保持原来的值" }).waitFor({ state: "hidden" });
}

export async function office(pages) {
  await prizes(pages);
  await redemptions(pages);
  await questions(pages);
  await passages(pages);
  await rules(pages);
  await bulletins(pages);
}
