// Activities as a reader meets them: the list, signing up, the venue's code, withdrawing.
import { says } from "../steps.mjs";

async function details({ go, look, phone, url }) {
  await go(phone, "/activities", "activities");
  await go(phone, "/activities?state=over", "activities-over");
  await go(phone, "/activities?q=none", "activities-none");
  await go(phone, "/activities?kind=volunteer", "services");
  for (const [title, name] of [["旧书新装：线装书体验", "full"], ["新年朗读夜", "soon"], ["江豚来了：长江自然课堂", "ages"]]) {
    await phone.goto(url("/activities"));
    await phone.getByRole("link", { name: title }).first().click();
    await phone.getByRole("heading", { level: 1, name: title }).waitFor();
    await look(phone, `activity-${name}`);
  }
}

/** Signs the reader up; ends on the sign-up's own page. */
async function signUp({ look, phone, url }, title) {
  await phone.goto(url("/activities"));
  await phone.getByRole("link", { name: title }).first().click();
  await phone.getByRole("heading", { level: 1, name: title }).waitFor();
  await phone.getByLabel("本人").check();
  await look(phone, "activity");
  await phone.locator(".bar button").click();
  await phone.locator(".ticket").waitFor();
  await look(phone, "enrolment");
  return new URL(phone.url()).pathname.split("/").at(-1);
}

export async function activities(pages) {
  const { desk, go, look, phone, url } = pages;
  await go(phone, "/enrolments", "enrolments-none");
  await details(pages);
  const activity = await signUp(pages, "午间读诗");
  await go(phone, `/activities/${activity}/poster`, "activity-poster");
  await go(phone, "/enrolments", "enrolments");
  await go(phone, "/enrolments?tab=past", "enrolments-none-past");
  await go(phone, `/enrolments/${activity}/withdrawal`, "enrolment-withdrawing");
  await go(phone, `/activities/${activity}/attendance`, "attendance-refused");
  await phone.goto(url("/activities"));
  await phone.getByRole("link", { name: "旧书新装" }).first().click();
  await phone.locator(".pick input").first().uncheck();
  await phone.getByRole("button", { name: "报名候补" }).click();
  await phone.getByRole("alert").waitFor();
  await look(phone, "activity-refused");
  await phone.locator(".pick input").first().check();
  await phone.getByRole("button", { name: "报名候补" }).click();
  await says(phone, "已进入候补");
  await look(phone, "enrolment-waiting");
  await go(desk, `/staff/activities/${activity}/screen`, "staff-activity-screen");
  await phone.goto(await desk.locator("[data-code]").getAttribute("data-url"));
  await says(phone, "登记成功");
  await look(phone, "attendance-done");
  await phone.goto(url("/"));
  await look(phone, "home-activities");
}
