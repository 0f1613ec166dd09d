// A computer's browser, outside WeChat: the way in is shown, and a library that is still empty.
import { startSite } from "../site.mjs";
import { says } from "../steps.mjs";
import { DESK, open } from "../support.mjs";

export async function outside({ browser, look }) {
  const site = await startSite();
  try {
    const page = await open(browser, DESK);
    for (const [path, name] of [
      ["/", "outside-home"], ["/sign-in", "outside-sign-in"], ["/prizes?tab=all", "outside-prizes-none"],
      ["/scan", "outside-scan"], ["/sign-in/phone", "outside-phone"],
    ]) {
      await page.goto(`${site.url}${path}`);
      await look(page, name);
    }
    await page.getByRole("button", { name: "登录" }).last().click();
    await says(page, "请填写手机号码");
    await look(page, "outside-phone-refused");
  } finally {
    await site.stop();
  }
}
