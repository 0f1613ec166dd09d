// Pages that are come back to: as they were, unless something was sent since; then as they are now.
const CHANGED = "changed-at";

/** Without storage a page that is come back to is simply as it was. */
function changedAt() {
  try {
    return Number(sessionStorage.getItem(CHANGED));
  } catch {
    return 0;
  }
}

function noteChange() {
  try {
    sessionStorage.setItem(CHANGED, String(Date.now()));
  } catch {
    // As above.
  }
}

const stampPage = () => history.replaceState({ ...history.state, at: Date.now() }, "");

/** A browser's history may bring back what a form has made untrue: a balance, or a form that was sent already. */
function freshen() {
  if (changedAt() <= (history.state?.at ?? 0)) return;
  stampPage();
  location.reload();
}

/** Before `guardForms`: what is sent a second time changes nothing. */
export function keepHistoryTrue() {
  const entry = performance.getEntriesByType("navigation")[0];
  if (entry?.type !== "back_forward" || !history.state?.at) stampPage();
  window.addEventListener("pageshow", freshen);
  document.addEventListener("submit", (event) => {
    if (event.target.method === "post") noteChange();
  });
}

/** Pages that are safe to load before it is sure that they are wanted: looking at them changes nothing. */
const SAFE = /^\/(prizes|activities|enrolments|redemptions|points|me|checkins|questions|rules)?(\/\d+)?$/;

/** The page behind a link is on its way while the finger is still down. */
export function loadOnTouch() {
  const asked = new Set([location.pathname]);
  document.addEventListener("touchstart", (event) => {
    const link = event.target.closest?.("a[href]");
    if (!link || link.origin !== location.origin || navigator.connection?.saveData) return;
    if (!SAFE.test(link.pathname) || asked.has(link.pathname) || link.search.includes("go=")) return;
    asked.add(link.pathname);
    const hint = Object.assign(document.createElement("link"), { rel: "prefetch", href: link.href, as: "document" });
    document.head.append(hint);
  }, { passive: true });
}
