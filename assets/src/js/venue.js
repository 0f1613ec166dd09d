// 现场大屏: fetches the next code in time; while the network is away it says so instead of showing an old one.
const screen = document.querySelector("[data-venue]");
const ring = screen.querySelector("[data-ring]");
const lost = screen.querySelector("[data-lost]");
const box = screen.querySelector("[data-code]");
const RING = 2 * Math.PI * 20;
let until = performance.now() + Number(screen.dataset.left);
let asking = false;

function show(next) {
  const svg = box.querySelector("svg");
  svg.setAttribute("viewBox", `0 0 ${next.side} ${next.side}`);
  svg.querySelector("path").setAttribute("d", next.path);
  box.dataset.url = next.url;
  screen.querySelector("[data-present]").textContent = next.present;
  until = performance.now() + next.left_ms;
  box.hidden = false;
  lost.hidden = true;
}

async function ask() {
  if (asking) return;
  asking = true;
  try {
    const answer = await fetch(screen.dataset.venue, { headers: { accept: "application/json" } });
    if (!answer.ok || answer.redirected) throw new Error(String(answer.status));
    show(await answer.json());
  } catch {
    lost.hidden = false;
    // An old code is refused anyway: nobody should scan it. A printed one stays good.
    if (screen.dataset.renews && performance.now() > until) box.hidden = true;
  } finally {
    asking = false;
  }
}

setInterval(() => {
  const left = Math.max(0, until - performance.now());
  if (ring) ring.style.strokeDashoffset = String(RING * (1 - left / 30000));
  if (screen.dataset.renews && left <= 0) ask();
}, 250);
// The count of those present, and whether the network is there.
setInterval(ask, 10000);
