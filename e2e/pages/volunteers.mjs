// Volunteers: registration, review, a service, hours and their certificate.
import { announce, fillVolunteer, recordHours, register, says } from "../steps.mjs";

async function registration({ go, look, phone }) {
  await go(phone, "/volunteers", "volunteers-none");
  await go(phone, "/volunteers/new", "volunteer-new");
  await phone.getByRole("button", { name: "提交注册" }).click();
  await says(phone, "请填写姓名");
  await look(phone, "volunteer-refused");
  await fillVolunteer(phone);
  await phone.getByLabel("出生日期").fill("2012-05-12");
  await phone.getByRole("button", { name: "提交注册" }).click();
  await says(phone, "请填写监护人姓名");
  await look(phone, "volunteer-minor-refused");
}

async function review({ desk, go, look, phone }) {
  await go(desk, "/staff/volunteers", "staff-volunteers");
  await go(desk, "/staff/volunteers?state=declined", "staff-volunteers-none");
  await desk.goto(desk.url().replace("declined", "applied"));
  await desk.getByRole("link", { name: "王小萌" }).click();
  await desk.getByRole("button", { name: "不通过" }).click();
  await desk.getByRole("alert").waitFor();
  await look(desk, "staff-volunteer-refused");
  await desk.getByLabel("审核意见").fill("请补充可服务的具体时间");
  await desk.getByRole("button", { name: "不通过" }).click();
  await desk.getByRole("heading", { level: 1, name: "志愿者" }).waitFor();
  await go(phone, "/volunteers", "volunteers-declined");
}

async function approve({ desk, look, phone, url }) {
  await register(phone, url);
  await desk.goto(url("/staff/volunteers?state=applied"));
  await desk.getByRole("link", { name: "王小萌" }).click();
  await desk.getByRole("button", { name: "通过", exact: true }).waitFor();
  await look(desk, "staff-volunteer");
  await desk.getByRole("button", { name: "通过", exact: true }).click();
  await desk.getByRole("heading", { level: 1, name: "志愿者" }).waitFor();
}

async function certificate({ go, look, phone }) {
  await go(phone, "/volunteers", "volunteers");
  await go(phone, "/volunteers/certificate", "certificate");
  const print = await phone.locator("a[href*='/print?']").getAttribute("href");
  const link = (await phone.locator(".deed").innerText()).match(/https?:\/\/\S+/)[0];
  await phone.goto(link);
  await says(phone, "证明有效");
  await look(phone, "certificate-good");
  await phone.goto(print);
  await says(phone, "志愿服务证明");
  await look(phone, "certificate-print");
  await go(phone, "/certificates/7K3M", "certificate-wrong");
}

/** Changes, a pause and an end, asked about but not gone through with; staff suspend and take it back. */
async function standing({ desk, go, look, phone, url }) {
  await go(phone, "/volunteers/0/edit", "volunteer-edit");
  await phone.getByLabel("手机号码", { exact: true }).fill("1390000");
  await phone.getByRole("button", { name: "保存" }).click();
  await says(phone, "手机号码应为 11 位");
  await look(phone, "volunteer-edit-refused");
  await go(phone, "/volunteers/0/departure", "volunteer-leaving");
  await desk.goto(url("/staff/volunteers?state=approved"));
  await desk.getByRole("link", { name: "王小萌" }).first().click();
  await desk.getByRole("button", { name: "暂停资格" }).waitFor();
  await look(desk, "staff-volunteer-approved");
  await desk.getByLabel("原因").fill("三次无故缺席");
  await desk.getByRole("button", { name: "暂停资格" }).click();
  await desk.getByRole("button", { name: "恢复资格" }).waitFor();
  await look(desk, "staff-volunteer-suspended");
  await go(phone, "/volunteers", "volunteers-suspended");
  await desk.getByRole("button", { name: "恢复资格" }).click();
  await desk.getByRole("button", { name: "暂停资格" }).waitFor();
}

export async function volunteers(pages) {
  const { desk, phone, url } = pages;
  await registration(pages);
  await register(phone, url);
  await review(pages);
  await approve(pages);
  // Soon over, before the sample's 午间读诗 begins.
  const service = await announce(desk, url, "年终盘点", { from: 9, until: 17, kind: "volunteer" });
  await recordHours({ desk, phone, url }, service);
  await certificate(pages);
  await standing(pages);
}
