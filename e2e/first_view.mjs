// W7: what a reader's first view of home costs, beside a blank page in the same browser.
import { createServer } from "node:http";
import { openLibrary } from "./library.mjs";
import { PHONE } from "./support.mjs";

/** Lighthouse's slow 4G, and a phone that is four times slower than this computer. */
const SLOW = { offline: false, latency: 150, downloadThroughput: (1.6 * 1024 * 1024) / 8, uploadThroughput: (750 * 1024) / 8 };
const SLOWER_CPU = 4;

const isIcons = (path) => path.includes("icons.");

/** Of one view with an empty cache: bytes on the wire, requests before the first paint, script, shift, largest paint. */
export async function firstView(context, url, { slow = false } = {}) {
  const page = await context.newPage();
  const wire = await context.newCDPSession(page);
  await wire.send("Network.enable");
  await wire.send("Network.setCacheDisabled", { cacheDisabled: true });
  if (slow) {
    await wire.send("Network.emulateNetworkConditions", SLOW);
    await wire.send("Emulation.setCPUThrottlingRate", { rate: SLOWER_CPU });
  }
  const kinds = new Map();
  const sizes = [];
  wire.on("Network.responseReceived", ({ requestId, type, response }) => kinds.set(requestId, [type, new URL(response.url).pathname]));
  wire.on("Network.loadingFinished", ({ requestId, encodedDataLength }) => sizes.push([requestId, encodedDataLength]));
  await page.addInitScript(() => {
    globalThis.seen = { shift: 0, largest: 0 };
    new PerformanceObserver((list) => list.getEntries().forEach((entry) => { if (!entry.hadRecentInput) seen.shift += entry.value; }))
      .observe({ type: "layout-shift", buffered: true });
    new PerformanceObserver((list) => list.getEntries().forEach((entry) => { seen.largest = entry.startTime; seen.what = `${entry.element?.tagName} ${entry.element?.className} ${entry.url}`.slice(0, 90); }))
      .observe({ type: "largest-contentful-paint", buffered: true });
  });
  await page.goto(url, { waitUntil: "networkidle" });
  const measured = await page.evaluate(() => {
    const [paint] = performance.getEntriesByName("first-contentful-paint");
    const first = paint ? paint.startTime : Infinity;
    const before = performance.getEntriesByType("resource").filter((entry) => entry.renderBlockingStatus === "blocking");
    // What is seen when the page is opened: not what stands below, nor on a shelf to the right.
    const isSeen = ({ top, left }) => top < innerHeight && left < innerWidth;
    const above = [...document.images].filter((image) => isSeen(image.getBoundingClientRect())).map((image) => new URL(image.currentSrc || image.src, location.href).pathname);
    const later = [...document.querySelectorAll("link[rel=prefetch]")].map((link) => new URL(link.href).pathname);
    return { ...seen, first, blocking: before.length + 1, above, later };
  });
  await page.close();
  const files = sizes.map(([id, bytes]) => [...(kinds.get(id) ?? ["Other", ""]), bytes]);
  const sum = (wanted) => files.filter(([type, path]) => wanted(type, path)).reduce((total, [,, bytes]) => total + bytes, 0);
  return {
    ...measured, files,
    script: sum((type) => type === "Script"),
    // The page, its style and script, its icons, and the drawings that are seen at once; not what is fetched for later.
    bytes: sum((type, path) => !measured.later.includes(path) && (type !== "Image" || isIcons(path) || measured.above.includes(path))),
  };
}

/** A phone that has not been here: WeChat was asked who it is, and does not know. */
export async function newcomer(browser, home) {
  const context = await browser.newContext({ ...PHONE, reducedMotion: "no-preference" });
  await context.addCookies([{ name: "yue_tried", value: "1", url: home }]);
  return context;
}

const median = (list) => [...list].sort((a, b) => a - b)[Math.floor(list.length / 2)];

/** A page with one word. */
async function blankPage() {
  const page = "<!doctype html><title>-</title><p>空白";
  const server = createServer((_, answer) => answer.setHeader("content-type", "text/html; charset=utf-8").end(page));
  await new Promise((done) => server.listen(0, "127.0.0.1", done));
  return { address: `http://127.0.0.1:${server.address().port}/`, close: () => server.close() };
}

async function bench() {
  const { browser, url, close } = await openLibrary();
  const blank = await blankPage();
  const rounds = { home: [], blank: [] };
  for (let n = 0; n < 7; n += 1) {
    for (const [name, address] of [["home", url("/")], ["blank", blank.address]]) {
      const context = await newcomer(browser, url("/"));
      rounds[name].push(await firstView(context, address, { slow: true }));
      await context.close();
    }
  }
  await close();
  blank.close();
  const [home] = rounds.home;
  for (const [type, path, bytes] of home.files.filter(([, , bytes]) => bytes > 0)) console.log(`  ${String(bytes).padStart(6)}  ${type} ${path}`);
  const paint = (name) => median(rounds[name].map((view) => view.largest || view.first));
  console.log(`first view ${home.bytes} B, script ${home.script} B, ${home.blocking} requests before the first paint, shift ${home.shift.toFixed(3)}`);
  console.log(`first paint ${home.first.toFixed(0)} ms; the largest is ${home.what}`);
  const [ours, blanks] = [paint("home"), paint("blank")];
  console.log(`largest paint ${ours.toFixed(0)} ms, blank ${blanks.toFixed(0)} ms: ${(ours / blanks).toFixed(2)}`);
}

if (process.argv[1] === new URL(import.meta.url).pathname) await bench();
