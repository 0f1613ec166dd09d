// Staff sign in, and where they may not go.
import { says, signInStaff } from "../steps.mjs";

export async function staffEntry({ demo, desk, go, look, staff }) {
  await go(desk, "/staff", "staff-sign-in");
  await desk.getByLabel("登录名").fill("linjing");
  await desk.getByLabel("密码").fill("wrong");
  await desk.getByRole("button", { name: "登录" }).click();
  await says(desk, "密码不对");
  await look(desk, "staff-sign-in-refused");
  await signInStaff(desk, demo, "linjing");
  await look(desk, "staff-start");
  await go(desk, "/staff/nowhere", "staff-not-found");
  await go(desk, "/staff/system", "staff-system");
  const auditor = await staff("shenji");
  await look(auditor, "staff-start-auditor");
  await go(auditor, "/staff/cards", "staff-forbidden");
  await auditor.close();
}
