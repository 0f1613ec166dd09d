// Lighthouse's verdict on accessibility and good practice, of pages for readers and for staff.
import assert from "node:assert/strict";
import { createServer } from "node:net";
import { after, test } from "node:test";
import lighthouse from "lighthouse";
import { openLibrary } from "./library.mjs";
import { bind, signIn } from "./steps.mjs";
import { PHONE, WECHAT } from "./support.mjs";

/** Lighthouse talks to the browser by itself, on a port of its own. */
const port = await new Promise((done) => {
  const server = createServer().listen(0, "127.0.0.1", () => {
    const free = server.address().port;
    server.close(() => done(free));
  });
});
const { demo, staff, url, visitor, close } = await openLibrary(PHONE, [`--remote-debugging-port=${port}`]);
after(close);
const reader = await visitor();
await signIn(reader, demo);
await bind(reader, demo, demo.card("JB002600000015"));
const desk = await staff("caibian");

async function audited(page, path, emulation) {
  const cookies = await page.context().cookies(url("/"));
  const { lhr } = await lighthouse(url(path), {
    port, onlyCategories: ["accessibility", "best-practices"], output: "json", logLevel: "error", disableStorageReset: true,
    extraHeaders: { Cookie: cookies.map(({ name, value }) => `${name}=${value}`).join("; ") }, ...emulation,
  });
  assert.equal(new URL(lhr.finalDisplayedUrl).pathname, path.split("?")[0], "the page itself was looked at");
  const wrong = Object.values(lhr.audits).filter((audit) => audit.score === 0).map((audit) => `${audit.id}: ${audit.title}`);
  assert.deepEqual(wrong, []);
  assert.deepEqual(Object.values(lhr.categories).map((category) => category.score), [1, 1]);
}

// Not /me: at this height a row lies half under the tab bar, and what is left of it is taken for its whole.
const READERS = [
  "/", "/prizes", "/activities", "/points", "/tickets", "/suggestions/new?isbn=9787544253994", "/donations/new", "/messages",
];
for (const path of READERS) {
  test(`a reader's ${path}`, () => audited(reader, path, { emulatedUserAgent: WECHAT }));
}

const screen = { mobile: false, width: 1440, height: 900, deviceScaleFactor: 1, disabled: false };
for (const path of ["/staff/suggestions", "/staff/donations", "/staff/books"]) {
  test(`staff's ${path}`, () => audited(desk, path, { formFactor: "desktop", screenEmulation: screen }));
}
