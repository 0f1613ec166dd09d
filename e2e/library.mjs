// A library for one test file: the demonstration, a browser, and its people.
import { startDemo } from "./demo.mjs";
import { signIn, signInStaff } from "./steps.mjs";
import { DESK, PHONE, launch, open } from "./support.mjs";

/** `phone`: what readers hold. `close` ends everything. */
export async function openLibrary(phone = PHONE, flags = []) {
  const browser = await launch(flags);
  // What the floor is for is tested where time is measured.
  const demo = await startDemo({ YUE_SERVER_CODE_FLOOR_MS: "0" }).catch(async (fault) => {
    await browser.close();
    throw fault;
  });
  return {
    browser,
    demo,
    url: (path) => `${demo.facts.site}${path}`,
    visitor: () => open(browser, phone),
    /** A reader of one's own, signed in. */
    async reader() {
      const page = await open(browser, phone);
      await signIn(page, demo);
      return page;
    },
    /** A librarian at the desk's computer. */
    async staff(name) {
      const page = await open(browser, DESK);
      await signInStaff(page, demo, name);
      return page;
    },
    async close() {
      await browser.close();
      await demo.stop();
    },
  };
}
