// Every page: clean for axe-core in both themes and type sizes, no wider than a narrow phone, no text cut, no complaint.
import assert from "node:assert/strict";
import { readFileSync, readdirSync } from "node:fs";
import { after, test } from "node:test";
import { WALKS, openPages } from "./pages.mjs";
import { PHONE, axe, cut, overflow } from "./support.mjs";

/** The narrowest of GB/T 37668 and WCAG 1.4.10: also a screen of 640 px at 200 %. */
const NARROW = { width: 320, height: 780 };
// The theme changes colours only.
const COLOURS = ["color-contrast", "link-in-text-block"];
const seen = new Set();
let faults = [];

async function themes(page) {
  const light = await axe(page);
  await page.emulateMedia({ colorScheme: "dark" });
  const dark = await axe(page, COLOURS);
  await page.emulateMedia({ colorScheme: "light" });
  return [...light, ...dark.map((line) => `dark: ${line}`)];
}

async function widths(page) {
  const size = page.viewportSize();
  await page.setViewportSize(NARROW);
  const standard = await overflow(page);
  // What 大字版 does.
  await page.evaluate(() => document.documentElement.dataset.type = "large");
  const large = await overflow(page);
  const hidden = await cut(page);
  const wrong = await axe(page);
  await page.evaluate(() => delete document.documentElement.dataset.type);
  await page.setViewportSize(size);
  const wide = [["", standard], ["large: ", large]].filter(([, wide]) => wide > 0);
  return [
    ...wide.map(([type, wide]) => `${type}${wide} px too wide`),
    ...hidden.map((text) => `large: cut: ${text}`), ...wrong.map((line) => `large: ${line}`),
  ];
}

async function look(page, name) {
  seen.add(new URL(page.url()).pathname);
  const found = [...await themes(page), ...await widths(page), ...page.complaints?.splice(0) ?? []];
  faults.push(...found.map((line) => `${name}: ${line}`));
}

const pages = await openPages({ ...PHONE, viewport: NARROW }, look);
after(pages.close);

for (const [title, walk] of WALKS) {
  test(title, async () => {
    faults = [];
    await walk(pages).catch((fault) => faults.push(fault.stack));
    assert.deepEqual(faults, []);
  });
}

/** What programs ask for, and what only leads on. */
const NO_PAGES = /^\/(healthz|readyz|metrics|assets|pictures|covers|notices|wechat|manifest\.webmanifest|sw\.js|tickets\/kept)\b|\/(pictures\/\{number\}\/\{place\}|export|calendar\.ics|card\.svg|poster\.svg|scan|screen\/code|file\.json)$/;

test("no page of the router is left out", () => {
  const folder = new URL("../crates/web/src/", import.meta.url);
  const sources = readdirSync(folder, { recursive: true }).filter((name) => name.endsWith("mod.rs"));
  const declared = sources.map((name) => readFileSync(new URL(name, folder), "utf8")).join("\n");
  const routes = [...declared.matchAll(/\.get\(\s*"([^"]+)",\s*For::/g)].map(([, path]) => path);
  const paths = routes.filter((path) => !NO_PAGES.test(path));
  const others = [...seen].filter((path) => !paths.includes(path));
  const isSeen = (path) => {
    const pattern = new RegExp(`^${path.replace(/\{\w+\}/g, "[^/]+")}$`);
    return path.includes("{") ? others.some((other) => pattern.test(other)) : seen.has(path);
  };
  assert.ok(paths.length > 20, "the routes are read");
  assert.deepEqual(paths.filter((path) => !isSeen(path)), []);
});
