// Every page at 390 px, the back office at 1440 px, into e2e/out (YUE_SCREENS): to be looked at beside the drawings.
import { startDemo } from "./demo.mjs";
import { askForCode, bind, redeem, scan, signIn, signInStaff } from "./steps.mjs";
import { DESK, PHONE, axe, launch, open, overflow, screenshot } from "./support.mjs";

const browser = await launch();
const demo = await startDemo();
const findings = [];

async function shot(page, name) {
  await screenshot(page, name);
  for (const line of await axe(page)) findings.push(`${name}: ${line}`);
  const wide = await overflow(page);
  if (wide > 0) findings.push(`${name}: ${wide} px too wide`);
}

const { site, staff } = demo.facts;
const reader = await open(browser, PHONE);
const desk = await open(browser, DESK);
try {
  const go = async (path, name) => {
    await reader.goto(`${site}${path}`);
    await shot(reader, name);
  };
  await go("/", "home-visitor");
  await go("/sign-in", "sign-in");
  await go("/prizes", "prizes-visitor");
  await go("/me", "me-visitor");
  await signIn(reader, demo);
  await go("/", "home-no-card");
  await go("/cards", "cards-empty");
  await go("/messages", "messages-empty");
  await go("/cards/new", "bind");
  await reader.getByLabel("手机号码").fill("138 5160 60");
  await reader.getByRole("button", { name: "立即绑定" }).last().click();
  await shot(reader, "bind-refused");
  const card = demo.card("JB002600000015");
  await reader.goto(`${site}/cards/new`);
  await askForCode(reader, card);
  await reader.getByText("秒后重发").waitFor();
  await shot(reader, "bind-code-sent");
  await reader.getByLabel("验证码", { exact: true }).fill(await demo.code(card.phone));
  await reader.getByRole("button", { name: "立即绑定" }).last().click();
  await shot(reader, "bound");
  await go("/", "home");
  await go("/prizes", "prizes");
  await go("/prizes?tab=all", "prizes-all");
  await reader.getByRole("link", { name: "黄铜波纹书签" }).click();
  await shot(reader, "prize");
  await reader.getByRole("link", { name: "立即兑换" }).click();
  await shot(reader, "prize-confirm");
  await reader.goto(`${site}/prizes?tab=all`);
  await reader.getByRole("link", { name: "夹页护眼阅读灯" }).click();
  await shot(reader, "prize-short");
  await reader.goto(`${site}/prizes?tab=all`);
  await reader.getByRole("link", { name: "书舟陶瓷杯" }).click();
  await shot(reader, "prize-sold-out");
  const code = await redeem(reader, demo, "黄铜波纹书签");
  await shot(reader, "redemption");
  const ticket = new URL(reader.url()).pathname;
  await go(`${ticket}/cancellation`, "redemption-cancelling");
  await go("/redemptions", "redemptions");
  await go("/points", "points");
  await go("/messages", "messages");
  await go("/me", "me");
  await go("/cards", "cards");
  await reader.getByRole("link", { name: "解绑" }).click();
  await shot(reader, "unbinding");
  await go("/modules/activities", "module");
  await go("/notices/0", "notice");
  await go("/nowhere", "not-found");

  await desk.goto(staff);
  await shot(desk, "staff-sign-in");
  await signInStaff(desk, demo, "linjing");
  await shot(desk, "staff-start");
  await desk.goto(`${staff}/prizes`);
  await shot(desk, "staff-prizes");
  await desk.getByRole("link", { name: "江北阅读帆布书袋" }).click();
  await shot(desk, "staff-prize");
  await desk.goto(`${staff}/prizes/new`);
  await desk.getByRole("button", { name: "保存" }).click();
  await shot(desk, "staff-prize-refused");
  await desk.goto(`${staff}/desk`);
  await shot(desk, "staff-desk");
  await scan(desk, demo, code);
  await shot(desk, "staff-desk-can");
  await desk.keyboard.press("Enter");
  await desk.getByRole("heading", { name: "已领取" }).waitFor();
  await shot(desk, "staff-desk-done");
  await scan(desk, demo, code);
  await shot(desk, "staff-desk-twice");
  await scan(desk, demo, "7K3M 9QXD PW2T");
  await shot(desk, "staff-desk-unknown");
  await desk.goto(`${staff}/desk/sheet`);
  await shot(desk, "staff-desk-sheet");
  await desk.goto(`${staff}/redemptions`);
  await shot(desk, "staff-redemptions");
  await desk.getByRole("link", { name: "取消", exact: true }).first().click();
  await shot(desk, "staff-redemption-cancelling");
  await desk.goto(`${staff}/places`);
  await shot(desk, "staff-places");
  await desk.getByRole("link", { name: "江北新区图书馆A座一楼服务台" }).click();
  await shot(desk, "staff-place");
  await desk.goto(`${staff}/system`);
  await shot(desk, "staff-system");
  await go(ticket, "redemption-collected");
  await reader.goto(`${site}/messages`);
  await reader.locator(".msg a").first().click();
  await shot(reader, "message");

  for (const [name, options] of [["dark", { colorScheme: "dark" }]]) {
    const state = await reader.context().storageState();
    const other = await open(browser, PHONE, { ...options, storageState: state });
    for (const path of ["/", "/prizes", "/redemptions", ticket, "/points", "/me", "/cards/new"]) {
      await other.goto(`${site}${path}`);
      await shot(other, `${name}${path.replace(/\/\d+$/, "/1").replaceAll("/", "-")}`);
    }
  }
  await reader.goto(`${site}/me`);
  await reader.getByRole("button", { name: "打开" }).click();
  for (const path of ["/", "/prizes", ticket, "/points", "/me", "/cards/new"]) {
    await go(path, `large${path.replace(/\/\d+$/, "/1").replaceAll("/", "-")}`);
  }
  findings.push(...reader.complaints.map((line) => `reader: ${line}`), ...desk.complaints.map((line) => `desk: ${line}`));
} finally {
  await browser.close();
  await demo.stop();
}
findings.forEach((line) => console.log(line));
process.exitCode = findings.length > 0 ? 1 : 0;
