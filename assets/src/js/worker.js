// Keeps 我的票和码 and the page that says that there is no network. Nothing else of the site is kept.
const KEPT = "kept-1";
const TICKETS = "/tickets";
const OFFLINE = "/offline";
/** Where tickets have just changed, or somebody has come in; elsewhere once in a while is enough. */
const OF_TICKETS = /^\/(tickets|redemptions|enrolments|family|cards|privacy|sign-in|wechat)\b/;
/** Whoever sends these forms takes the tickets along. */
const LEAVING = /^\/sign-out$|^\/cards\/\d+\/unbinding$/;
const PAUSE_MS = 10 * 60 * 1000;
/** Counts departures: what was fetched before one is not kept after it. */
let departures = 0;

/** The tickets as they are now; where nobody is signed in, none. */
async function keepTickets() {
  const since = departures;
  const answer = await fetch("/tickets/kept");
  const kept = await caches.open(KEPT);
  if (since !== departures) return false;
  // A server that is busy takes nothing away.
  if (answer.status === 200) await kept.put(TICKETS, answer);
  else if (answer.status === 401) await kept.delete(TICKETS);
  return answer.status === 200 || answer.status === 401;
}

self.addEventListener("install", (event) => {
  const fill = caches.open(KEPT).then((kept) => kept.addAll([OFFLINE, ...ASSETS]));
  event.waitUntil(fill.then(() => self.skipWaiting()));
});

/** The style sheet of the version before goes once the tickets are of this one. */
async function clean() {
  if (!await keepTickets().catch(() => false)) return;
  const wanted = [TICKETS, OFFLINE, ...ASSETS].map((path) => new URL(path, self.location.origin).href);
  const kept = await caches.open(KEPT);
  for (const request of await kept.keys()) if (!wanted.includes(request.url)) await kept.delete(request);
}

self.addEventListener("activate", (event) => event.waitUntil(clean().then(() => self.clients.claim())));

async function isDue(path) {
  if (OF_TICKETS.test(path)) return true;
  const known = await caches.match(TICKETS);
  return !known || Date.now() - Date.parse(known.headers.get("date") || 0) > PAUSE_MS;
}

async function withoutNetwork() {
  return (await caches.match(TICKETS)) || (await caches.match(OFFLINE)) || Response.error();
}

function leave() {
  departures += 1;
  return caches.open(KEPT).then((kept) => kept.delete(TICKETS));
}

self.addEventListener("fetch", (event) => {
  const request = event.request;
  const url = new URL(request.url);
  const path = url.pathname;
  if (url.origin !== self.location.origin || path.startsWith("/staff")) return;
  if (request.method === "POST" && LEAVING.test(path)) event.waitUntil(leave());
  if (request.method !== "GET") return;
  if (request.mode === "navigate") {
    event.respondWith(fetch(request).then((answer) => {
      event.waitUntil(isDue(path).then((due) => due && keepTickets()).catch(() => {}));
      return answer;
    }, withoutNetwork));
  } else if (path.startsWith("/assets/")) {
    event.respondWith(caches.match(path).then((known) => known || fetch(request)));
  }
});
