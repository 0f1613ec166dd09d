// What the browser tests share: Debian's Chromium as a reader's phone in WeChat or as a desk's computer.
import { existsSync, mkdirSync, readFileSync } from "node:fs";
import { createRequire } from "node:module";
import { dirname, join } from "node:path";
import { fileURLToPath } from "node:url";
import jsQR from "jsqr";
import { chromium } from "playwright-core";
import { PNG } from "pngjs";

const here = dirname(fileURLToPath(import.meta.url));
const axeSource = readFileSync(createRequire(import.meta.url).resolve("axe-core/axe.min.js"), "utf8");

export const WECHAT =
  "Mozilla/5.0 (Linux; Android 14; V2309A Build/UP1A.231005.007; wv) AppleWebKit/537.36 (KHTML, like Gecko) " +
  "Version/4.0 Chrome/130.0.6723.103 Mobile Safari/537.36 XWEB/1300333 MMWEBSDK/20250201 MMWEBID/4021 " +
  "MicroMessenger/8.0.58.2841(0x28003A35) WeChat/arm64 Weixin NetType/WIFI Language/zh_CN ABI/arm64";

const FLAGS = [
  "--disable-background-networking", "--disable-component-update", "--disable-sync", "--no-first-run", "--disable-quic",
];

/** What has not come by then does not come. */
const WAIT_MS_MAX = 15_000;

const place = { locale: "zh-CN", timezoneId: "Asia/Shanghai", reducedMotion: "reduce", serviceWorkers: "block" };

/** A reader's phone: 390 x 844, inside WeChat. */
export const PHONE = {
  ...place, userAgent: WECHAT, viewport: { width: 390, height: 844 }, deviceScaleFactor: 2, isMobile: true, hasTouch: true,
};

/** A librarian's computer. */
export const DESK = { ...place, viewport: { width: 1440, height: 900 } };

/** Debian's Chromium; CHROMIUM names another one. `more`: flags of one test's own; `without`: of Playwright's. */
export async function launch(more = [], without = []) {
  const executablePath = process.env.CHROMIUM ?? "/usr/bin/chromium";
  if (!existsSync(executablePath)) throw new Error(`no browser at ${executablePath}: install the package chromium`);
  const root = process.getuid?.() === 0;
  const args = [...FLAGS, ...(root ? ["--no-sandbox"] : []), ...more];
  return chromium.launch({ executablePath, headless: true, args, ignoreDefaultArgs: without });
}

/**
 * A page with cookies of its own. `page.complaints` gathers what the browser complains about:
 * refused by the content security policy, an error in a script, a file that did not load.
 * A page answered with 4xx is a page, not a complaint.
 */
export async function open(browser, device = PHONE, options = {}) {
  const context = await browser.newContext({ ...device, ...options });
  context.setDefaultTimeout(WAIT_MS_MAX);
  const page = await context.newPage();
  page.complaints = [];
  page.on("pageerror", (error) => page.complaints.push(String(error)));
  page.on("console", (message) => {
    const refused = /^Failed to load resource: the server responded/.test(message.text());
    if (message.type() === "error" && !refused) page.complaints.push(message.text());
  });
  page.on("response", (answer) => {
    const document = answer.request().resourceType() === "document";
    if (answer.status() >= 400 && !document) page.complaints.push(`${answer.status()} ${answer.url()}`);
  });
  return page;
}

/** What axe-core finds wrong, a line each. Evaluated by the debugger: the page's policy stays as it is. */
export async function axe(page, rules = null) {
  if (!(await page.evaluate(() => "axe" in globalThis))) await page.evaluate(axeSource);
  const options = { resultTypes: ["violations"], ...(rules && { runOnly: rules }) };
  const found = await page.evaluate((options) => globalThis.axe.run(document, options), options);
  return found.violations.flatMap((rule) =>
    rule.nodes.map((node) => `${rule.id}: ${rule.help}: ${node.target.join(" ")}`));
}

/** Pixels that the page is wider than its window; 0 on every page of ours. */
export async function overflow(page) {
  return page.evaluate(() => document.documentElement.scrollWidth - document.documentElement.clientWidth);
}

/** Texts that do not fit where they stand: hidden beside, or below where no lines are counted. */
export async function cut(page) {
  return page.evaluate(() => [...document.querySelectorAll("body *")].filter((element) => {
    const style = getComputedStyle(element);
    const clips = (overflow) => overflow === "hidden" || overflow === "clip";
    const hidden = ".vh, .visually-hidden, .visually-hidden-focusable, svg";
    if (element.closest(hidden) || !element.innerText?.trim() || style.visibility === "hidden") return false;
    const beside = clips(style.overflowX) && element.scrollWidth > element.clientWidth + 1;
    const below = clips(style.overflowY) && style.webkitLineClamp === "none" && element.scrollHeight > element.clientHeight + 1;
    return element.clientWidth > 1 && (beside || below);
  }).map((element) => `${element.className || element.tagName}: ${element.innerText.trim().slice(0, 30)}`));
}

/** The whole page as e2e/out/NAME.png. */
export async function screenshot(page, name) {
  const folder = process.env.YUE_SCREENS ?? join(here, "out");
  mkdirSync(folder, { recursive: true });
  const path = join(folder, `${name}.png`);
  await page.screenshot({ path, fullPage: true });
  return path;
}

/** What a phone's camera would read from the QR in `selector`; null when it reads nothing. */
export async function readQr(page, selector) {
  const png = PNG.sync.read(await page.locator(selector).screenshot());
  const code = jsQR(new Uint8ClampedArray(png.data), png.width, png.height);
  return code ? code.data : null;
}
