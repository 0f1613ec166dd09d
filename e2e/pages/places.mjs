// The back office: where and when prizes are handed over.
import { says } from "../steps.mjs";

export async function places({ desk, go, look, url }) {
  await go(desk, "/staff/places", "staff-places");
  await go(desk, "/staff/places/new", "staff-place-new");
  await desk.getByRole("button", { name: "保存" }).click();
  await desk.getByRole("alert").waitFor();
  await look(desk, "staff-place-refused");
  await desk.goto(url("/staff/places"));
  await desk.getByRole("link", { name: "江北新区图书馆A座一楼服务台" }).click();
  await says(desk, "闭馆与调休");
  await look(desk, "staff-place");
  await desk.getByRole("button", { name: "登记" }).click();
  await says(desk, "请选择日期");
  await look(desk, "staff-place-day-refused");
  await desk.getByLabel("日期").fill("2099-01-03");
  await desk.getByRole("button", { name: "登记" }).click();
  await says(desk, "2099年1月3日");
  await look(desk, "staff-place-day");
}
