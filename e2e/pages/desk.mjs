// The desk hands a prize over: open, done, taken back, and outside its hours.
import { says, scan, signInStaff } from "../steps.mjs";

/** Minutes until the desk is next open: Saturday, ten o'clock in China. */
function minutesToSaturday(now) {
  const [hour, week] = [60, 7 * 24 * 60];
  // 1970 began on a Thursday.
  const saturday = (2 * 24 + 10) * hour;
  const minute = Math.floor(now / 60_000) + 8 * hour;
  return (saturday - (minute % week) + week) % week;
}

/** The reader's ticket whose prize is still at the desk. */
async function waiting({ phone, url }, title) {
  await phone.goto(url("/family"));
  await phone.getByRole("link", { name: title }).click();
  await phone.locator(".code").waitFor();
  return { path: new URL(phone.url()).pathname, code: (await phone.locator(".code").innerText()).trim() };
}

async function handOver({ demo, desk, go, look, phone }, ticket) {
  await scan(desk, demo, ticket.code);
  await look(desk, "staff-desk-can");
  await desk.keyboard.press("Enter");
  await desk.getByRole("heading", { name: "已领取" }).waitFor();
  await look(desk, "staff-desk-done");
  await go(phone, ticket.path, "redemption-collected");
  await scan(desk, demo, ticket.code);
  await look(desk, "staff-desk-twice");
}

export async function desk(pages) {
  const { demo, desk, go, look } = pages;
  const minutes = minutesToSaturday(Date.now());
  await demo.forward({ days: Math.floor(minutes / 1440), minutes: minutes % 1440 });
  await signInStaff(desk, demo, "linjing");
  await go(desk, "/staff/desk", "staff-desk");
  await go(desk, "/staff/desk/sheet", "staff-desk-sheet-none");
  await scan(desk, demo, "7K3M 9QXD PW2T");
  await look(desk, "staff-desk-unknown");
  const ticket = await waiting(pages, "黄铜波纹书签");
  await handOver(pages, ticket);
  await go(desk, "/staff/desk/sheet", "staff-desk-sheet");
  await go(desk, "/staff/desk", "staff-desk-list");
  await desk.getByRole("button", { name: "撤销领取" }).first().click();
  await says(desk, "已撤销领取");
  await look(desk, "staff-desk-undone");
  // Noon: the desk is closed, and the librarian was away for too long.
  await demo.forward({ minutes: "120" });
  await signInStaff(desk, demo, "linjing");
  await scan(desk, demo, ticket.code);
  await look(desk, "staff-desk-closed");
  await desk.keyboard.press("Enter");
  await desk.getByRole("heading", { name: "已领取" }).waitFor();
}
