import { configure } from "./wx.js";

// 我的消息: WeChat asks whether it may show one more message; the button inside its tag is WeChat's own.
const panel = document.querySelector("[data-subscribe]");
const button = panel && panel.querySelector("wx-open-subscribe");

/** Whether the reader pressed 允许 for this template. */
function accepted(detail, template) {
  try {
    return JSON.parse(JSON.parse(detail.subscribeDetails)[template]).status === "accept";
  } catch {
    return false;
  }
}

/** WeChat draws its button in a frame of its own, from markup in a block that browsers leave alone. */
function drawn() {
  const look = document.createElement("script");
  look.type = "text/wxtag-template";
  look.textContent = `<style>.go{width:100%;height:44px;border:0;border-radius:8px;background:#018942;color:#fff;font-size:17px}</style>
    <button class="go">允许提醒一次</button>`;
  return look;
}

if (button) {
  button.append(drawn());
  configure(panel.dataset, { jsApiList: [], openTagList: ["wx-open-subscribe"] });
  const form = panel.querySelector("form");
  button.addEventListener("success", (event) => {
    if (accepted(event.detail, button.getAttribute("template"))) form.requestSubmit();
  });
  button.addEventListener("error", () => {
    panel.querySelector("[data-say]").textContent = "微信没有打开订阅，请稍后再试。";
  });
}
