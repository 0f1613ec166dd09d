// Activities, as readers and a librarian do them: signing up, waiting, being promoted, signing in on site.
import assert from "node:assert/strict";
import { after, test } from "node:test";
import { openLibrary } from "./library.mjs";
import { announce, bind, fillMember, says, signInStaff, wechatBridge } from "./steps.mjs";
import { axe, readQr } from "./support.mjs";

const { demo, reader, staff, url, close } = await openLibrary();
after(close);
let office = await staff("huodong");
let moved = 0;

/** Time passes; who works in the back office signs in again after a while. */
async function pass(minutes) {
  moved += minutes * 60_000;
  await demo.forward({ minutes: String(minutes) });
  if (minutes >= 30) office = await staff("huodong");
}

async function holder(barcode) {
  const page = await reader();
  await bind(page, demo, demo.card(barcode));
  return page;
}

/** An hour of reading, in forty minutes. */
const announceReading = (title, { capacity, minutes = 40, code = "renewing" }) => announce(office, url, title, {
  from: minutes,
  until: minutes + 60,
  now: Date.now() + moved,
  fill: { "名额（留空：不限）": String(capacity), 活动内容: "带一本书来。" },
  choose: { 现场签到: code },
});

/** What the screen's picture says; looked at again where it was renewed meanwhile. */
async function readCode(screen) {
  const meant = () => screen.locator("[data-code]").getAttribute("data-url");
  for (;;) {
    const before = await meant();
    const shown = await readQr(screen, "[data-code]");
    if (before !== await meant()) continue;
    assert.equal(shown, before, "the picture says what it should");
    return shown;
  }
}

async function signUp(page, id) {
  await page.goto(url(`/activities/${id}`));
  await page.locator(".pick input").first().check();
  await page.locator(".bar button").click();
  await page.locator(".ticket").waitFor();
}

test("who waits is promoted when somebody cancels, and signs in by the code on the screen", async () => {
  const id = await announceReading("雨天读书", { capacity: 1, minutes: 180 });
  const [first, second] = [await holder("JB002600000015"), await holder("JB002600000023")];
  await signUp(first, id);
  await says(first, "报名成功");
  await signUp(second, id);
  await says(second, "候补第1位");

  await first.goto(url(`/enrolments/${id}`));
  await first.getByRole("link", { name: "取消报名" }).click();
  await first.getByRole("button", { name: "取消报名" }).click();
  await says(first, "已取消");
  await second.goto(url("/messages"));
  await says(second, "候补成功");
  await second.goto(url(`/enrolments/${id}`));
  await says(second, "已报名");

  // An hour before the start the doors open.
  await pass(125);
  await office.goto(url(`/staff/activities/${id}/screen`));
  const shown = await readCode(office);
  await second.goto(shown);
  await says(second, "获得 10 积分");
  await second.goto(url("/points"));
  await says(second, "参加活动 · 雨天读书");
  await second.goto(shown);
  await says(second, "已经签到了");
  // Whoever let go of the place does not come in, and an old code lets nobody in.
  await first.goto(shown);
  await says(first, "您没有报名这场活动");
  await pass(2);
  await first.goto(shown);
  await says(first, "二维码已经更新");
  assert.deepEqual([...first.complaints, ...second.complaints, ...office.complaints], []);
});

test("ticks wait while the network is away, and are sent once when it is back", async () => {
  const id = await announceReading("晴天读书", { capacity: 5 });
  const page = await holder("JB002600000031");
  await signUp(page, id);
  await office.goto(url(`/staff/activities/${id}/participants`));
  await office.context().setOffline(true);
  await office.getByRole("button", { name: "签到", exact: true }).click();
  await says(office, "待发送");
  await says(office, "网络不通");
  await office.context().setOffline(false);
  await office.locator("[data-said]", { hasText: "已签到" }).waitFor();
  await page.goto(url("/points"));
  await says(page, "参加活动 · 晴天读书");
  await office.reload();
  assert.equal(await office.getByText("到场 1").count(), 1, "nobody counts twice");
  await office.getByRole("button", { name: "撤销签到" }).click();
  await office.locator("[data-said]", { hasText: "已撤销" }).waitFor();
  await page.goto(url("/points"));
  await says(page, "活动更正 · 晴天读书");
});

test("ticks outlive the session in which they were made", async () => {
  const id = await announceReading("雪天读书", { capacity: 5 });
  const page = await holder("JB002600000064");
  await signUp(page, id);
  await office.goto(url(`/staff/activities/${id}/participants`));
  moved += 31 * 60_000;
  await demo.forward({ minutes: "31" });
  await office.getByRole("button", { name: "签到", exact: true }).click();
  await says(office, "登录已失效");
  await says(office, "待发送");
  // Signed in again in another window: the token of this one is old.
  const again = await office.context().newPage();
  await signInStaff(again, demo, "huodong");
  await office.waitForResponse((answer) => answer.url().endsWith("/ticks") && answer.status() === 403);
  await says(office, "登录已失效");
  await again.close();
  await office.getByRole("link", { name: "重新登录" }).click();
  await office.locator("[data-said]", { hasText: "已签到" }).waitFor();
  assert.ok(await office.locator("[data-waiting]").isHidden());
  await page.goto(url("/points"));
  await says(page, "参加活动 · 雪天读书");

  await office.reload();
  await office.route("**/ticks", (route) => route.fulfill({ status: 429 }));
  await office.getByRole("button", { name: "撤销签到" }).click();
  await says(office, "系统忙");
  await office.unroute("**/ticks");
  await office.locator("[data-said]", { hasText: "已撤销" }).waitFor();
});

test("a printed code stays on the screen while the network is away, one that renews does not", async () => {
  for (const [code, stays] of [["static", true], ["renewing", false]]) {
    const id = await announceReading("雾天读书", { capacity: 5, code });
    const screen = await office.context().newPage();
    await screen.clock.install();
    await screen.goto(url(`/staff/activities/${id}/screen`));
    await screen.context().setOffline(true);
    // The first answer that does not come, and, when the last code is over, the next.
    await screen.clock.runFor(45_000);
    await screen.locator("[data-lost]").waitFor();
    await screen.clock.runFor(45_000);
    await screen.locator("[data-code]").waitFor({ state: stays ? "visible" : "hidden" });
    await screen.context().setOffline(false);
    await screen.clock.runFor(10_000);
    await screen.locator("[data-lost]").waitFor({ state: "hidden" });
    assert.ok(await screen.locator("[data-code]").isVisible());
    await screen.close();
  }
});

test("an activity is forwarded as WeChat's own card, and outside WeChat by what the phone offers", async () => {
  const id = await announceReading("月下读书：“静夜思”<b>", { capacity: 5, minutes: 600 });
  const page = await reader();
  await wechatBridge(page);
  await page.goto(url(`/activities/${id}?from=timeline`));
  await page.getByRole("button", { name: "转发给朋友" }).click();
  await says(page, "点右上角 ··· 发送给朋友");
  await page.waitForFunction(() => globalThis.asked.some(([name]) => name === "updateTimelineShareData"));
  const asked = Object.fromEntries(await page.evaluate(() => globalThis.asked));
  assert.deepEqual(asked.preVerifyJSAPI.verifyJsApiList.filter((name) => name.startsWith("update")),
    ["updateAppMessageShareData", "updateTimelineShareData"]);
  for (const card of [asked.updateAppMessageShareData, asked.updateTimelineShareData]) {
    assert.equal(card.title, "月下读书：“静夜思”<b>");
    assert.equal(card.link, url(`/activities/${id}`), "without where it was tapped");
    assert.match(card.imgUrl, /^http:.*\/assets\/act-/);
  }
  assert.match(asked.updateAppMessageShareData.desc, /月.*日 周.* · 不限年龄$/);

  const plain = await office.context().newPage();
  await plain.addInitScript(() => {
    navigator.share = async (card) => { globalThis.shared = card; };
  });
  await plain.goto(url(`/activities/${id}`));
  await plain.getByRole("button", { name: "转发给朋友" }).click();
  const shared = await plain.evaluate(() => globalThis.shared);
  assert.deepEqual([shared.title, shared.url], [asked.updateAppMessageShareData.title, url(`/activities/${id}`)]);
  // A browser that can share nothing offers the poster, as ever.
  const poor = await office.context().newPage();
  await poor.addInitScript(() => { delete Navigator.prototype.share; });
  await poor.goto(url(`/activities/${id}`));
  assert.equal(await poor.getByRole("button", { name: "转发给朋友" }).count(), 0);
  await poor.getByRole("link", { name: "转发给朋友：看海报" }).waitFor();
});

test("cancelling tells everybody", async () => {
  const id = await announceReading("阴天读书", { capacity: 5, minutes: 600 });
  const page = await holder("JB002600000049");
  await signUp(page, id);
  await office.goto(url(`/staff/activities/${id}/cancellation`));
  await office.getByRole("button", { name: "取消活动" }).click();
  await says(office, "请写明原因");
  await office.getByLabel("原因（读者会看到）").fill("讲师生病");
  await office.getByRole("button", { name: "取消活动" }).click();
  await office.getByText("已取消").first().waitFor();
  await page.goto(url(`/activities/${id}`));
  await says(page, "讲师生病");
  // The job follows by itself.
  await page.goto(url("/messages"));
  while ((await page.getByText("活动已取消").count()) === 0) await page.reload();
});

test("a party of two members gets both places or none, and is signed in by choice", async () => {
  const page = await holder("JB002600000056");
  for (const [name, birth] of [["小满", "2018-05-12"], ["小禾", "2016-03-01"]]) {
    await page.goto(url("/members/new"));
    await fillMember(page, { name, relation: "儿子", birth });
    await page.getByLabel("我是其监护人").check();
    await page.getByRole("button", { name: "保存" }).click();
    await says(page, name);
  }
  const id = await announceReading("亲子读书", { capacity: 1 });
  await page.goto(url(`/activities/${id}`));
  for (const name of ["小满", "小禾"]) await page.getByLabel(name).check();
  await page.getByRole("button", { name: "立即报名" }).click();
  await says(page, "仅剩1个名额");
  assert.ok(await page.getByLabel("小禾").isChecked(), "what was ticked stays");
  await office.goto(url(`/staff/activities/${id}/edit`));
  await office.getByLabel("名额（留空：不限）").fill("2");
  await office.getByRole("button", { name: "保存" }).click();
  await office.getByRole("link", { name: "取消活动" }).waitFor();
  await page.locator(".bar button").click();
  await says(page, "报名成功");
  await office.goto(url(`/staff/activities/${id}/screen`));
  await page.goto(await office.locator("[data-code]").getAttribute("data-url"));
  await says(page, "谁到了");
  await page.getByLabel("小禾").uncheck();
  await page.getByRole("button", { name: "签到" }).click();
  await says(page, "获得 10 积分");
  assert.equal(await page.getByText("已签到").count(), 1);
});

test("who was missed appeals, and staff answer", async () => {
  const id = await announceReading("傍晚读书", { capacity: 5 });
  const [present, absent] = [await holder("JB002600000072"), await holder("JB002600000080")];
  await signUp(present, id);
  await signUp(absent, id);
  await pass(40);
  await office.goto(url(`/staff/activities/${id}/participants`));
  await office.getByRole("button", { name: "签到", exact: true }).first().click();
  await office.locator("[data-said]", { hasText: "已签到" }).waitFor();
  await pass(70);
  await office.goto(url(`/staff/activities/${id}`));
  await office.getByRole("button", { name: "确认签到结果" }).click();
  await says(office, "签到结果已确认");
  await absent.goto(url(`/enrolments/${id}`));
  // The job follows what staff have confirmed.
  const marked = async (path) => (await (await fetch(path)).text()).includes("未到场");
  await absent.waitForFunction(marked, `/enrolments/${id}`, { polling: 100 });
  await absent.reload();
  await absent.getByText("申诉").first().click();
  await absent.getByLabel("说明情况").fill("地铁停运了");
  await absent.getByRole("button", { name: "提交申诉" }).click();
  await says(absent, "等待图书馆答复");
  assert.deepEqual(await axe(absent), []);
  await office.goto(url("/staff"));
  await office.getByRole("link", { name: "申诉等待答复" }).click();
  await says(office, "地铁停运了");
  assert.deepEqual(await axe(office), []);
  const asked = office.locator("section.card", { hasText: "地铁停运了" });
  await asked.getByLabel("答复").fill("当天地铁没有停运");
  await asked.getByRole("button", { name: "不予免除" }).click();
  await office.getByText("地铁停运了").waitFor({ state: "detached" });
  await absent.reload();
  await says(absent, "申诉未通过：当天地铁没有停运");
});
