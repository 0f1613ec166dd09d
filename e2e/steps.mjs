// What readers and staff do, step by step, as a person would.

/** Waits until the page shows the text. */
export const says = (page, text) => page.getByText(text).first().waitFor();

/** 微信授权登录 → 允许. */
export async function signIn(page, demo, to = "/") {
  await page.goto(`${demo.facts.site}${to}`);
  await page.getByRole("link", { name: "微信授权登录" }).first().click();
  if (page.url().includes("/sign-in")) await page.getByRole("link", { name: "微信授权登录" }).click();
  await page.getByRole("button", { name: "允许" }).click();
  await page.waitForURL((url) => url.href.startsWith(demo.facts.site) && !url.pathname.startsWith("/wechat"));
  await agree(page, demo, to);
}

/** 隐私说明 is agreed to, as whoever comes for the first time is asked. */
export async function agree(page, demo, to = "/") {
  await page.goto(`${demo.facts.site}/privacy/agreement?to=${encodeURIComponent(to)}`);
  await page.getByLabel("我已阅读并同意《隐私说明》").check();
  await page.getByRole("button", { name: "同意并继续" }).click();
  await page.waitForURL((url) => !url.pathname.startsWith("/privacy"));
}

/** Fills the binding form and has the code sent. */
export async function askForCode(page, card, phone = card.phone) {
  await page.getByLabel("读者证条码号").fill(card.barcode);
  await page.getByLabel("手机号码").fill(phone);
  await page.getByRole("button", { name: "发送验证码" }).click();
}

/** Types the code from the inbox, or `code`, and 立即绑定. */
export async function enterCode(page, demo, card, code = null) {
  await page.getByLabel("验证码", { exact: true }).fill(code ?? (await demo.code(card.phone)));
  await page.getByRole("button", { name: "立即绑定" }).last().click();
}

/** 去绑定证件, with the code from the inbox. */
export async function bind(page, demo, card) {
  await page.goto(`${demo.facts.site}/cards/new?to=%2F`);
  await askForCode(page, card);
  await enterCode(page, demo, card);
  await page.getByRole("heading", { name: "绑定成功" }).waitFor();
}

/** Ends on the binding form of a card that another reader has bound, the right code typed. */
export async function bindTaken(page, demo, card) {
  await page.goto(`${demo.facts.site}/cards/new`);
  // A phone gets a code a minute at most.
  await demo.forward({ minutes: "2" });
  const known = (await demo.messages(card.phone)).length;
  await askForCode(page, card);
  await says(page, "秒后重发");
  await demo.messages(card.phone, known + 1);
  await enterCode(page, demo, card);
  await says(page, "该读者证已被其他微信绑定");
}

/** 立即兑换 and once more; ends on the ticket. Returns the code. */
export async function redeem(page, demo, title) {
  await page.goto(`${demo.facts.site}/prizes`);
  await page.getByRole("link", { name: title }).click();
  await page.getByRole("link", { name: "立即兑换" }).click();
  await page.getByRole("button", { name: "立即兑换" }).click();
  await page.locator(".ticket").waitFor();
  return (await page.locator(".code").innerText()).trim();
}

export async function signInStaff(page, demo, name) {
  const account = demo.facts.staff_accounts.find((account) => account.name === name);
  await page.goto(demo.facts.staff);
  await page.getByLabel("登录名").fill(account.name);
  await page.getByLabel("密码").fill(account.password);
  await page.getByRole("button", { name: "登录" }).click();
  await page.getByRole("heading", { name: "工作台" }).waitFor();
}

/** A scan: what the gun types, and Enter. */
export async function scan(page, demo, code) {
  await page.goto(`${demo.facts.staff}/desk`);
  await page.getByLabel("兑换码").fill(code);
  await page.keyboard.press("Enter");
  await page.locator(".ans").waitFor();
}

/** WeChat's bridge on the reader's pages to come; its scanner reads `answers`, one a call. */
export async function wechatBridge(page, answers = []) {
  await page.addInitScript((answers) => {
    globalThis.asked = [];
    globalThis.WeixinJSBridge = {
      on() {},
      invoke(name, argument, done) {
        globalThis.asked.push([name, argument]);
        const resultStr = name === "scanQRCode" ? answers.shift() : undefined;
        done({ err_msg: `${name}:ok`, resultStr });
      },
    };
  }, answers);
}

/** 签到打卡, with the button. */
export async function checkIn(page, url) {
  await page.goto(url("/checkins"));
  await page.getByRole("button", { name: "签到打卡" }).click();
  await says(page, "今天已签到");
}

/** 记下足迹, as typed. */
export async function noteReading(page, url, title, minutes) {
  await page.goto(url("/reading"));
  await page.getByLabel("书名").fill(title);
  await page.getByLabel("读了几分钟").fill(minutes);
  await page.locator(".note-go button").click();
}

/** A member's name, relation and birth date, as typed. */
export async function fillMember(page, { name, relation, birth }) {
  await page.getByLabel("姓名", { exact: true }).fill(name);
  await page.getByRole("radio", { name: relation, exact: true }).check();
  await page.getByLabel("出生日期", { exact: true }).fill(birth);
}

/** The link that invites a guardian. */
export async function invitation(page, url) {
  await page.goto(url("/members/invitations"));
  await page.getByRole("button", { name: "生成邀请" }).click();
  return (await page.locator("[data-copy]").innerText()).trim();
}

/** Everything that a grown volunteer fills in. */
export async function fillVolunteer(page) {
  await page.getByLabel("姓名", { exact: true }).fill("王小萌");
  await page.getByLabel("性别").selectOption("女");
  await page.getByLabel("出生日期").fill("1990-05-12");
  await page.getByLabel("手机号码", { exact: true }).fill("13900000001");
  await page.getByLabel("可服务时间").fill("周末上午");
  await page.getByLabel("我已阅读并同意").check();
}

/** 志愿者注册 of the reader. */
export async function register(page, url) {
  await page.goto(url("/volunteers/new"));
  await fillVolunteer(page);
  await page.getByRole("button", { name: "提交注册" }).click();
  await says(page, "审核中");
}

const input = (at) => new Date(at + 8 * 3_600_000).toISOString().slice(0, 16);

/**
 * 新建活动 and 发布; returns its number. From and until so many minutes after `now`, the program's clock.
 * `fill` and `choose` name more fields by their labels.
 */
export async function announce(desk, url, title, { from, until, now = Date.now(), kind = "", fill = {}, choose = {} }) {
  const [starts, ends] = [from, until].map((minutes) => input(now + minutes * 60_000));
  await desk.goto(url(`/staff/activities/new?kind=${kind}`));
  await desk.getByLabel("标题").fill(title);
  await desk.getByLabel("活动开始", { exact: true }).fill(starts);
  await desk.getByLabel("活动结束").fill(ends);
  await desk.getByLabel("可取消到（留空：前一天同一时间）").fill(starts);
  for (const [label, text] of Object.entries(fill)) await desk.getByRole("textbox", { name: label, exact: true }).fill(text);
  for (const [label, value] of Object.entries(choose)) await desk.getByLabel(label, { exact: true }).selectOption(value);
  await desk.getByRole("button", { name: "保存" }).click();
  await desk.getByRole("button", { name: "发布" }).click();
  await desk.getByRole("link", { name: "取消活动" }).waitFor();
  return new URL(desk.url()).pathname.split("/").at(-1);
}

/** The volunteer signs up, staff tick the name and write the time down. */
export async function recordHours({ desk, phone, url }, service) {
  await phone.goto(url(`/activities/${service}`));
  await phone.locator(".pick input").first().check();
  await phone.locator(".bar button").click();
  await phone.locator(".ticket").waitFor();
  await desk.goto(url(`/staff/activities/${service}/participants`));
  await desk.getByRole("button", { name: "签到", exact: true }).click();
  await desk.getByText("已签到").waitFor();
  await desk.reload();
  await desk.getByText("改时长").click();
  await desk.getByLabel("分钟").fill("150");
  await desk.getByLabel("原因").first().fill("盘点到中午");
  await desk.getByRole("button", { name: "保存" }).click();
  await says(desk, "150 分钟");
}
