// Pages that are come back to: as they were, unless a form was answered since, or somebody else is signed in; then as they are now.

/** The last form that a page of ours has answered; one that is on its way; whose pages these are. */
const SENT = "sent";
const PENDING = "pending";
const WHO = "who";
/** `made` tells one rendering from another; a page that says what went wrong has none. */
const said = document.body.dataset;
const made = said.made;
const who = said.who || "";

/** null: this browser keeps nothing, and a page that is come back to is simply as it was. */
function stored(name) {
  try {
    return sessionStorage.getItem(name) || "";
  } catch (_) {
    return null;
  }
}

function store(name, value) {
  try {
    sessionStorage.setItem(name, value);
  } catch (_) {
    // As above.
  }
}

/** What was on its way has been answered, or came to nothing. */
function settle(isAnswered) {
  const pending = stored(PENDING);
  if (!pending) return;
  if (isAnswered) store(SENT, pending);
  store(PENDING, "");
}

function stamp() {
  store(WHO, who);
  history.replaceState({ ...history.state, made, sent: stored(SENT) }, "");
}

const isOld = () => history.state?.sent !== stored(SENT) || (stored(WHO) ?? who) !== who;

/** Stamped first: whatever comes of it, it happens once. */
function renew() {
  stamp();
  location.reload();
}

/** Whether the page is on its way out, to come back as it is now. Until a form is answered, its page keeps what was typed, and its key. */
export function keepHistoryTrue() {
  if (!made) {
    settle(said.problem === "renews");
    return false;
  }
  const isKept = history.state?.made === made;
  if (isKept && isOld()) {
    renew();
    return true;
  }
  if (!isKept) {
    settle(true);
    stamp();
  }
  window.addEventListener("pageshow", (event) => {
    if (event.persisted && isOld()) renew();
  });
  document.addEventListener("submit", (event) => {
    if (event.target.method === "post") store(PENDING, String(Math.random()));
  });
  return false;
}

/** Pages that are the same for everybody who has not signed in. */
const PUBLIC = /^\/(prizes|activities|questions|rules|bulletins)?(\/\d+)?$/;

/** The page behind a link is on its way while the finger is still down: for visitors, to whom pages say nothing of their own. */
export function loadOnTouch() {
  if (!made || document.body.hasAttribute("data-keeps")) return;
  const asked = new Set([location.pathname]);
  document.addEventListener("touchstart", (event) => {
    const link = event.target.closest?.("a[href]");
    if (!link || link.origin !== location.origin || navigator.connection?.saveData) return;
    if (!PUBLIC.test(link.pathname) || asked.has(link.pathname)) return;
    asked.add(link.pathname);
    document.head.append(Object.assign(document.createElement("link"), { rel: "prefetch", href: link.href, as: "document" }));
  }, { passive: true });
}
