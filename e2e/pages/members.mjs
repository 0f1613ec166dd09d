// Members, and a guardian who is invited to consent.
import { fillMember, invitation, says } from "../steps.mjs";

const CHILD = { name: "王小树", relation: "儿子", birth: "2016-05-12" };

async function add({ go, look, phone }) {
  await go(phone, "/members", "members-none");
  await go(phone, "/members/new", "member-new");
  await phone.getByRole("button", { name: "保存" }).click();
  await says(phone, "请填写姓名");
  await look(phone, "member-refused");
  await fillMember(phone, CHILD);
  await phone.getByRole("button", { name: "保存" }).click();
  await says(phone, "要有监护人同意才能保存");
  await look(phone, "member-no-consent");
  await phone.getByLabel("我是其监护人").check();
  await phone.getByRole("button", { name: "保存" }).click();
  await says(phone, "王小树");
}

/** Another reader is the guardian. */
async function invite({ go, look, phone, reader, url }) {
  await go(phone, "/members/invitations", "member-invitation");
  const link = await invitation(phone, url);
  await look(phone, "member-invitation-link");
  const guardian = await reader();
  await go(guardian, "/members/invitations/none", "member-invitation-wrong");
  await guardian.goto(link);
  await look(guardian, "member-consent");
  await guardian.getByRole("button", { name: "确认并同意" }).click();
  await says(guardian, "请填写姓名");
  await look(guardian, "member-consent-refused");
  await fillMember(guardian, { ...CHILD, name: "李小苗", relation: "其他" });
  await guardian.getByLabel("我是其监护人").check();
  await guardian.getByRole("button", { name: "确认并同意" }).click();
  await says(guardian, "已确认");
  await look(guardian, "member-consent-done");
  await go(guardian, new URL(link).pathname, "member-invitation-used");
  await go(guardian, "/members", "consents");
  await guardian.getByRole("link", { name: "李小苗" }).click();
  await look(guardian, "consent-revocation");
}

export async function members(pages) {
  const { go, look, phone, url } = pages;
  await add(pages);
  await invite(pages);
  await go(phone, "/members", "members");
  await phone.getByRole("link", { name: "王小树" }).click();
  await says(phone, "移除这位成员");
  await look(phone, "member");
  await phone.getByRole("link", { name: "移除这位成员" }).click();
  await says(phone, "仍计入人次");
  await look(phone, "member-removal");
  await phone.goto(url("/members"));
}
