// A book's bar code: read by the camera outside WeChat, by WeChat's scanner within, and counted at the desk.
import assert from "node:assert/strict";
import { createHash } from "node:crypto";
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { after, test } from "node:test";
import { ean13Video } from "./barcode.mjs";
import { openLibrary } from "./library.mjs";
import { bind, says, signIn, signInStaff, wechatBridge } from "./steps.mjs";
import { DESK, PHONE, open } from "./support.mjs";

const BOOK = "9787544253994";
const folder = mkdtempSync(join(tmpdir(), "yue-video-"));
const video = join(folder, "book.y4m");
writeFileSync(video, ean13Video(BOOK));

const { browser, demo, url, visitor, close } = await openLibrary(PHONE, [
  "--use-fake-ui-for-media-stream", "--use-fake-device-for-media-stream", `--use-file-for-fake-video-capture=${video}`,
]);
after(async () => {
  await close();
  rmSync(folder, { recursive: true });
});

const inWeChat = await visitor();
await signIn(inWeChat, demo);
await bind(inWeChat, demo, demo.card("JB002600000015"));

/** The same reader in a browser that is not WeChat's. */
async function outside() {
  const storageState = await inWeChat.context().storageState();
  const { userAgent: _, ...phone } = PHONE;
  return open(browser, phone, { storageState });
}

test("the camera reads the bar code, and the book's form stands there", async () => {
  const page = await outside();
  await page.goto(url("/suggestions/new"));
  await page.getByRole("button", { name: "扫书背面的条码" }).click();
  await says(page, "推荐这本书");
  assert.equal(await page.getByLabel("ISBN").inputValue(), BOOK);
  assert.equal(await page.getByLabel("书名").inputValue(), "百年孤独");
  assert.deepEqual(page.complaints, []);
});

test("a scan can be stopped, and typing goes on", async () => {
  const page = await outside();
  // Nothing to be seen: the camera's picture is never handed on.
  await page.addInitScript(() => {
    globalThis.Worker = class { postMessage() {} terminate() {} };
  });
  await page.goto(url("/suggestions/new"));
  await page.getByRole("button", { name: "扫书背面的条码" }).click();
  await page.locator("video").waitFor();
  await page.getByRole("button", { name: "停止扫描" }).click();
  await page.locator("video").waitFor({ state: "detached" });
  await page.getByLabel("ISBN").fill(BOOK);
  await page.getByRole("button", { name: "下一步" }).click();
  await says(page, "推荐这本书");
});

test("where the camera is refused one is told to type", async () => {
  const page = await outside();
  await page.addInitScript(() => {
    navigator.mediaDevices.getUserMedia = () => Promise.reject(new Error("refused"));
  });
  await page.goto(url("/donations/new"));
  await page.getByRole("button", { name: "扫书背面的条码" }).click();
  await says(page, "没有打开摄像头，请照着填写");
});

test("a scanned book's title stands in 阅读足迹", async () => {
  const page = await outside();
  await page.goto(url("/reading"));
  await page.getByRole("button", { name: "扫书背面的条码，带出书名" }).click();
  await says(page, "书名已带出");
  assert.equal(await page.getByLabel("书名").inputValue(), "百年孤独");
  await page.getByRole("button", { name: "记下足迹" }).click();
  await says(page, "今天的足迹记下了");
});

test("WeChat's scanner is handed a signature of this very page, and its answer goes on", async () => {
  await wechatBridge(inWeChat, [`EAN_13,${BOOK}`]);
  await inWeChat.goto(url("/suggestions/new"));
  const asked = await inWeChat.evaluate(() => globalThis.asked.find(([name]) => name === "preVerifyJSAPI")?.[1]);
  const ticket = await demo.ticket();
  const text = `jsapi_ticket=${ticket}&noncestr=${asked.verifyNonceStr}&timestamp=${asked.verifyTimestamp}&url=${url("/suggestions/new")}`;
  assert.equal(asked.verifySignature, createHash("sha1").update(text).digest("hex"));
  await inWeChat.getByRole("button", { name: "扫书背面的条码" }).click();
  await says(inWeChat, "推荐这本书");
  assert.equal(await inWeChat.getByLabel("书名").inputValue(), "百年孤独");
});

test("at the desk each scan counts one copy, by gun and by camera", async () => {
  const page = inWeChat;
  await page.goto(url("/donations/new"));
  await page.getByLabel("再加一本：ISBN").fill(BOOK);
  await page.keyboard.press("Enter");
  await page.getByLabel("书名").waitFor();
  await page.getByLabel("册数").first().fill("3");
  await page.getByRole("button", { name: "提交", exact: true }).click();
  await page.getByRole("button", { name: "确认捐赠" }).click();
  await says(page, "捐赠单已提交");
  const code = (await page.locator(".code").innerText()).trim();

  const desk = await open(browser, DESK);
  await signInStaff(desk, demo, "fuwutai");
  await desk.goto(`${demo.facts.staff}/donations/receiving?code=${encodeURIComponent(code)}`);
  const field = desk.getByLabel("实收册数：百年孤独");
  assert.equal(await field.inputValue(), "3");
  const gun = desk.getByLabel("扫书清点");
  await gun.fill("JB002600000015");
  await gun.press("Enter");
  await says(desk, "这不是书背面的条码");
  assert.equal(await field.inputValue(), "3", "nothing was counted, nothing is wiped");
  for (const [typed, told] of [[BOOK, "第 1 册"], ["9787020024759", "已补登，第 1 册"], ["123", "这不是书背面的条码"], [BOOK, "第 2 册"]]) {
    await gun.fill(typed);
    await gun.press("Enter");
    await says(desk, told);
  }
  await desk.getByRole("button", { name: "用摄像头扫" }).click();
  await says(desk, "第 3 册");
  assert.equal(await field.inputValue(), "3");
  // Refused, since the added book has no title yet: what was counted stays, and goes on.
  await desk.getByRole("button", { name: "确认收书" }).click();
  await desk.getByRole("alert").waitFor();
  await gun.fill(BOOK);
  await gun.press("Enter");
  await says(desk, "第 4 册");
  await field.fill("3");
  await desk.getByLabel("补登书名 1").fill("围城");
  await desk.getByRole("button", { name: "确认收书" }).click();
  await desk.getByRole("heading", { name: "百年孤独" }).waitFor();
  await says(desk, "围城");
});
