// A volunteer's way: registered, approved, in and out by the venue's code, hours, points, a certificate that anybody can check.
import assert from "node:assert/strict";
import { after, test } from "node:test";
import { openLibrary } from "./library.mjs";
import { announce, bind, register, says } from "./steps.mjs";
import { readQr } from "./support.mjs";

const { demo, reader, staff, url, visitor, close } = await openLibrary();
after(close);
let office = await staff("huodong");

/** Time passes; who works in the back office signs in again after a while. */
async function pass(minutes) {
  await demo.forward({ minutes: String(minutes) });
  office = await staff("huodong");
}

/** In half an hour, for two hours, five points for each half hour. */
const announceService = (title) => announce(office, url, title, {
  from: 30,
  until: 150,
  kind: "volunteer",
  fill: { 积分: "5" },
  choose: { 积分怎么算: "30" },
});

/** What a phone reads from the screen on site. */
async function venueCode(id) {
  await office.goto(url(`/staff/activities/${id}/screen`));
  return readQr(office, "[data-code]");
}

test("hours from scan to scan become points and a certificate", async () => {
  const page = await reader();
  await bind(page, demo, demo.card("JB002600000015"));
  const id = await announceService("整架志愿服务");
  await page.goto(url(`/activities/${id}`));
  await says(page, "志愿者审核通过后可以报名");
  await register(page, url);
  await office.goto(url("/staff/volunteers?state=applied"));
  await office.getByRole("link", { name: "王小萌" }).click();
  await office.getByRole("button", { name: "通过", exact: true }).click();
  await office.getByRole("heading", { level: 1, name: "志愿者" }).waitFor();

  await page.goto(url(`/activities/${id}`));
  await page.locator(".pick input").first().check();
  await page.locator(".bar button").click();
  await page.locator(".ticket").waitFor();

  await pass(30);
  // One person, one scan: signed in without a tap.
  await page.goto(await venueCode(id));
  await says(page, "登记成功");
  await page.goto(url("/volunteers/certificate"));
  assert.equal(new URL(page.url()).pathname, "/volunteers", "no hours yet");
  await pass(95);
  const code = await venueCode(id);
  await page.goto(code);
  await says(page, "服务结束，签退");
  await page.getByRole("button", { name: "签退" }).click();
  await says(page, "获得 15 积分");
  await page.goto(code);
  await says(page, "已经签退了");

  await page.goto(url("/points"));
  await says(page, "整架志愿服务");
  await page.goto(url("/"));
  assert.equal((await page.locator(".bal b").innerText()).trim(), "65");
  await page.goto(url("/volunteers"));
  await says(page, "1 小时 35 分钟");
  await page.goto(url("/volunteers/certificate"));
  await says(page, "王小萌");
  const link = await readQr(page, ".deed .qr");
  assert.ok((await page.locator(".deed").innerText()).includes(link), "the QR says what the text says");

  // Whoever holds the paper checks it, and learns no whole name.
  const anybody = await visitor();
  await anybody.goto(link);
  await says(anybody, "证明有效");
  await says(anybody, "1 小时 35 分钟");
  await says(anybody, "王*萌");
  assert.equal(await anybody.getByText("王小萌").count(), 0);
  await anybody.goto(link.replace(/.$/, (last) => (last === "0" ? "1" : "0")));
  await says(anybody, "证明无效");
  assert.deepEqual([...page.complaints, ...anybody.complaints, ...office.complaints], []);
});
