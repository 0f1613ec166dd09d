import { configure } from "./wx.js";

// A bar code by WeChat's scanner inside WeChat, else by the camera: with the browser's own detector where it has one, with ours
// in a worker where it has none. Typing always works beside it.

/** One worker a page: each has a WebAssembly of its own. */
let worker = null;

/** Ends the worker that failed or was left: the next scan begins with another. */
function drop() {
  if (worker) worker.terminate();
  worker = null;
}

function asked(url, picture) {
  if (!worker) worker = new Worker(url);
  return new Promise((resolve, reject) => {
    worker.onmessage = (event) => (event.data.failed ? reject(new Error(event.data.failed)) : resolve(event.data.text));
    worker.onerror = reject;
    worker.postMessage(picture, [picture.data.buffer]);
  });
}

/** What finds the code in a picture of the video. */
async function detection(url) {
  const kinds = "BarcodeDetector" in window ? await window.BarcodeDetector.getSupportedFormats().catch(() => []) : [];
  if (kinds.includes("ean_13")) {
    const own = new window.BarcodeDetector({ formats: ["ean_13"] });
    return async (video) => (await own.detect(video).catch(() => []))[0]?.rawValue ?? "";
  }
  const canvas = document.createElement("canvas");
  return (video) => {
    canvas.width = video.videoWidth;
    canvas.height = video.videoHeight;
    const pen = canvas.getContext("2d", { willReadFrequently: true });
    pen.drawImage(video, 0, 0);
    return asked(url, pen.getImageData(0, 0, canvas.width, canvas.height));
  };
}

const frame = () => new Promise((resolve) => { requestAnimationFrame(resolve); });

/** Resolves with the code, when there is one; the camera's pictures are looked at one after the other. */
async function read(video, url) {
  await video.play();
  const detect = await detection(url);
  for (;;) {
    await frame();
    const text = video.videoWidth ? await detect(video) : "";
    if (text || !video.isConnected) return text;
  }
}

/** Shows what the camera sees beside the button, until a code was read or the button is pressed again. */
async function watch(button, url, say) {
  const stream = await navigator.mediaDevices.getUserMedia({ video: { facingMode: "environment" } }).catch(() => null);
  if (!stream) {
    say("没有打开摄像头，请照着填写。");
    return "";
  }
  const video = Object.assign(document.createElement("video"), { srcObject: stream, playsInline: true, muted: true });
  video.className = "viewfinder";
  video.setAttribute("aria-label", "摄像头画面");
  (button.closest(".input-group") || button).before(video);
  const words = button.textContent;
  button.textContent = "停止扫描";
  button.disabled = false;
  let stop = null;
  const stopped = new Promise((resolve) => {
    stop = (event) => {
      event.stopImmediatePropagation();
      drop();
      resolve("");
    };
  });
  button.addEventListener("click", stop, { capture: true });
  say("请把条码放在画面中间。");
  try {
    const text = await Promise.race([read(video, url), stopped]);
    say("");
    return text;
  } catch {
    drop();
    say("这个浏览器不能扫码，请照着填写。");
    return "";
  } finally {
    button.removeEventListener("click", stop, { capture: true });
    for (const track of stream.getTracks()) track.stop();
    video.remove();
    button.textContent = words;
  }
}

/** `data` is where WeChat's signature stands, and the detector's address; `take` is handed each code that was read. */
export function offer(button, data, say, take) {
  if (data.appid) {
    const wx = configure(data, { jsApiList: ["scanQRCode"] });
    wx.ready(() => {
      button.hidden = false;
    });
    button.addEventListener("click", () => wx.scanQRCode({
      needResult: 1, scanType: ["barCode"],
      success: (answer) => take(answer.resultStr.slice(answer.resultStr.lastIndexOf(",") + 1).trim()),
      fail: () => say("没有扫描成功，请再试一次，或照着填写。"),
    }));
  } else if (navigator.mediaDevices && "Worker" in window) {
    button.hidden = false;
    button.addEventListener("click", async () => {
      // While the browser asks for the camera nothing more can be begun.
      button.disabled = true;
      const text = await watch(button, data.detector, say);
      button.disabled = false;
      if (text) take(text);
    });
  }
}
