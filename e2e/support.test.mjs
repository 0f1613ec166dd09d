// The helpers themselves, against a page of their own with the policy that ours have.
import assert from "node:assert/strict";
import { statSync } from "node:fs";
import { createServer } from "node:http";
import { after, before, test } from "node:test";
import { DESK, PHONE, axe, launch, open, overflow, readQr, screenshot } from "./support.mjs";

const POLICY = "default-src 'none'; style-src 'self'; script-src 'self'; img-src 'self' data:";
const QR = "M0 0.5h7m1 0h4m2 0h7M0 1.5h1m5 0h1m1 0h2m2 0h1m1 0h1m5 0h1M0 2.5h1m1 0h3m1 0h1m1 0h2m1 0h2m1 0h1m1 0h3m1 0h1M0 3.5h1m1 0h3m1 0h1m2 0h2m3 0h1m1 0h3m1 0h1M0 4.5h1m1 0h3m1 0h1m1 0h2m2 0h1m1 0h1m1 0h3m1 0h1M0 5.5h1m5 0h1m2 0h1m1 0h2m1 0h1m5 0h1M0 6.5h7m1 0h1m1 0h1m1 0h1m1 0h7M10 7.5h3M0 8.5h1m2 0h6m3 0h2m2 0h1m1 0h3M0 9.5h2m2 0h1m2 0h1m2 0h1m1 0h1m2 0h1m1 0h2m1 0h1M0 10.5h1m1 0h5m1 0h1m4 0h1m1 0h2m1 0h1M0 11.5h2m1 0h2m2 0h2m2 0h1m1 0h1m1 0h1m2 0h2M0 12.5h4m2 0h1m7 0h1m2 0h4M8 13.5h3m1 0h3m1 0h4M0 14.5h7m1 0h1m1 0h1m1 0h4m2 0h1M0 15.5h1m5 0h1m1 0h3m1 0h1m1 0h5m1 0h1M0 16.5h1m1 0h3m1 0h1m1 0h2m1 0h6m1 0h1M0 17.5h1m1 0h3m1 0h1m1 0h1m1 0h4m3 0h2M0 18.5h1m1 0h3m1 0h1m3 0h2m1 0h2m4 0h2M0 19.5h1m5 0h1m4 0h1m1 0h2m2 0h1m1 0h1M0 20.5h7m1 0h3m3 0h1m1 0h1m1 0h2";
const GOOD = `<!doctype html><html lang="zh-CN"><title>好</title><meta name="viewport" content="width=device-width">
<link rel="icon" href="data:,"><link rel="stylesheet" href="/s.css"><main><h1>兑换码</h1>
<svg class="i" aria-hidden="true"><use href="/icons.svg#i-dot"/></svg>
<div id="qr"><svg role="img" aria-label="二维码" viewBox="-4 -4 29 29"><path stroke="#000" d="${QR}"/></svg></div></main>`;
const BAD = `<!doctype html><html><title>坏</title><link rel="icon" href="data:,"><img src="/none.svg"><p style="width:2000px">宽</p><script>var ran=1</script>`;
const FILES = {
  "/good": ["text/html; charset=utf-8", GOOD],
  "/bad": ["text/html; charset=utf-8", BAD],
  "/s.css": ["text/css", "#qr{width:184px;background:#fff}.i{width:24px;height:24px;fill:currentColor;color:#018942}"],
  "/icons.svg": ["image/svg+xml", `<svg xmlns="http://www.w3.org/2000/svg"><symbol id="i-dot" viewBox="0 0 24 24"><circle cx="12" cy="12" r="9"/></symbol></svg>`],
};

let agent = "";
const server = createServer((request, response) => {
  agent = request.headers["user-agent"];
  const [type, body] = FILES[request.url] ?? ["text/plain", null];
  response.writeHead(body === null ? 404 : 200, { "content-type": type, "content-security-policy": POLICY });
  response.end(body ?? "");
});
let browser;
let site;
before(async () => {
  await new Promise((done) => server.listen(0, "127.0.0.1", done));
  site = `http://127.0.0.1:${server.address().port}`;
  browser = await launch();
});
after(async () => {
  await browser?.close();
  server.close();
});

test("a good page passes, its QR is read back, its sprite is drawn", async () => {
  const page = await open(browser, PHONE);
  await page.goto(`${site}/good`);
  assert.match(agent, /MicroMessenger/);
  assert.equal(await page.evaluate(() => innerWidth), 390);
  assert.deepEqual(await axe(page), []);
  assert.equal(await overflow(page), 0);
  assert.equal(await readQr(page, "#qr"), "YUE:7K3M9QXDPW2T");
  assert.equal(await readQr(page, "h1"), null);
  assert.ok(await page.evaluate(() => document.querySelector(".i use").getBBox().width > 0), "the icon is empty");
  assert.ok(statSync(await screenshot(page, "support")).size > 1000);
  assert.deepEqual(page.complaints, []);
});

test("a bad page is found out: by axe, by the policy, by what is missing", async () => {
  const page = await open(browser, DESK);
  await page.goto(`${site}/bad`);
  assert.doesNotMatch(agent, /MicroMessenger/);
  const found = (await axe(page)).join("\n");
  assert.match(found, /html-has-lang/);
  assert.match(found, /image-alt/);
  const complaints = page.complaints.join("\n");
  assert.match(complaints, /404 .*none\.svg/);
  assert.match(complaints, /inline style/i);
  assert.match(complaints, /inline script/i);
  assert.equal(await page.evaluate(() => typeof globalThis.ran), "undefined");
});
