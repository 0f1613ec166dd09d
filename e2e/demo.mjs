// The demonstration, started fresh for a test.
import { existsSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { startProgram, until } from "./program.mjs";

const factsFile = (folder) => join(folder, "demo.json");

/** Resolves when the site answers; `facts` is what demo.json says. */
export async function startDemo(environment = {}) {
  const variables = (port) => ({ YUE_PORT: String(port), ...environment });
  const program = await startProgram("demo", variables, (_, folder) => existsSync(factsFile(folder)));
  const facts = JSON.parse(readFileSync(factsFile(program.folder), "utf8"));
  return {
    facts,
    folder: program.folder,
    stop: program.stop,
    card: (barcode) => facts.cards.find((card) => card.barcode === barcode),
    /** The newest code that a phone has received. */
    async code(phone) {
      const [newest] = await this.messages(phone, 1);
      return newest.code;
    },
    /** What a phone has received, the newest first, as soon as there are `count`. */
    messages: (phone, count = 0) => until(`${count} messages to ${phone}`, async () => {
      const answer = await fetch(`${facts.sandbox}/sms/${phone}`, { headers: { accept: "application/json" } });
      const messages = await answer.json();
      return messages.length >= count && messages;
    }),
    /** The ticket that WeChat has given the account, asked for as the account itself asks. */
    async ticket() {
      const body = { grant_type: "client_credential", appid: "wx5a4db0c2e19f7c30", secret: "sandbox-wechat-secret" };
      const token = await fetch(`${facts.sandbox}/cgi-bin/stable_token`, { method: "POST", body: JSON.stringify(body) });
      const { access_token: access } = await token.json();
      const answer = await fetch(`${facts.sandbox}/cgi-bin/ticket/getticket?access_token=${access}&type=jsapi`);
      return (await answer.json()).ticket;
    },
    async forward(by) {
      const answer = await fetch(`${facts.site}/demo/clock`, {
        method: "POST", body: new URLSearchParams(by), redirect: "manual",
      });
      if (answer.status !== 303) throw new Error(`the clock answered ${answer.status}`);
    },
    async party(name, mode) {
      await fetch(`${facts.sandbox}/control/${name}`, { method: "POST", body: new URLSearchParams({ [mode]: "1" }) });
    },
  };
}
