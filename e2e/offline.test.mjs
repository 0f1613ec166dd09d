// Without a network: the codes that were there last are shown; whoever signs out takes them along.
import assert from "node:assert/strict";
import { after, test } from "node:test";
import { openLibrary } from "./library.mjs";
import { bind, redeem, says } from "./steps.mjs";
import { PHONE, axe } from "./support.mjs";

const { demo, reader, url, visitor, close } = await openLibrary({ ...PHONE, serviceWorkers: "allow" });
after(close);
const phone = await reader();
await bind(phone, demo, demo.card("JB002600000064"));

const kept = (page) => page.evaluate(async () => {
  const known = await caches.match("/tickets");
  return known ? known.text() : "";
});

/** Waits until the worker has kept a page that says so. */
async function keeps(page, text) {
  await page.evaluate(() => navigator.serviceWorker.ready);
  await page.waitForFunction(async (text) => {
    const known = await caches.match("/tickets");
    return known && (await known.text()).includes(text);
  }, text);
}

test("a code is shown without a network, and is gone with its reader", async () => {
  await phone.goto(url("/"));
  await keeps(phone, "没有要出示的兑换码");
  const code = await redeem(phone, demo, "旧书页卷铅笔（五支）");
  await keeps(phone, code);
  await phone.context().setOffline(true);
  await phone.goto(url("/redemptions"));
  await says(phone, code);
  await says(phone, "没有网络时也能出示");
  assert.equal(await phone.locator(".qr svg").first().isVisible(), true);
  const styled = await phone.locator(".ticket").first().evaluate((ticket) => getComputedStyle(ticket).borderRadius);
  assert.notEqual(styled, "0px", "the style sheet is kept too");
  await phone.context().setOffline(false);
  await phone.goto(url("/me"));
  await phone.getByRole("button", { name: "退出", exact: true }).click();
  await phone.waitForURL(url("/"));
  assert.equal(await kept(phone), "");
});

test("who was never signed in is told what is wrong", async () => {
  const page = await visitor();
  await page.goto(url("/offline"));
  await says(page, "现在连不上网络");
  assert.deepEqual(await axe(page), []);
});
