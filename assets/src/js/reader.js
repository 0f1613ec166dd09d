import { guardForms } from "./forms.js";
import { keepHistoryTrue, loadOnTouch } from "./history.js";

/** 发送验证码: shows how long to wait until the next. */
function countDown(button) {
  const label = button.textContent;
  const until = Date.now() + Number(button.dataset.countdown) * 1000;
  const tick = () => {
    const left = Math.ceil((until - Date.now()) / 1000);
    button.disabled = left > 0;
    button.textContent = left > 0 ? `${left} 秒后重发` : label;
    if (left > 0) setTimeout(tick, 500);
  };
  tick();
}

/** Says something for two seconds. */
function toast(text) {
  const said = document.createElement("p");
  said.className = "toast";
  said.setAttribute("role", "status");
  said.textContent = text;
  document.body.append(said);
  setTimeout(() => said.remove(), 2000);
}

/** A button that copies the text, named by what it copies: the code of a redemption where nothing is said. */
function offerCopy(code) {
  if (!navigator.clipboard) return;
  const button = document.createElement("button");
  button.type = "button";
  button.className = "weui-btn weui-btn_text weui-btn_mini copy";
  button.textContent = code.dataset.copy || "复制兑换码";
  button.addEventListener("click", () => {
    navigator.clipboard.writeText(code.textContent.replace(/\s/g, "")).then(
      () => toast("已复制"),
      () => toast("没有复制成功，请长按文字复制"),
    );
  });
  code.after(button);
}

/** A drawing becomes a picture that phones can keep: a long press saves no SVG. */
function becomePicture(image) {
  const draw = () => {
    const canvas = document.createElement("canvas");
    canvas.width = image.naturalWidth;
    canvas.height = image.naturalHeight;
    try {
      canvas.getContext("2d").drawImage(image, 0, 0);
      image.src = canvas.toDataURL("image/png");
    } catch {
      // Some browsers do not let go of a drawing; it is still shown.
    }
  };
  if (image.complete) draw();
  else image.addEventListener("load", draw, { once: true });
}

const inWechat = /MicroMessenger/.test(navigator.userAgent);

/** 转发给朋友: no script may open WeChat's own menu, so there the button says where it is. */
function offerShare(panel) {
  if (!inWechat && !navigator.share) return;
  const button = panel.querySelector("button");
  button.hidden = false;
  button.addEventListener("click", () => {
    const said = panel.dataset;
    if (inWechat) panel.querySelector("[data-say]").textContent = "点右上角 ··· 发送给朋友";
    // Whoever thinks better of it needs no word about it.
    else navigator.share({ title: said.title, text: said.facts, url: said.link }).catch(() => {});
  });
}

/** WeChat cannot print. */
function offerPrint(button) {
  if (inWechat) return;
  button.hidden = false;
  button.addEventListener("click", () => window.print());
}

/** A ticket is held out for a while: the screen stays bright, again when the page is come back to. */
function stayAwake() {
  const ask = () => document.visibilityState === "visible" && navigator.wakeLock.request("screen").catch(() => {});
  document.addEventListener("visibilitychange", ask);
  ask();
}

/** A stamp is pressed the first time that it is seen, and then it is there. */
function press(stamp) {
  const mark = `pressed-${stamp.dataset.press}`;
  try {
    if (localStorage.getItem(mark)) return;
    localStorage.setItem(mark, "1");
    stamp.classList.add("pressing");
  } catch {
    // Without storage the stamp is simply there.
  }
}

/** Said only where it is so: the worker has kept the page. */
function sayKept(words) {
  if (self.caches) caches.match("/tickets").then((known) => { words.hidden = !known; }).catch(() => {});
}

const leaves = keepHistoryTrue();
loadOnTouch();
guardForms();
document.querySelectorAll("[data-kept]").forEach(sayKept);
if (navigator.wakeLock && document.querySelector("[data-awake]")) stayAwake();
document.querySelectorAll("[data-press]").forEach(press);
// Tickets are kept for when there is no network, once the page stands.
if (document.body.hasAttribute("data-keeps") && navigator.serviceWorker) {
  window.addEventListener("load", () => navigator.serviceWorker.register("/sw.js").catch(() => {}));
}
// What is chosen is in view, however many there are before it.
document.querySelectorAll(".chips .on").forEach((chip) => {
  chip.parentElement.scrollLeft = chip.offsetLeft - (chip.parentElement.clientWidth - chip.offsetWidth) / 2;
});
document.querySelectorAll("[data-countdown]").forEach((button) => {
  if (Number(button.dataset.countdown) > 0) countDown(button);
});
document.querySelectorAll("[data-copy]").forEach(offerCopy);
// One person, one scan: nothing to choose.
if (!leaves) document.querySelectorAll("form[data-go]").forEach((form) => form.requestSubmit());
document.querySelectorAll("img[data-png]").forEach(becomePicture);
document.querySelectorAll("[data-share]").forEach(offerShare);
document.querySelectorAll("[data-print]").forEach(offerPrint);
