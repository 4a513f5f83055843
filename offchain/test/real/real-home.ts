/** A home directory on a devnet of its own and an IPFS daemon of its own, used as a person uses it: by the `dpp` command, in processes of its own. */
import { type ChildProcess, execFileSync, spawn } from "node:child_process";
import { chmodSync, mkdirSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { startKubo } from "../../../scripts/real/kubo-daemon.mjs";
import { devnetLedger, faucet, fund, required } from "../../src/testing/devnet.js";
import { OwnDevnet } from "./own-devnet.js";

const DPP = fileURLToPath(new URL("../../bin/dpp.js", import.meta.url));
const RESOLVER = fileURLToPath(new URL("../../../resolver/bin/dpp-resolver.js", import.meta.url));
const ADA = 1_000_000n;

export interface Ran {
  readonly status: number | null;
  readonly err: string;
  // The shape differs by verb; tests read what they state.
  readonly json: Record<string, never> & { readonly error?: { readonly code: string } };
}

const expectStarted = (): never => {
  throw new Error("the daemon was not started");
};

type Kubo = Awaited<ReturnType<typeof startKubo>>;

export class RealHome {
  readonly directory = mkdtempSync(join(tmpdir(), "dpp-home-"));
  readonly home = join(this.directory, "home");
  readonly repository = join(this.directory, "ipfs");
  readonly devnet = new OwnDevnet();
  private readonly children = new Set<ChildProcess>();
  kubo: Kubo | undefined;

  async start(): Promise<void> {
    mkdirSync(this.repository, { recursive: true });
    mkdirSync(this.home, { recursive: true });
    await this.devnet.start();
    await this.startKubo();
  }

  /** Starts the daemon, or starts it again where it was. */
  async startKubo(): Promise<void> {
    const binary = required("DPP_REAL_IPFS");
    const isFirst = this.kubo === undefined;
    this.kubo = await startKubo({ binary, directory: this.repository });
    if (!isFirst) return;
    const port = new URL(this.kubo.api).port;
    const env = { PATH: process.env.PATH, HOME: this.repository, IPFS_PATH: this.repository };
    execFileSync(binary, ["config", "Addresses.API", `/ip4/127.0.0.1/tcp/${port}`], { env });
    this.configure();
  }

  private configure(): void {
    const { utxorpc, blockfrost } = this.devnet.addresses;
    const configuration = {
      ledger: { kind: "utxorpc", network: "devnet", url: utxorpc, parametersUrl: blockfrost },
      confirmations: 3,
      content: { kind: "ipfs", nodes: [(this.kubo ?? expectStarted()).api] },
    };
    const file = join(this.home, "config.json");
    writeFileSync(file, JSON.stringify(configuration));
    chmodSync(file, 0o600);
  }

  /** Coins for a key. */
  async pay(address: string, outputs = 4): Promise<void> {
    const ledger = await devnetLedger(this.devnet.addresses);
    await fund(ledger, [address], outputs, 1_000n * ADA, faucet(this.devnet.addresses));
  }

  run(...args: string[]): Promise<Ran> {
    const child = spawn(process.execPath, [DPP, ...args, "--json", "--home", this.home], {
      env: { PATH: process.env.PATH, HOME: this.directory },
    });
    this.children.add(child);
    let out = "";
    let err = "";
    child.stdout.on("data", (chunk: Buffer) => {
      out += chunk.toString();
    });
    child.stderr.on("data", (chunk: Buffer) => {
      err += chunk.toString();
    });
    return new Promise((resolve) => {
      child.once("close", (status) => {
        this.children.delete(child);
        resolve({ status, err, json: JSON.parse(out || "{}") });
      });
    });
  }

  /** The resolver as a server of its own; resolves with its origin. */
  async serve(): Promise<string> {
    const child = spawn(process.execPath, [RESOLVER, "--home", this.home], {
      env: { PATH: process.env.PATH, HOME: this.directory, PORT: "0" },
    });
    this.children.add(child);
    return new Promise((resolve, reject) => {
      let said = "";
      const hear = (chunk: Buffer) => {
        said += chunk.toString();
        const origin = /http:\/\/(?:127\.0\.0\.1|localhost):\d+/.exec(said)?.[0];
        if (origin !== undefined) resolve(origin);
      };
      child.stdout.on("data", hear);
      child.stderr.on("data", hear);
      child.once("close", () => reject(new Error(`the resolver ended: ${said}`)));
    });
  }

  async remove(): Promise<void> {
    for (const child of this.children) child.kill("SIGKILL");
    await Promise.all([this.devnet.remove(), this.kubo?.stop()]);
    rmSync(this.directory, { recursive: true, force: true });
  }
}
