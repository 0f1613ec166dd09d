// A second card, and a stranger who asks for it.
import { bind, bindTaken, redeem, says } from "../steps.mjs";

export async function family({ demo, go, look, phone, reader }) {
  const card = demo.card("JB002600000031");
  // A reader gets a code a minute at most.
  await demo.forward({ minutes: "2" });
  await bind(phone, demo, card);
  await redeem(phone, demo, "旧书页卷铅笔（五支）");
  await go(phone, "/", "home-family");
  await go(phone, "/family", "family");
  await go(phone, "/me", "me-family");
  await go(phone, "/prizes", "prizes-family");
  await go(phone, "/redemptions", "redemptions-family");

  const stranger = await reader();
  await bindTaken(stranger, demo, card);
  await look(stranger, "bind-taken");
  await stranger.getByRole("button", { name: "申请改绑到当前微信" }).click();
  await says(stranger, "已申请改绑");
  await look(stranger, "rebinding-asked");
  await go(stranger, "/cards", "cards-rebinding-asked");
  await go(phone, "/cards", "cards-rebinding-object");
  await phone.getByRole("button", { name: "反对改绑" }).click();
  await phone.getByText("有人申请改绑").waitFor({ state: "detached" });
}
