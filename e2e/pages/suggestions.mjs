// Suggestions: the look-up, the form, joining, the reader's own; and staff's queue.
import { bind, says } from "../steps.mjs";

const FREE = "9787544253994";
const HELD = "9787020024759";
const LENT = "9787506365437";

async function lookUp({ go, look, phone }) {
  await go(phone, "/suggestions", "suggestions-none");
  await phone.getByRole("link", { name: "去推荐" }).click();
  await phone.getByLabel("ISBN").fill("9787544253995");
  await phone.getByRole("button", { name: "下一步" }).click();
  await says(phone, "校验位不对");
  await look(phone, "suggestion-isbn-refused");
  await go(phone, `/suggestions/new?isbn=${HELD}`, "suggestion-held");
  await says(phone, "本馆已有这本书");
  await go(phone, `/suggestions/new?isbn=${LENT}`, "suggestion-copy");
  await says(phone, "申请增加复本");
  await go(phone, "/suggestions/new?hand=1", "suggestion-by-hand");
  await phone.getByRole("button", { name: "提交推荐" }).click();
  await says(phone, "请填写书名");
  await look(phone, "suggestion-refused");
}

/** Ends on the suggestion's own page. */
async function propose({ go, look, phone }) {
  await go(phone, "/suggestions/new", "suggestion-isbn");
  await phone.getByLabel("ISBN").fill(FREE);
  await phone.getByRole("button", { name: "下一步" }).click();
  await says(phone, "推荐这本书");
  await look(phone, "suggestion-new");
  await phone.getByLabel("推荐理由（可不填）").fill("经典之作，馆里没有。");
  await phone.getByRole("button", { name: "提交推荐" }).click();
  await says(phone, "推荐已提交");
  await look(phone, "suggestion-proposed");
}

/** Somebody else wants to read it, too. */
async function join({ demo, go, look, reader }) {
  const other = await reader();
  await bind(other, demo, demo.card("JB002600000056"));
  await go(other, `/suggestions/new?isbn=${FREE}`, "suggestion-join");
  await other.getByRole("button", { name: "我也想读" }).click();
  await says(other, "已登记");
  await look(other, "suggestion-joined");
}

async function sources({ desk, go }) {
  await go(desk, "/staff/messages", "staff-messages");
  await go(desk, "/staff/books", "staff-books");
  await go(desk, `/staff/books?isbn=${HELD}`, "staff-books-known");
  await go(desk, "/staff/books?isbn=9787544253995", "staff-books-refused");
}

async function office({ desk, go, look, url }) {
  await go(desk, "/staff/suggestions?state=arrived", "staff-suggestions-arrived");
  await go(desk, "/staff/suggestions", "staff-suggestions");
  await desk.getByRole("button", { name: "采纳勾选的" }).click();
  await desk.getByRole("alert").waitFor();
  await look(desk, "staff-suggestions-refused");
  await desk.goto(url("/staff/suggestions"));
  await desk.getByRole("link", { name: "百年孤独" }).click();
  await look(desk, "staff-suggestion");
  await desk.getByRole("button", { name: "婉拒" }).click();
  await desk.getByRole("alert").waitFor();
  await look(desk, "staff-suggestion-refused");
  await desk.getByRole("button", { name: "采纳" }).click();
  await desk.getByRole("button", { name: "登记已订购" }).waitFor();
  await look(desk, "staff-suggestion-accepted");
  await desk.goto(url("/staff/suggestions"));
  await desk.getByRole("checkbox").first().check();
  await desk.getByRole("button", { name: "采纳勾选的" }).click();
  await desk.getByRole("heading", { name: "批量采纳" }).waitFor();
  await look(desk, "staff-suggestions-batch");
}

export async function suggestions(pages) {
  await lookUp(pages);
  await propose(pages);
  await join(pages);
  await sources(pages);
  await office(pages);
  await pages.go(pages.phone, "/suggestions", "suggestions");
  await pages.phone.getByRole("link", { name: "百年孤独" }).click();
  await pages.look(pages.phone, "suggestion-accepted");
}
