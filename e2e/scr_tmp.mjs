import { WALKS, openPages } from "./pages.mjs";
import { PHONE, screenshot } from "./support.mjs";
const only = process.argv.slice(2);
const pages = await openPages(PHONE, async (page, name) => { await page.waitForTimeout(300); await screenshot(page, name); });
for (const [name, walk] of WALKS) { if (only.some((o) => name.includes(o)) || ["a visitor","binding a card","redeeming prizes","staff come in"].includes(name)) { console.log(name); await walk(pages).catch(e => console.log(String(e).slice(0,300))); } }
await pages.close();
