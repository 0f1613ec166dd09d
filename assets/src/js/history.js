// Pages that are come back to: as they were, unless something was sent since, or somebody else is signed in; then as they are now.
const SENT = "sent";
const WHO = "who";
const who = document.body.dataset.who || "";

/** null: this browser keeps nothing, and a page that is come back to is simply as it was. */
function stored(name) {
  try {
    return sessionStorage.getItem(name) || "";
  } catch {
    return null;
  }
}

function store(name, value) {
  try {
    sessionStorage.setItem(name, value);
  } catch {
    // As above.
  }
}

/** The page notes which form was the last one when it was made, and whose it is. */
function stamp() {
  store(WHO, who);
  history.replaceState({ ...history.state, sent: stored(SENT) }, "");
}

const isOld = () => history.state?.sent !== stored(SENT) || (stored(WHO) ?? who) !== who;

function renew() {
  stamp();
  location.reload();
}

/** Why the page is here: `navigate`, `reload`, `back_forward`. */
export const navigation = () => performance.getEntriesByType("navigation")[0];

/** A browser's history may bring back what a form has made untrue: a balance, or a form that was sent already. */
export function keepHistoryTrue() {
  const entry = navigation();
  // One that was kept as it came; what the network has just sent is true, and may be the answer to a form.
  const isKept = entry?.type === "back_forward" && entry.transferSize === 0 && history.state?.sent !== undefined;
  if (isKept && isOld()) renew();
  else stamp();
  window.addEventListener("pageshow", (event) => {
    if (event.persisted && isOld()) renew();
  });
  document.addEventListener("submit", (event) => {
    if (event.target.method === "post") store(SENT, String(Math.random()));
  });
}

/** Pages that are the same for everybody who has not signed in. */
const PUBLIC = /^\/(prizes|activities|questions|rules|bulletins)?(\/\d+)?$/;

/** The page behind a link is on its way while the finger is still down: for visitors, whose pages say nothing that goes out of date. */
export function loadOnTouch() {
  if (document.body.hasAttribute("data-keeps")) return;
  const asked = new Set([location.pathname]);
  document.addEventListener("touchstart", (event) => {
    const link = event.target.closest?.("a[href]");
    if (!link || link.origin !== location.origin || navigator.connection?.saveData) return;
    if (!PUBLIC.test(link.pathname) || asked.has(link.pathname)) return;
    asked.add(link.pathname);
    document.head.append(Object.assign(document.createElement("link"), { rel: "prefetch", href: link.href, as: "document" }));
  }, { passive: true });
}
