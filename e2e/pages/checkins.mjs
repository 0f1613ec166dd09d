// 签到打卡 and 阅读足迹: some days in a row, a missed one made up, a book, the year's letter.
import { checkIn, noteReading, says } from "../steps.mjs";

/** Three days in a row, then one missed, then today. */
async function days({ demo, go, look, phone, url }) {
  await go(phone, "/checkins", "checkins");
  for (let day = 0; day < 3; day += 1) {
    await checkIn(phone, url);
    await demo.forward({ days: "1" });
  }
  await demo.forward({ days: "1" });
  await checkIn(phone, url);
  await says(phone, "签到成功");
  await look(phone, "checkins-stamped");
  await go(phone, "/", "home-stamped");
}

async function missed({ demo, look, phone, url }) {
  await phone.goto(url("/checkins"));
  // On the second of a month nothing of it was missed yet.
  while (await phone.locator(".st-open a").count() === 0) {
    await demo.forward({ days: "2" });
    await phone.goto(url("/checkins"));
  }
  await phone.locator(".st-open a").last().click();
  await says(phone, "不补了");
  await look(phone, "checkins-make-up");
  await phone.getByRole("button", { name: "补签" }).click();
  await says(phone, "日 周");
  await phone.locator(".sheet .okay").waitFor();
  await look(phone, "checkins-made-up");
  await phone.locator(".turn-l").click();
  await phone.locator(".turn-r").waitFor();
  await look(phone, "checkins-month");
}

export async function checkins(pages) {
  const { demo, go, look, phone, url } = pages;
  await go(phone, "/reading", "reading-none");
  await go(phone, "/reading/2025", "reading-letter-none");
  await days(pages);
  await missed(pages);
  await noteReading(phone, url, "长江边的候鸟", "半小时");
  await says(phone, "请写分钟数");
  await look(phone, "reading-refused");
  for (const [title, minutes] of [["长江边的候鸟", "40"], ["南京城墙：从一块砖到一座城的六百年（插图修订版）", ""], ["围城", "75"]]) {
    await demo.forward({ days: "1" });
    await noteReading(phone, url, title, minutes);
    await says(phone, "今天的足迹记下了");
  }
  await look(phone, "reading");
  await phone.getByRole("link", { name: "年阅读信" }).click();
  await phone.locator(".keep-i").evaluate((image) => image.decode());
  await look(phone, "reading-letter");
}
