// W7, what does not depend on the machine: the first view of home, its bytes and what holds up the first paint; that the
// style within the page is all that home needs; and pages that are come back to or wanted soon.
import assert from "node:assert/strict";
import { writeFileSync } from "node:fs";
import { after, test } from "node:test";
import { firstView, newcomer } from "./first_view.mjs";
import { openLibrary } from "./library.mjs";
import { bind, says, signIn } from "./steps.mjs";
import { PHONE, launch, open } from "./support.mjs";

const { browser, demo, reader, url, close } = await openLibrary();
after(close);

const BYTES_MAX = 14 * 1024;

test("home comes in few requests, with little script, and stays where it is", async () => {
  const context = await newcomer(browser, url("/"));
  const view = await firstView(context, url("/"));
  await context.close();
  assert.ok(view.blocking <= 1, `${view.blocking} requests before the first paint`);
  assert.ok(view.script > 0 && view.script <= 5 * 1024, `${view.script} bytes of script`);
  assert.ok(view.bytes <= BYTES_MAX, `${view.bytes} bytes in all`);
  assert.ok(view.shift < 0.01, `shifted by ${view.shift}`);
});

/** Home in both themes. */
async function looks(page, within) {
  await page.goto(url("/"), { waitUntil: "networkidle" });
  assert.equal(await page.locator("style").count(), within);
  const found = {};
  for (const colorScheme of ["dark", "light"]) {
    await page.emulateMedia({ colorScheme });
    found[colorScheme] = await page.screenshot({ fullPage: true });
  }
  return found;
}

/** With the style that stands within it, and with the whole sheet. */
async function looksTheSame(page, whose) {
  await page.context().clearCookies({ name: "yue_style" });
  const [first, later] = [await looks(page, 1), await looks(page, 0)];
  for (const theme of Object.keys(first)) {
    if (first[theme].equals(later[theme])) continue;
    [first, later].forEach((shots, n) => writeFileSync(new URL(`out/differs-${n}.png`, import.meta.url), shots[theme]));
    assert.fail(`home differs for ${whose}, ${theme}: e2e/out/differs-*.png`);
  }
}

test("home looks the same with the style that stands within it, to whomever, in both sizes and themes", async () => {
  const stranger = await (await newcomer(browser, url("/"))).newPage();
  const phone = await reader();
  await bind(phone, demo, demo.card("JB002600000023"));
  for (const [whose, page] of Object.entries({ stranger, phone })) {
    await looksTheSame(page, whose);
    await page.context().addCookies([{ name: "yue_large", value: "1", url: url("/") }]);
    await looksTheSame(page, `${whose}, large`);
  }
  await stranger.context().close();
});

/** The back button. Playwright's own waits for a page that is loaded, and this one may be there already. */
async function back(page, title) {
  await page.evaluate(() => { setTimeout(() => history.back()); });
  await page.waitForFunction((title) => document.title.includes(title), title);
}

test("back shows a page as it was, and anew once something was sent", async () => {
  // Playwright switches the browser's memory of pages off.
  const own = await launch([], ["--disable-back-forward-cache"]);
  const page = await open(own, PHONE);
  await signIn(page, demo);
  await bind(page, demo, demo.card("JB002600000031"));
  await page.goto(url("/prizes"));
  await page.evaluate(() => { globalThis.isTheSame = true; });
  await page.goto(url("/activities"));
  await back(page, "积分兑换");
  assert.equal(await page.evaluate(() => globalThis.isTheSame), true, "the page was kept");
  await page.getByRole("link", { name: "旧书页卷铅笔（五支）" }).click();
  await page.getByRole("link", { name: "立即兑换" }).click();
  await page.getByRole("button", { name: "立即兑换" }).click();
  await page.locator(".ticket").waitFor();
  for (const title of ["确认兑换", "奖品详情", "积分兑换"]) await back(page, title);
  await says(page, "可用 30");
  assert.equal(await page.evaluate(() => globalThis.isTheSame), undefined, "it is a new one");

  await page.goto(url("/me"));
  await page.getByRole("button", { name: "退出" }).click();
  await page.waitForURL((at) => at.pathname !== "/me");
  await page.evaluate(() => { setTimeout(() => history.back()); });
  await page.waitForFunction(() => !document.body.innerText.includes("尾号0031"), null, { polling: 100 });
  await own.close();
});

// Chromium shows no page as loaded once its form is under way: what a page does when it is loaded cannot come in between.
test("a form that is sent while a picture is still on its way is sent once, and arrives", async () => {
  const phone = await reader();
  await bind(phone, demo, demo.card("JB002600000049"));
  await phone.goto(url("/prizes"));
  await phone.getByRole("link", { name: "旧书页卷铅笔（五支）" }).click();
  let letGo = () => {};
  const held = new Promise((done) => { letGo = done; });
  await phone.route(/\.svg/, async (route) => { await held; await route.continue(); });
  await phone.getByRole("link", { name: "立即兑换" }).click({ noWaitAfter: true });
  let posts = 0;
  phone.on("request", (request) => { if (request.method() === "POST") posts += 1; });
  const sent = phone.waitForRequest((request) => request.method() === "POST");
  const tapped = phone.getByRole("button", { name: "立即兑换" }).click({ noWaitAfter: true });
  await sent;
  letGo();
  await tapped;
  await phone.locator(".ticket").waitFor();
  assert.equal(posts, 1);
  await phone.unrouteAll({ behavior: "ignoreErrors" });
  await phone.goto(url("/redemptions"));
  assert.equal(await phone.getByText("旧书页卷铅笔（五支）").count(), 1);
});

test("a visitor's next page is on its way while the finger is down, and is asked for once; a reader's is not", async () => {
  const phone = await (await newcomer(browser, url("/"))).newPage();
  await phone.goto(url("/"));
  const asked = [];
  phone.on("request", (request) => asked.push(new URL(request.url()).pathname));
  const link = phone.getByRole("link", { name: "积分兑换" });
  await link.dispatchEvent("touchstart");
  await phone.waitForFunction(() => performance.getEntriesByType("resource").some((entry) => entry.name.endsWith("/prizes")));
  await link.dispatchEvent("touchstart");
  assert.equal(asked.filter((path) => path === "/prizes").length, 1);
  await phone.context().close();
  const own = await reader();
  await own.goto(url("/"));
  await own.getByRole("link", { name: "积分兑换" }).dispatchEvent("touchstart");
  assert.equal(await own.locator("link[rel=prefetch][as=document]").count(), 0);
});
