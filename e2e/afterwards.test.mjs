// What can happen after a redemption: cancelled, handed over and taken back; a card that goes over to another reader.
import assert from "node:assert/strict";
import { after, test } from "node:test";
import { openLibrary } from "./library.mjs";
import { bind, bindTaken, redeem, says, scan, wechatBridge } from "./steps.mjs";
import { axe } from "./support.mjs";

const { demo, reader, staff, url, close } = await openLibrary();
after(close);
const desk = await staff("linjing");

test("a redemption is cancelled: the points are back, the code is dead", async () => {
  const page = await reader();
  await bind(page, demo, demo.card("JB002600000015"));
  const code = await redeem(page, demo, "黄铜波纹书签");
  await page.getByRole("link", { name: "取消兑换" }).click();
  await says(page, "取消后余");
  assert.deepEqual(await axe(page), []);
  await page.getByRole("button", { name: "取消兑换" }).click();
  await says(page, "30 积分已退回");
  await page.goto(url("/points"));
  await says(page, "取消兑换 · 黄铜波纹书签");
  await says(page, "余额 50");
  await scan(desk, demo, code);
  await says(desk, "这次兑换已取消");
  await page.goto(url("/messages"));
  await page.getByRole("link", { name: "兑换已取消" }).click();
  await says(page, "30 积分已退回");
  assert.deepEqual(await axe(page), []);
});

test("a hand-over is taken back and done again", async () => {
  const page = await reader();
  await bind(page, demo, demo.card("JB002600000023"));
  const code = await redeem(page, demo, "旧书页卷铅笔（五支）");
  await scan(desk, demo, code);
  await desk.keyboard.press("Enter");
  await desk.getByRole("heading", { name: "已领取" }).waitFor();
  await desk.getByRole("button", { name: "撤销领取" }).first().click();
  await says(desk, "已撤销领取");
  await page.goto(url("/redemptions"));
  await says(page, "待领取");
  await scan(desk, demo, code);
  await desk.getByRole("button", { name: "确认领取" }).click();
  await desk.getByRole("heading", { name: "已领取" }).waitFor();
  await desk.goto(`${demo.facts.staff}/desk/sheet`);
  await says(desk, "旧书页卷铅笔（五支）");
  assert.deepEqual(await axe(desk), []);
});

test("the scanner is opened at once with a signed page, and follows our own codes only", async () => {
  const page = await reader();
  await wechatBridge(page, ["https://elsewhere.example/", url("/prizes?tab=all")]);
  await page.goto(url("/"));
  await page.getByRole("link", { name: "扫一扫" }).click();
  await says(page, "这不是本馆的二维码");
  const [, handed] = await page.evaluate(() => globalThis.asked.find(([name]) => name === "preVerifyJSAPI"));
  assert.match(handed.verifySignature, /^[0-9a-f]{40}$/);
  assert.deepEqual(await axe(page), []);
  await page.getByRole("button", { name: "打开扫一扫" }).click();
  await page.waitForURL(/prizes/);
});

test("staff filter, export, and close the desk for a day", async () => {
  await desk.goto(`${demo.facts.staff}/redemptions?state=collected`);
  await desk.locator(".table .st-ok").first().waitFor();
  assert.deepEqual(await axe(desk), []);
  const [file] = await Promise.all([desk.waitForEvent("download"), desk.getByRole("link", { name: "导出 CSV" }).click()]);
  assert.match(file.suggestedFilename(), /\.csv$/);
  await desk.goto(`${demo.facts.staff}/places`);
  await desk.getByRole("link", { name: "江北新区图书馆A座一楼服务台" }).click();
  await desk.getByLabel("日期").fill("2027-01-02");
  await desk.getByRole("button", { name: "登记" }).click();
  await says(desk, "2027年1月2日 周六");
  assert.deepEqual(await axe(desk), []);
  await desk.goto(`${demo.facts.staff}/system`);
  await says(desk, "兑换和捐赠到期");
  await says(desk, "微信公众号");
  assert.deepEqual(await axe(desk), []);
});

test("a card that another has bound is asked for, and goes over after a day", async () => {
  const holder = await reader();
  const card = demo.card("JB002600000031");
  await bind(holder, demo, card);
  const wants = await reader();
  await bindTaken(wants, demo, card);
  await wants.getByRole("button", { name: "申请改绑到当前微信" }).click();
  await says(wants, "已申请改绑");
  assert.deepEqual(await axe(wants), []);
  await holder.goto(url("/cards"));
  await says(holder, "有人申请改绑");
  assert.deepEqual(await axe(holder), []);
});
