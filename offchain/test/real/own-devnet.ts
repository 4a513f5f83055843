/** A devnet of one test's own, whose node it may kill, start again and put back to an earlier state: a reorganisation as a client sees it. */
import { type ChildProcess, spawn } from "node:child_process";
import { cpSync, mkdtempSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { createInterface } from "node:readline";
import { fileURLToPath } from "node:url";
import type { DevnetAddresses } from "../../src/testing/devnet.js";

const SCRIPT = fileURLToPath(new URL("../../../scripts/real/devnet.mjs", import.meta.url));

export class OwnDevnet {
  readonly directory = mkdtempSync(join(tmpdir(), "dpp-devnet-"));
  private runner: ChildProcess | null = null;
  private pid = 0;

  get addresses(): DevnetAddresses {
    const { utxorpc, blockfrost } = JSON.parse(readFileSync(join(this.directory, "ports.json"), "utf8")) as {
      utxorpc: number;
      blockfrost: number;
    };
    return {
      utxorpc: `http://127.0.0.1:${utxorpc}`,
      blockfrost: `http://127.0.0.1:${blockfrost}/api/v0`,
      faucetFile: join(this.directory, "faucet.json"),
    };
  }

  /** Resolves when the node has made a block. */
  async start(): Promise<void> {
    const runner = spawn(process.execPath, [SCRIPT, "--dir", this.directory], {
      stdio: ["ignore", "pipe", "inherit"],
    });
    this.runner = runner;
    for await (const line of createInterface({ input: runner.stdout })) {
      const pid = /^process\s+(\d+)$/.exec(line)?.[1];
      if (pid !== undefined) this.pid = Number(pid);
      if (line.startsWith("Ctrl-C")) return;
    }
    throw new Error("the devnet did not start");
  }

  /** As a power cut ends it. */
  kill(): Promise<void> {
    return this.end(() => process.kill(this.pid, "SIGKILL"));
  }

  stop(): Promise<void> {
    return this.end((runner) => runner.kill("SIGTERM"));
  }

  private async end(how: (runner: ChildProcess) => void): Promise<void> {
    const { runner } = this;
    if (runner === null) return;
    const ended = new Promise<void>((resolve) => runner.once("exit", () => resolve()));
    how(runner);
    await ended;
    this.runner = null;
  }

  /** Copies the chain as it stands. The node must be stopped. */
  keep(): void {
    cpSync(join(this.directory, "db"), join(this.directory, "kept"), { recursive: true });
  }

  /** Puts back what was kept: the blocks since then are lost. The node must be stopped. */
  restore(): void {
    rmSync(join(this.directory, "db"), { recursive: true });
    cpSync(join(this.directory, "kept"), join(this.directory, "db"), { recursive: true });
  }

  async remove(): Promise<void> {
    await this.stop();
    rmSync(this.directory, { recursive: true, force: true });
  }
}
