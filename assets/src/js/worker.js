// Keeps 我的票和码 and the page that says that there is no network. Nothing else of the site is kept.
const KEPT = "kept-1";
const TICKETS = "/tickets";
const OFFLINE = "/offline";
/** Where tickets have just changed; elsewhere once in a while is enough. */
const OF_TICKETS = /^\/(tickets|redemptions|enrolments|family)\b/;
const PAUSE_MS = 10 * 60 * 1000;

self.addEventListener("install", (event) => {
  const fill = caches.open(KEPT).then((kept) => kept.addAll([OFFLINE, ...ASSETS]));
  event.waitUntil(fill.then(() => self.skipWaiting()));
});

self.addEventListener("activate", (event) => {
  const old = caches.open(KEPT).then(async (kept) => {
    const wanted = [TICKETS, OFFLINE, ...ASSETS].map((path) => new URL(path, self.location.origin).href);
    for (const request of await kept.keys()) if (!wanted.includes(request.url)) await kept.delete(request);
  });
  event.waitUntil(old.then(() => self.clients.claim()));
});

/** The tickets as they are now; where nobody is signed in, none. */
async function keepTickets() {
  const kept = await caches.open(KEPT);
  const answer = await fetch(TICKETS, { redirect: "manual" });
  if (answer.ok) await kept.put(TICKETS, answer);
  // Nobody is signed in any more, which is answered by another page. A server that is busy takes nothing away.
  else if (answer.type === "opaqueredirect") await kept.delete(TICKETS);
}

async function isDue(path) {
  if (OF_TICKETS.test(path)) return true;
  const known = await caches.match(TICKETS);
  return !known || Date.now() - Date.parse(known.headers.get("date") || 0) > PAUSE_MS;
}

async function withoutNetwork() {
  return (await caches.match(TICKETS)) || (await caches.match(OFFLINE)) || Response.error();
}

self.addEventListener("fetch", (event) => {
  const request = event.request;
  const url = new URL(request.url);
  const path = url.pathname;
  if (request.method !== "GET" || url.origin !== self.location.origin || path.startsWith("/staff")) return;
  if (request.mode === "navigate") {
    event.respondWith(fetch(request).then((answer) => {
      event.waitUntil(isDue(path).then((due) => due && keepTickets()).catch(() => {}));
      return answer;
    }, withoutNetwork));
  } else if (ASSETS.includes(path)) {
    event.respondWith(caches.match(path).then((known) => known || fetch(request)));
  }
});
