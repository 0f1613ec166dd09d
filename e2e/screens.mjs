// Every page as a picture into e2e/out (YUE_SCREENS), to be looked at beside the drawings: readers' pages at 390 px
// in both themes and in large type, the back office at 1440 px.
import { WALKS, openPages } from "./pages.mjs";
import { PHONE, screenshot } from "./support.mjs";

async function look(page, name) {
  await screenshot(page, name);
  if (page.viewportSize().width > PHONE.viewport.width) return;
  await page.emulateMedia({ colorScheme: "dark" });
  await screenshot(page, `dark-${name}`);
  await page.emulateMedia({ colorScheme: "light" });
  // What 大字版 does.
  await page.evaluate(() => document.documentElement.dataset.type = "large");
  await screenshot(page, `large-${name}`);
  await page.evaluate(() => delete document.documentElement.dataset.type);
}

const pages = await openPages(PHONE, look);
try {
  for (const [, walk] of WALKS) await walk(pages);
} finally {
  await pages.close();
}
