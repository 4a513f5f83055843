// What a first and a second `npm start` take, and their peak memory (Linux: VmHWM; elsewhere unknown).
import { spawn } from "node:child_process";
import { mkdtempSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";

const ENTRY = fileURLToPath(new URL("../../resolver/dist/demo/start.js", import.meta.url));
const LIMIT = 60_000;

/** Starts the demo on a free port, waits until it says that it is ready, and stops it. */
function once(home) {
  return new Promise((resolve, reject) => {
    const began = performance.now();
    const child = spawn(process.execPath, [ENTRY], { env: { ...process.env, DPP_HOME: home, PORT: "0" } });
    const timer = setTimeout(() => child.kill("SIGKILL"), LIMIT);
    let said = "";
    child.stdout.on("data", (chunk) => {
      said += chunk;
      if (!/^ready in /m.test(said)) return;
      const seconds = (performance.now() - began) / 1000;
      resolve({ seconds: Math.round(seconds * 100) / 100, peakMiB: peakOf(child.pid) });
      child.kill("SIGTERM");
    });
    child.once("exit", () => {
      clearTimeout(timer);
      reject(new Error(`npm start ended before it was ready:\n${said}`));
    });
  });
}

function peakOf(pid) {
  try {
    const [, kilobytes] = /^VmHWM:\s+(\d+) kB$/m.exec(readFileSync(`/proc/${pid}/status`, "utf8")) ?? [];
    return kilobytes === undefined ? null : Math.round(Number(kilobytes) / 1024);
  } catch {
    return null;
  }
}

export async function benchStart() {
  const home = mkdtempSync(join(tmpdir(), "dpp-bench-"));
  try {
    return { first: await once(home), second: await once(home) };
  } finally {
    rmSync(home, { recursive: true, force: true, maxRetries: 5, retryDelay: 200 });
  }
}
