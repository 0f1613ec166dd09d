// 签到打卡 and 阅读足迹, as a thumb does them: one stamp a day, a missed day made up, a book noted.
import assert from "node:assert/strict";
import { after, test } from "node:test";
import { openLibrary } from "./library.mjs";
import { bind, checkIn, noteReading, says, signIn } from "./steps.mjs";
import { axe } from "./support.mjs";

const { demo, url, visitor, close } = await openLibrary();
after(close);
const page = await visitor();
await signIn(page, demo);
await bind(page, demo, demo.card("JB002600000015"));

const points = async () => Number((await page.locator(".monthly .pts").innerText()).trim());
const streak = async () => parseInt(await page.locator(".streak b").innerText(), 10);

test("a day is stamped once, from home, however often it is tried", async () => {
  await page.goto(url("/"));
  await page.getByRole("link", { name: "签到打卡" }).click();
  await says(page, "积分记入：王*萌（尾号0015）");
  assert.equal(await streak(), 0);
  // A second window that was opened before.
  const late = await page.context().newPage();
  await late.goto(url("/checkins"));
  await page.getByRole("button", { name: "签到打卡" }).dblclick();
  await says(page, "签到成功，获得 1 积分");
  assert.deepEqual([await streak(), await points()], [1, 1]);
  await late.getByRole("button", { name: "签到打卡" }).click();
  await says(late, "今天签过了，不用再签");
  assert.equal(await late.getByRole("button", { name: "签到打卡" }).count(), 0);
  await late.close();
  await page.getByRole("link", { name: "积分明细" }).click();
  assert.equal(await page.locator(".post", { hasText: "签到打卡" }).count(), 1);
});

test("the seventh day in a row earns more", async () => {
  for (let day = 2; day <= 7; day += 1) {
    await demo.forward({ days: "1" });
    await checkIn(page, url);
    assert.equal(await streak(), day);
  }
  await says(page, "签到成功，获得 3 积分");
  await says(page, "再签 7 天，多得 2 积分");
});

test("a missed day is made up, and the row goes on", async () => {
  // Far enough from the month's beginning for a missed day of this month.
  do {
    await demo.forward({ days: "2" });
    await checkIn(page, url);
  } while (await page.locator(".st-open a").count() === 0);
  const before = await points();
  assert.equal(await streak(), 1);
  await page.locator(".st-open a").last().click();
  await says(page, "连续天数接上，不加积分");
  assert.deepEqual(await axe(page), []);
  await page.getByRole("button", { name: "补签" }).click();
  await page.locator(".sheet .okay").waitFor();
  assert.ok(await streak() > 1);
  assert.equal(await points(), before, "without points");
  await says(page, "本月还可以补签 1 次");
});

test("a finger finds every day that can be made up", async () => {
  for (const box of await page.locator(".st-open a").evaluateAll((links) =>
    links.map((link) => link.getBoundingClientRect()).map(({ width, height }) => ({ width, height })))) {
    assert.ok(box.width >= 44 && box.height >= 44, JSON.stringify(box));
  }
});

test("a book is noted, changed, and stands in the year's letter", async () => {
  await noteReading(page, url, "长江边的候鸟", "半小时");
  await says(page, "请写分钟数");
  assert.equal(await page.getByLabel("书名").inputValue(), "长江边的候鸟", "what was typed stays");
  await page.getByLabel("读了几分钟").fill("30");
  await page.getByRole("button", { name: "记下足迹" }).click();
  await says(page, "今天的足迹记下了");
  await page.getByText("修改", { exact: true }).click();
  await page.getByLabel("读了几分钟").fill("75");
  await page.getByRole("button", { name: "改好了" }).click();
  await says(page, "长江边的候鸟 · 1 小时 15 分钟");
  assert.equal(await page.locator(".paper .post").count(), 1);
  await page.getByRole("link", { name: "年阅读信" }).click();
  await says(page, "《长江边的候鸟》");
  const picture = page.locator(".keep-i");
  await picture.evaluate((image) => image.decode());
  assert.match(await picture.getAttribute("src"), /^data:image\/png/, "a long press keeps a picture, not a drawing");
  assert.deepEqual(page.complaints, []);
});
