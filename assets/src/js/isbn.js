import { configure } from "./wx.js";

// The bar code on a book's back: by WeChat's scanner inside WeChat, by the browser's own where it has one. Typing always works.
const form = document.querySelector("[data-isbn]");
const button = form?.querySelector("[data-scan-isbn]");
const say = (text) => {
  form.querySelector("[data-say]").textContent = text;
};

/** What was read goes on as if it had been typed. */
function take(text) {
  form.elements.isbn.value = text.slice(text.lastIndexOf(",") + 1).trim();
  form.requestSubmit();
}

function byWeChat() {
  const wx = configure(form.dataset, { jsApiList: ["scanQRCode"] });
  wx.ready(() => {
    button.hidden = false;
  });
  button.addEventListener("click", () => wx.scanQRCode({
    needResult: 1, scanType: ["barCode"],
    success: (answer) => take(answer.resultStr),
    fail: () => say("没有扫描成功，请再试一次，或照着填写。"),
  }));
}

async function byCamera() {
  const kinds = await window.BarcodeDetector.getSupportedFormats().catch(() => []);
  if (!kinds.includes("ean_13")) return;
  button.hidden = false;
  button.addEventListener("click", async () => {
    const stream = await navigator.mediaDevices.getUserMedia({ video: { facingMode: "environment" } }).catch(() => null);
    if (!stream) {
      say("没有打开摄像头，请照着填写。");
      return;
    }
    const video = Object.assign(document.createElement("video"), { srcObject: stream, playsInline: true, muted: true });
    video.className = "viewfinder";
    button.after(video);
    button.hidden = true;
    await video.play();
    const detector = new window.BarcodeDetector({ formats: ["ean_13"] });
    const look = async () => {
      const found = await detector.detect(video).catch(() => []);
      if (!found.length) {
        requestAnimationFrame(look);
        return;
      }
      for (const track of stream.getTracks()) track.stop();
      take(found[0].rawValue);
    };
    look();
  });
}

if (button) {
  if (form.dataset.appid) byWeChat();
  else if ("BarcodeDetector" in window && navigator.mediaDevices) byCamera();
}
