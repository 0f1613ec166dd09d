// The main jobs without a mouse or a finger: what is focused is seen, and every step is reached by Tab.
import assert from "node:assert/strict";
import { after, test } from "node:test";
import { openLibrary } from "./library.mjs";
import { says } from "./steps.mjs";

const { demo, reader, staff, url, close } = await openLibrary();
after(close);
const page = await reader();

/** What has the focus: its words, and whether somebody would see that it has it. */
const focused = (page) => page.evaluate(() => {
  const at = document.activeElement;
  const label = at.labels?.[0]?.innerText ?? at.getAttribute("aria-label");
  const style = getComputedStyle(at);
  const seen = (style.outlineStyle !== "none" && parseFloat(style.outlineWidth) > 0) || style.boxShadow !== "none";
  return { words: (label || at.innerText || at.title || "").trim(), seen, top: at === document.body };
});

/** Tab until something that is called so has the focus. */
async function tabTo(page, words) {
  const passed = [];
  for (let n = 0; n < 80; n += 1) {
    await page.keyboard.press("Tab");
    const at = await focused(page);
    if (!at.top) assert.equal(at.seen, true, `the focus is seen on ${at.words}`);
    if (at.words.includes(words)) return;
    passed.push(at.words);
  }
  assert.fail(`${words} is not reached, but ${passed.join(" | ")}`);
}

async function press(page, words, key = "Enter") {
  await tabTo(page, words);
  await page.keyboard.press(key);
}

async function fill(page, words, text) {
  await tabTo(page, words);
  await page.keyboard.type(text);
}

test("a reader binds, checks in, redeems, signs up and writes by keyboard alone", async () => {
  const card = demo.card("JB002600000064");
  await page.goto(url("/"));
  await press(page, "去绑定证件");
  await says(page, "读者证条码号");
  await fill(page, "读者证条码号", card.barcode);
  await fill(page, "手机号码", card.phone);
  await press(page, "发送验证码");
  await says(page, "秒后重发");
  await fill(page, "验证码", await demo.code(card.phone));
  await page.keyboard.press("Enter");
  await page.getByRole("heading", { name: "绑定成功" }).waitFor();

  await page.goto(url("/"));
  await press(page, "签到打卡");
  await page.waitForURL(url("/checkins"));
  await press(page, "签到打卡");
  await says(page, "今天已签到");

  await page.goto(url("/prizes"));
  await press(page, "旧书页卷铅笔（五支）");
  await says(page, "使用积分");
  await press(page, "立即兑换");
  await says(page, "再想想");
  await press(page, "立即兑换");
  await page.locator(".ticket").waitFor();

  await page.goto(url("/activities"));
  await press(page, "午间读诗");
  await page.getByRole("heading", { level: 1, name: "午间读诗" }).waitFor();
  await press(page, "本人", "Space");
  await press(page, "立即报名");
  await page.locator(".ticket").waitFor();

  await page.goto(url("/feedback/new"));
  await fill(page, "意见", "自习室的灯有一盏不亮。");
  await press(page, "提交");
  await says(page, "等待回复");
});

test("the desk finds a prize by keyboard alone", async () => {
  await page.goto(url("/redemptions"));
  await press(page, "旧书页卷铅笔（五支）");
  const code = (await page.locator(".code").innerText()).trim();
  const desk = await staff("fuwutai");
  await desk.goto(`${demo.facts.staff}/desk`);
  assert.equal((await focused(desk)).words, "兑换码", "the field has the focus by itself");
  await desk.keyboard.type(code);
  await desk.keyboard.press("Enter");
  await desk.locator(".ans").waitFor();
});
