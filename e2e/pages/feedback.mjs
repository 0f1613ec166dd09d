// Feedback: written by a reader, answered by staff, read by the reader.
import { says } from "../steps.mjs";

export async function feedback({ desk, go, look, phone, url }) {
  await go(phone, "/feedback", "feedback-none");
  await phone.getByRole("link", { name: "写意见" }).click();
  await phone.getByLabel("您的意见").waitFor();
  await look(phone, "feedback-new");
  await phone.getByRole("button", { name: "提交" }).click();
  await says(phone, "请写下您的意见");
  await look(phone, "feedback-refused");
  await phone.getByLabel("您的意见").fill("二楼阅览室靠窗的灯坏了，晚上看不清。\n希望修一修。");
  await phone.getByLabel("联系方式（可不填）").fill("13900000001");
  await phone.getByRole("button", { name: "提交" }).click();
  await says(phone, "等待回复");
  await look(phone, "feedback");
  await go(desk, "/staff/feedback", "staff-feedbacks");
  await desk.getByRole("link", { name: "二楼阅览室" }).click();
  await desk.getByRole("button", { name: "回复", exact: true }).click();
  await desk.getByRole("alert").waitFor();
  await look(desk, "staff-feedback-refused");
  await desk.getByLabel("回复（读者会收到消息）").fill("谢谢提醒，今天下午已经修好了。");
  await desk.getByRole("button", { name: "回复", exact: true }).click();
  await desk.getByText("已回复").first().waitFor();
  await look(desk, "staff-feedback");
  await phone.goto(url("/messages"));
  await phone.getByText("意见反馈有回复了").first().click();
  await phone.getByRole("link", { name: "查看详情" }).click();
  await says(phone, "今天下午已经修好了");
  await look(phone, "feedback-answered");
  await go(phone, "/feedback", "feedbacks");
}
