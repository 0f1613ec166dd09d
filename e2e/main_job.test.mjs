// The main job, as a reader and a librarian do it, and how it is refused.
import assert from "node:assert/strict";
import { after, test } from "node:test";
import { openLibrary } from "./library.mjs";
import { askForCode, bind, enterCode, redeem, says, scan, signInStaff } from "./steps.mjs";
import { axe, readQr } from "./support.mjs";

const { demo, reader, staff, url, visitor, close } = await openLibrary();
after(close);
const desk = await staff("fuwutai");

test("a reader binds a card, redeems a prize and collects it at the desk", async () => {
  const page = await visitor();
  const card = demo.card("JB002600000015");
  await page.goto(url("/"));
  // One tap leads to consent.
  await page.getByRole("link", { name: "微信授权登录" }).click();
  await page.getByRole("button", { name: "允许" }).click();
  await page.getByRole("link", { name: "去绑定证件" }).click();
  // Before anything personal is told, it is said what becomes of it.
  await page.getByRole("button", { name: "同意并继续" }).click();
  await says(page, "请先阅读并勾选同意");
  await page.getByLabel("我已阅读并同意《隐私说明》").check();
  await page.getByRole("button", { name: "同意并继续" }).click();
  await askForCode(page, card);
  await page.getByText("秒后重发").waitFor();
  assert.match(await demo.code(card.phone), /^\d{6}$/);
  await enterCode(page, demo, card);
  await says(page, "绑定成功");
  assert.match(await page.locator("main").innerText(), /\+50\s*积分/);
  await says(page, "积分记入：王*萌（尾号0015）");

  await page.getByRole("link", { name: "看看能兑换什么" }).click();
  assert.equal(await page.locator('[aria-current="page"]').innerText(), "我能兑换");
  await page.getByRole("link", { name: "黄铜波纹书签" }).click();
  await says(page, "使用积分：王*萌（尾号0015）");
  await page.getByRole("link", { name: "立即兑换" }).click();
  await says(page, "过期失效，积分不退还");
  await page.getByRole("button", { name: "立即兑换" }).click();
  await says(page, "待领取");
  const code = (await page.locator(".code").innerText()).trim();
  assert.equal(await readQr(page, ".qr"), code.replaceAll(" ", ""), "the QR says what the text says");
  await says(page, "江北新区图书馆A座一楼服务台");
  assert.deepEqual(await axe(page), []);

  await page.goto(url("/me"));
  await page.getByRole("link", { name: "我的兑换" }).click();
  await page.getByRole("link", { name: "黄铜波纹书签" }).click();
  const ticket = page.url();

  await scan(desk, demo, code);
  await says(desk, "可以领取");
  await says(desk, "王*萌（尾号0015）");
  await desk.keyboard.press("Enter");
  await desk.getByRole("heading", { name: "已领取" }).waitFor();

  await page.goto(ticket);
  await says(page, "已领取");
  assert.equal(await page.locator(".qr").count(), 0, "a used code is not shown to be scanned");
  await page.goto(url("/messages"));
  await says(page, "奖品已领取");
  await page.getByRole("button", { name: "全部标为已读" }).click();
  await page.goto(url("/"));
  assert.equal(await page.locator(".weui-badge").count(), 0);
  await page.goto(url("/points"));
  await says(page, "首次绑定读者证");
  await says(page, "兑换 · 黄铜波纹书签");
  assert.deepEqual(page.complaints, []);

  await scan(desk, demo, code);
  await says(desk, "已经领取过了");
  assert.equal(await desk.getByRole("button", { name: "确认领取" }).count(), 0);
});

test("a wrong pair is answered like a right one, and no message is sent", async () => {
  const page = await reader();
  await page.goto(url("/cards/new"));
  await askForCode(page, demo.card("JB002600000023"), "13900000099");
  await page.getByText("秒后重发").waitFor();
  await says(page, "手机号与办证登记不一致？请持证件到服务台更新");
  assert.deepEqual(await demo.messages("13900000099"), []);
  await enterCode(page, demo, null, "123456");
  await says(page, "验证码不对，还可以再试 4 次");
  assert.equal(await page.getByLabel("读者证条码号").inputValue(), "JB002600000023", "what was typed stays");
});

test("a lost card is refused after the right code, a bound card too", async () => {
  const page = await reader();
  const lost = demo.card("JB002600000106");
  await page.goto(url("/cards/new"));
  await askForCode(page, lost);
  await enterCode(page, demo, lost);
  await says(page, "该读者证已过期、挂失或注销");
});

test("too few points, sold out, and outside WeChat's consent", async () => {
  const page = await reader();
  await bind(page, demo, demo.card("JB002600000031"));
  await page.goto(url("/prizes?tab=all"));
  await page.getByRole("link", { name: "夹页护眼阅读灯" }).click();
  await says(page, "还差 150 积分");
  await page.goto(url("/prizes?tab=all"));
  await page.getByRole("link", { name: "书舟陶瓷杯" }).click();
  await says(page, "已兑完");
  assert.equal(await page.getByRole("link", { name: "立即兑换" }).count(), 0);

  const shy = await visitor();
  await shy.goto(url("/sign-in"));
  await shy.getByRole("link", { name: "微信授权登录" }).click();
  await shy.getByRole("button", { name: "拒绝" }).click();
  await says(shy, "可以继续浏览，也可以再试一次");
});

test("a double tap redeems once, and so do two phones at once", async () => {
  const page = await reader();
  await bind(page, demo, demo.card("JB002600000049"));
  await page.goto(url("/prizes"));
  await page.getByRole("link", { name: "旧书页卷铅笔（五支）" }).click();
  await page.getByRole("link", { name: "立即兑换" }).click();
  const other = await page.context().newPage();
  await other.goto(page.url());
  await page.getByRole("button", { name: "立即兑换" }).dblclick();
  await page.locator(".ticket").waitFor();
  await other.getByRole("button", { name: "立即兑换" }).click();
  await other.locator(".ticket").waitFor();
  assert.equal(new URL(other.url()).pathname, new URL(page.url()).pathname, "both show the same ticket");
  await page.goto(url("/redemptions"));
  assert.equal(await page.locator(".row").count(), 1);
});

test("an expired redemption is refused at the desk", async () => {
  const page = await reader();
  await bind(page, demo, demo.card("JB002600000056"));
  const code = await redeem(page, demo, "旧书页卷铅笔（五支）");
  // A year and a few days: the last day has moved to a weekend.
  await demo.forward({ days: "375" });
  await signInStaff(desk, demo, "fuwutai");
  await scan(desk, demo, code);
  await says(desk, "已过期");
  assert.equal(await desk.getByRole("button", { name: "确认领取" }).count(), 0);
});
