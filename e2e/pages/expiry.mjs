// What nobody has collected for more than a year.
import { says, scan, signInStaff } from "../steps.mjs";

export async function expiry({ demo, desk, go, look, phone, url }) {
  await phone.goto(url("/family"));
  await phone.getByRole("link", { name: "旧书页卷铅笔（五支）" }).click();
  const code = (await phone.locator(".code").innerText()).trim();
  const ticket = new URL(phone.url()).pathname;
  await demo.forward({ days: "375" });
  // The session has ended; WeChat brings a known reader back in.
  await go(phone, ticket, "redemption-expired");
  await says(phone, "已过期");
  await signInStaff(desk, demo, "fuwutai");
  await scan(desk, demo, code);
  await look(desk, "staff-desk-expired");
}
