// Members and volunteers: a child with consent, a registration that staff approve, hours with a certificate.
import assert from "node:assert/strict";
import { after, test } from "node:test";
import { openLibrary } from "./library.mjs";
import { announce, bind, fillMember, invitation, recordHours, register, says } from "./steps.mjs";
import { axe, readQr } from "./support.mjs";

const { demo, reader, staff, url, close } = await openLibrary();
after(close);
const phone = await reader();
await bind(phone, demo, demo.card("JB002600000015"));

test("a child is stored with a guardian's consent only", async () => {
  await phone.goto(url("/members/new"));
  await fillMember(phone, { name: "王小树", relation: "儿子", birth: "2016-05-12" });
  await phone.getByRole("button", { name: "保存" }).click();
  await says(phone, "要有监护人同意才能保存");
  assert.equal(await phone.getByLabel("姓名", { exact: true }).inputValue(), "王小树");
  assert.deepEqual(await axe(phone), []);
  await phone.getByLabel("我是其监护人").check();
  await phone.getByRole("button", { name: "保存" }).click();
  await phone.getByRole("link", { name: "王小树" }).click();
  await says(phone, "同意保存");
});

test("an invited guardian scans, fills in and consents", async () => {
  const link = await invitation(phone, url);
  assert.equal(await readQr(phone, ".qr"), link);
  const guardian = await reader();
  await guardian.goto(link);
  await fillMember(guardian, { name: "李小苗", relation: "其他", birth: "2018-06-01" });
  await guardian.getByLabel("我是其监护人").check();
  assert.deepEqual(await axe(guardian), []);
  await guardian.getByRole("button", { name: "确认并同意" }).click();
  await says(guardian, "已确认");
  await phone.goto(url("/members"));
  await says(phone, "李小苗");
  await says(phone, "确认");
  // What was consented to is taken back.
  await guardian.goto(url("/members"));
  await guardian.getByRole("link", { name: "李小苗" }).click();
  await says(guardian, "名额让给候补");
  assert.deepEqual(await axe(guardian), []);
  await guardian.getByRole("button", { name: "撤回同意" }).click();
  await guardian.waitForURL(url("/members"));
  await phone.goto(url("/messages"));
  await says(phone, "监护人撤回同意");
});

test("a volunteer registers, is approved, serves, and shows a certificate that anybody can check", async () => {
  await register(phone, url);
  const office = await staff("huodong");
  await office.getByRole("link", { name: "志愿者", exact: true }).click();
  await office.getByRole("link", { name: "王小萌" }).click();
  assert.deepEqual(await axe(office), []);
  await office.getByRole("button", { name: "通过", exact: true }).click();
  await office.getByRole("heading", { level: 1, name: "志愿者" }).waitFor();
  await phone.goto(url("/messages"));
  await says(phone, "志愿者注册通过");
  const service = await announce(office, url, "年终盘点", { from: 9, until: 17, kind: "volunteer" });
  await recordHours({ desk: office, phone, url }, service);
  await phone.goto(url("/volunteers"));
  await phone.getByRole("link", { name: "服务证明" }).click();
  await says(phone, "2 小时 30 分钟");
  assert.deepEqual(await axe(phone), []);
  const checked = await readQr(phone, ".qr");
  const anybody = await reader();
  await anybody.goto(checked);
  await says(anybody, "证明有效");
  await says(anybody, "王*萌");
  await anybody.goto(checked.replace(/.$/, (last) => (last === "0" ? "1" : "0")));
  await says(anybody, "证明无效");
});
