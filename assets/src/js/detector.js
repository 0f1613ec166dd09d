import { BarcodeDetector, prepareZXingModule } from "barcode-detector/ponyfill";

// A worker: finds the bar code in pictures of the camera, where the browser cannot itself. WASM_URL is put in when building.
// The page's own policy forbids what WebAssembly needs; this script is sent with one that allows it, to itself alone.
prepareZXingModule({ overrides: { locateFile: () => WASM_URL } });
const detector = new BarcodeDetector({ formats: ["ean_13"] });

self.addEventListener("message", async ({ data }) => {
  const found = await detector.detect(data).catch((error) => ({ failed: String(error) }));
  self.postMessage(found.failed ? found : { text: found.length ? found[0].rawValue : "" });
});
