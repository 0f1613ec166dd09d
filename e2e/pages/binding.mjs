// A reader without a card, until the card is bound.
import { until } from "../program.mjs";
import { askForCode, enterCode, says, signIn, wechatBridge } from "../steps.mjs";

async function withoutCard({ go, phone }) {
  await go(phone, "/", "home-no-card");
  await go(phone, "/me", "me-no-card");
  await go(phone, "/prizes/2", "prize-no-card");
  await go(phone, "/cards", "cards-none");
  await go(phone, "/family", "family-none");
  await go(phone, "/messages", "messages-none");
  await go(phone, "/cards/desk", "desk-code");
}

async function scanner({ look, url, visitor }) {
  const page = await visitor();
  await wechatBridge(page, ["https://elsewhere.example/"]);
  const button = page.getByRole("button", { name: "打开扫一扫" });
  // Until the platform has its first ticket from WeChat, the page has no scanner to offer.
  await until("the scanner", async () => {
    await page.goto(url("/scan"));
    return (await button.count()) > 0;
  });
  await says(page, "这不是本馆的二维码");
  await look(page, "scan");
}

async function form({ demo, go, look, phone, url }, card) {
  await go(phone, "/cards/new", "bind");
  await phone.getByLabel("手机号码").fill("138 5160 60");
  await enterCode(phone, demo, card, "12");
  await says(phone, "请填写读者证条码号");
  await look(phone, "bind-refused");
  await demo.party("sip2", "down");
  await askForCode(phone, card);
  await says(phone, "借阅系统暂时没有回应");
  await look(phone, "bind-no-answer");
  await demo.party("sip2", "clear");
  await phone.goto(url("/cards/new"));
  await askForCode(phone, card);
  await says(phone, "秒后重发");
  await look(phone, "bind-code-sent");
  await enterCode(phone, demo, card, "123456");
  await says(phone, "还可以再试");
  await look(phone, "bind-wrong-code");
}

export async function binding(pages) {
  const { demo, look, phone } = pages;
  const card = demo.card("JB002600000015");
  await scanner(pages);
  await signIn(phone, demo);
  await withoutCard(pages);
  await form(pages, card);
  await enterCode(phone, demo, card);
  await says(phone, "绑定成功");
  await look(phone, "bound");
}
