// Our program, started for a test on ports and in a folder of its own.
import { spawn } from "node:child_process";
import { mkdtempSync, rmSync } from "node:fs";
import { createServer } from "node:net";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { fileURLToPath } from "node:url";

const root = join(dirname(fileURLToPath(import.meta.url)), "..");
const WAIT_MS_MAX = 20_000;

/** Asks again and again until there is an answer other than null or false. */
export async function until(what, ask) {
  for (const end = Date.now() + WAIT_MS_MAX; Date.now() < end; await new Promise((done) => setTimeout(done, 50))) {
    const answer = await ask();
    if (answer) return answer;
  }
  throw new Error(`waited in vain for ${what}`);
}

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

/** Resolves when `isReady(port, folder)`; `variables(port)` are those of the environment. */
export async function startProgram(action, variables, isReady) {
  const folder = mkdtempSync(join(tmpdir(), "yue-e2e-"));
  const port = await freePorts();
  const program = process.env.YUE_PROGRAM ?? join(root, "target", "debug", "yue");
  const child = spawn(program, [action], {
    cwd: root,
    env: { ...process.env, YUE_DATA_DIR: folder, YUE_LOG: "warn", ...variables(port) },
    stdio: ["ignore", "ignore", "inherit"],
  });
  const ended = new Promise((done) => child.once("exit", done));
  const stop = async () => {
    child.kill("SIGTERM");
    await ended;
    rmSync(folder, { recursive: true, force: true });
  };
  const ready = until(`yue ${action}`, () => child.exitCode !== null || isReady(port, folder));
  await ready.catch(async (fault) => {
    await stop();
    throw fault;
  });
  if (child.exitCode !== null) throw new Error(`yue ${action} ended with ${child.exitCode}`);
  return { port, folder, stop };
}
