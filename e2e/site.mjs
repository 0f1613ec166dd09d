// The site as a library runs it, with nothing in it yet and nobody outside who answers.
import { startProgram } from "./program.mjs";

const secrets = {
  YUE_MASTER_SECRET: "for the browser tests only, of sufficient length",
  YUE_WECHAT_SECRET: "none", YUE_SMS_SECRET: "none", YUE_LIBRARY_SYSTEM_SECRET: "none",
};

async function answers(port) {
  const answer = await fetch(`http://127.0.0.1:${port}/healthz`).catch(() => null);
  return answer?.ok ?? false;
}

/** Resolves when the site answers at `url`. */
export async function startSite() {
  const variables = (port) => ({
    ...secrets, YUE_SERVER_LISTEN: `127.0.0.1:${port}`, YUE_SERVER_PUBLIC_URL: `http://127.0.0.1:${port}`, YUE_SERVER_PLAIN_HTTP: 'true',
    YUE_SERVER_PHONE_ENTRY: "true",
  });
  const program = await startProgram("serve", variables, answers);
  return { url: `http://127.0.0.1:${program.port}`, stop: program.stop };
}
