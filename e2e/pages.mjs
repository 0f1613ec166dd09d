// Every page of the site, in walks. Each begins where the one before has left its people.
import { openLibrary } from "./library.mjs";
import { account } from "./pages/account.mjs";
import { activities } from "./pages/activities.mjs";
import { binding } from "./pages/binding.mjs";
import { closings } from "./pages/closings.mjs";
import { checkins } from "./pages/checkins.mjs";
import { donations } from "./pages/donations.mjs";
import { desk } from "./pages/desk.mjs";
import { deskBinding } from "./pages/desk_binding.mjs";
import { expiry } from "./pages/expiry.mjs";
import { feedback } from "./pages/feedback.mjs";
import { family } from "./pages/family.mjs";
import { members } from "./pages/members.mjs";
import { office } from "./pages/office.mjs";
import { outside } from "./pages/outside.mjs";
import { phones } from "./pages/phones.mjs";
import { places } from "./pages/places.mjs";
import { prizes } from "./pages/prizes.mjs";
import { staffActivities } from "./pages/staff_activities.mjs";
import { staffEntry } from "./pages/staff_entry.mjs";
import { transfers } from "./pages/transfers.mjs";
import { suggestions } from "./pages/suggestions.mjs";
import { visitor } from "./pages/visitor.mjs";
import { volunteers } from "./pages/volunteers.mjs";
import { DESK, open } from "./support.mjs";

export const WALKS = [
  ["outside WeChat", outside], ["a visitor", visitor], ["binding a card", binding], ["redeeming prizes", prizes],
  ["a reader's own things", account], ["several cards", family], ["staff come in", staffEntry],
  ["activities", activities], ["activities in the back office", staffActivities],
  ["members", members], ["volunteers", volunteers], ["the desk", desk],
  ["binding at the desk", deskBinding], ["prizes and redemptions in the back office", office],
  ["places in the back office", places], ["suggesting books", suggestions], ["giving books", donations],
  ["feedback", feedback], ["transferring points", transfers], ["changing a number", phones],
  ["leaving", closings],
  ["checking in", checkins], ["a year later", expiry],
];

/** What the walks go through; `look(page, name)` is called at every page. */
export async function openPages(phone, look) {
  const library = await openLibrary(phone);
  const looked = async (page, name) => {
    await page.waitForLoadState();
    await look(page, name);
  };
  return {
    ...library,
    look: looked,
    async go(page, path, name) {
      await page.goto(library.url(path));
      await looked(page, name);
    },
    /** The reader of most pages, and the librarian. */
    phone: await library.visitor(),
    desk: await open(library.browser, DESK),
  };
}
