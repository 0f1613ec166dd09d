// The demonstration, started fresh for a test, on ports and in a folder of its own.
import { spawn } from "node:child_process";
import { existsSync, mkdtempSync, readFileSync, rmSync } from "node:fs";
import { createServer } from "node:net";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { fileURLToPath } from "node:url";

const root = join(dirname(fileURLToPath(import.meta.url)), "..");

/** Two free neighbouring ports: the site's and the sandbox's. */
async function freePorts() {
  const listen = (port) => new Promise((done) => {
    const server = createServer();
    server.once("error", () => done(null));
    server.listen(port, "127.0.0.1", () => done(server));
  });
  for (;;) {
    const first = await listen(0);
    const { port } = first.address();
    const second = port < 65535 ? await listen(port + 1) : null;
    await Promise.all([first, second].filter(Boolean).map((server) => new Promise((done) => server.close(done))));
    if (second) return port;
  }
}

/** Resolves when the site answers; `facts` is what demo.json says. */
export async function startDemo(environment = {}) {
  const folder = mkdtempSync(join(tmpdir(), "yue-e2e-"));
  const port = await freePorts();
  const program = process.env.YUE_PROGRAM ?? join(root, "target", "debug", "yue");
  const child = spawn(program, ["demo"], {
    cwd: root,
    env: { ...process.env, YUE_PORT: String(port), YUE_DATA_DIR: folder, YUE_LOG: "warn", ...environment },
    stdio: ["ignore", "ignore", "inherit"],
  });
  const ended = new Promise((done) => child.once("exit", done));
  const file = join(folder, "demo.json");
  while (!existsSync(file)) {
    if (child.exitCode !== null) throw new Error(`the demonstration ended with ${child.exitCode}`);
    await new Promise((done) => setTimeout(done, 50));
  }
  const facts = JSON.parse(readFileSync(file, "utf8"));
  return {
    facts,
    folder,
    card: (barcode) => facts.cards.find((card) => card.barcode === barcode),
    /** The newest code that a phone has received. */
    async code(phone) {
      for (;;) {
        const answer = await fetch(`${facts.sandbox}/sms/${phone}`, { headers: { accept: "application/json" } });
        const [newest] = await answer.json();
        if (newest) return newest.code;
        await new Promise((done) => setTimeout(done, 50));
      }
    },
    async messages(phone) {
      const answer = await fetch(`${facts.sandbox}/sms/${phone}`, { headers: { accept: "application/json" } });
      return answer.json();
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
    async stop() {
      child.kill("SIGTERM");
      await ended;
      rmSync(folder, { recursive: true, force: true });
    },
  };
}
