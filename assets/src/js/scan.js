import { configure } from "./wx.js";

// The scan page: WeChat's scanner, opened at once and again by a tap; only addresses of this site are followed.
const panel = document.querySelector("[data-scan]");
const say = (text) => {
  panel.querySelector("[data-say]").textContent = text;
};

/** Where a code leads on this site; null for all other codes. */
function ours(text) {
  try {
    // WeChat puts the kind of a bar code before its text: EAN_13,978…
    const url = new URL(text.slice(text.lastIndexOf(",") + 1).trim());
    return url.origin === location.origin ? url.pathname + url.search : null;
  } catch {
    return null;
  }
}

/** Neither come back to nor loaded again. */
const isNew = () => performance.getEntriesByType("navigation").some((entry) => entry.type === "navigate");

function scan(wx) {
  say("");
  wx.scanQRCode({
    needResult: 1,
    scanType: ["qrCode", "barCode"],
    success: (answer) => {
      const to = ours(answer.resultStr);
      if (to) location.href = to;
      else say("这不是本馆的二维码，请对准图书馆的二维码。");
    },
    fail: () => say("没有扫描成功，请再试一次。"),
  });
}

if (panel) {
  const wx = configure(panel.dataset, { jsApiList: ["scanQRCode"] });
  wx.ready(() => {
    panel.querySelector("button").disabled = false;
    // Who comes back to the page has done what they came for.
    if (isNew()) scan(wx);
  });
  wx.error(() => say("微信没有允许扫一扫，请用微信右上角的“扫一扫”。"));
  panel.querySelector("button").addEventListener("click", () => scan(wx));
}
