// W7, what does not depend on the machine: the first view of home, its bytes and what holds up the first paint.
import assert from "node:assert/strict";
import { after, test } from "node:test";
import { firstView } from "./first_view.mjs";
import { openLibrary } from "./library.mjs";
import { PHONE } from "./support.mjs";

const { browser, url, close } = await openLibrary();
after(close);

/** The goal is 14 kB; this holds what has been reached. */
const BYTES_MAX = 21_000;

test("home comes in few requests, with little script, and stays where it is", async () => {
  const context = await browser.newContext(PHONE);
  const view = await firstView(context, url("/"));
  await context.close();
  assert.ok(view.blocking <= 3, `${view.blocking} requests before the first paint`);
  assert.ok(view.script > 0 && view.script <= 5 * 1024, `${view.script} bytes of script`);
  assert.ok(view.bytes <= BYTES_MAX, `${view.bytes} bytes in all`);
  assert.ok(view.shift < 0.01, `shifted by ${view.shift}`);
});
