// 签到名单: ticks wait in the browser while the network is away, and are sent again with the same key: none counts twice.
const page = document.querySelector("[data-ticks]");
const STORE = page && `ticks${page.dataset.ticks}`;

const kept = () => JSON.parse(localStorage.getItem(STORE) || "[]");
const keep = (queue) => localStorage.setItem(STORE, JSON.stringify(queue));

function say(why) {
  const waiting = kept().length;
  const bar = page.querySelector("[data-waiting]");
  bar.hidden = waiting === 0;
  bar.querySelector("b").textContent = waiting;
  for (const words of bar.querySelectorAll("[data-why]")) words.hidden = words.dataset.why !== why;
}

/** Why an answer says nothing about the tick itself; undefined: it does. */
function heldBack(answer) {
  // Redirected to the sign-in page, or with a token of an older session.
  if (answer.url.includes("/staff/sign-in") || answer.status === 401 || answer.status === 403) return "ended";
  if (answer.status === 429 || answer.status >= 500) return "busy";
}

/** Sent, refused (with the sentence), or held back: then it is sent again. */
async function send(tick) {
  const body = new URLSearchParams(tick.fields);
  body.set("csrf", page.dataset.csrf);
  try {
    const answer = await fetch(tick.action, { method: "POST", body });
    const why = heldBack(answer);
    if (why) return { why };
    return { ok: answer.ok, sentence: answer.ok ? "" : await refusal(answer) };
  } catch {
    return { why: "away" };
  }
}

async function refusal(answer) {
  const there = new DOMParser().parseFromString(await answer.text(), "text/html");
  const alert = there.querySelector("[role=alert]");
  return alert ? alert.textContent : "没有办成，请刷新后再试。";
}

let flushing = false;
async function flush() {
  if (flushing) return;
  flushing = true;
  let why;
  while (kept().length) {
    const first = kept()[0];
    const said = await send(first);
    why = said.why;
    if (why) break;
    keep(kept().filter((tick) => tick.fields.key !== first.fields.key));
    mark(first, said);
  }
  flushing = false;
  say(why);
}

/** What became of a tick, in its row. */
function mark(tick, said) {
  const row = page.querySelector(`[data-who="${tick.fields.reader}-${tick.fields.member}"]`);
  if (!row) return;
  const cell = row.querySelector("[data-said]");
  const there = tick.fields.present === "1";
  cell.textContent = said.ok ? (there ? "已签到" : "已撤销") : said.sentence;
  cell.className = said.ok ? "st st-ok" : "st st-no";
}

if (page) {
  page.addEventListener("submit", (event) => {
    const form = event.target.closest("form[data-tick]");
    if (!form) return;
    event.preventDefault();
    event.stopImmediatePropagation();
    const fields = Object.fromEntries(new FormData(form));
    fields.ticked_at = String(Date.now());
    delete fields.csrf;
    keep([...kept(), { action: form.action, fields }]);
    const cell = form.closest("tr").querySelector("[data-said]");
    cell.textContent = "待发送";
    cell.className = "st st-wait";
    form.hidden = true;
    flush();
  }, true);
  window.addEventListener("online", flush);
  setInterval(flush, 5000);
  say();
  flush();
}
