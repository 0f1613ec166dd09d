// A visitor in WeChat who has not signed in.
import { says } from "../steps.mjs";

export async function visitor({ go, look, phone, url }) {
  await go(phone, "/", "home-visitor");
  await go(phone, "/prizes", "prizes-visitor");
  await go(phone, "/prizes/1", "prize-visitor");
  await go(phone, "/me", "me-visitor");
  await go(phone, "/bulletins", "bulletins");
  await phone.getByRole("link", { name: "奖品领取时间和地点" }).click();
  await phone.getByRole("heading", { name: "奖品领取时间和地点" }).waitFor();
  await look(phone, "bulletin");
  await go(phone, "/rules", "rules");
  await go(phone, "/questions", "questions");
  await go(phone, "/questions?q=过期", "questions-found");
  await go(phone, "/questions?q=飞碟", "questions-none");
  await go(phone, "/nowhere", "not-found");
  await go(phone, "/offline", "offline");
  await go(phone, "/wechat/callback", "stale");
  await go(phone, "/sign-in", "sign-in");
  await phone.goto(url("/sign-in"));
  await phone.getByRole("link", { name: "微信授权登录" }).click();
  await phone.getByRole("button", { name: "拒绝" }).click();
  await says(phone, "您没有允许授权");
  await look(phone, "sign-in-refused");
}
