// What is kept of whom, and leaving: said, asked for, taken back.
import { until } from "../program.mjs";
import { says } from "../steps.mjs";

export async function closings({ demo, go, look, phone, reader, url }) {
  await go(phone, "/privacy", "privacy");
  await go(phone, "/privacy/collected", "privacy-collected");
  await go(phone, "/privacy/shared", "privacy-shared");
  await go(phone, "/privacy/agreement?to=%2Fme", "privacy-agreement");
  await phone.getByRole("button", { name: "同意并继续" }).click();
  await says(phone, "请先阅读并勾选同意");
  await look(phone, "privacy-agreement-refused");
  await go(phone, "/closing", "closing");
  await phone.getByRole("button", { name: "申请注销" }).click();
  await says(phone, "请先阅读上面的说明");
  await look(phone, "closing-refused");
  await go(phone, "/export", "export");
  await phone.getByRole("button", { name: "导出" }).click();
  await says(phone, "正在整理");
  await look(phone, "export-waiting");
  // The job runs every minute of the library's clock.
  await until("the export", async () => {
    await demo.forward({ minutes: "2" });
    await phone.goto(url("/export"));
    return phone.getByText("下载 JSON 文件").count();
  });
  await look(phone, "export-ready");
  await go(phone, "/export/page", "export-page");
  const leaving = await reader();
  await leaving.goto(url("/closing"));
  await leaving.getByLabel("我已了解注销后的影响").check();
  await leaving.getByRole("button", { name: "申请注销" }).click();
  await says(leaving, "撤回注销");
  await look(leaving, "closing-asked");
  await leaving.getByRole("button", { name: "撤回注销" }).click();
  await says(leaving, "申请注销");
}
