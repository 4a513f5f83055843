/** The `dpp` command on a home of its own, for tests: on the embedded ledger, or on the node that `npm run test:real` started. */
import { mkdir, mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { devnetLedger, fund, sharedDevnet } from "../../src/testing/devnet.js";
import { runCommand } from "../program.js";

export interface Ran {
  readonly status: number;
  readonly out: string;
  readonly err: string;
  // The shape differs by verb; tests read what they state.
  readonly json: Record<string, never> & { readonly error?: { readonly code: string } };
}

/** What it printed, untyped: the shape differs by verb, and tests read what they state. */
export const jsonOf = ({ out }: Ran) => JSON.parse(out || "{}");

/** The node on which all of this runs when `npm run test:real` started one; else the embedded ledger. */
export const onNode = process.env.DPP_REAL_UTXORPC !== undefined;

export interface TestCommand {
  readonly directory: string;
  readonly home: string;
  /** With `--json`; `json` is what it printed. */
  dpp(...args: string[]): Promise<Ran>;
  /** Path of a new file with this content, as JSON unless it is text. */
  file(content: unknown): Promise<string>;
  /** `consortium init`, with coins for who pays. */
  found(): Promise<void>;
  /** A new key with coins. */
  key(name: string): Promise<void>;
  /** A new key with coins and a role. */
  accredit(key: string, role: string): Promise<Ran>;
  remove(): Promise<void>;
}

export async function testCommand(): Promise<TestCommand> {
  const directory = await mkdtemp(join(tmpdir(), "dpp-cli-"));
  const home = join(directory, "home");
  let files = 0;

  const dpp = async (...args: string[]): Promise<Ran> => {
    let out = "";
    let err = "";
    const streams = {
      out: (text: string) => {
        out += text;
      },
      err: (text: string) => {
        err += text;
      },
    };
    const status = await runCommand([...args, "--json", "--home", home], streams, {});
    return { status, out, err, json: JSON.parse(out || "{}") };
  };

  const must = async (...args: string[]): Promise<Ran> => {
    const ran = await dpp(...args);
    if (ran.status !== 0) throw new Error(`dpp ${args.join(" ")}: ${ran.out}${ran.err}`);
    return ran;
  };

  const pay = async (address: string): Promise<void> =>
    void (await fund(await devnetLedger(), [address], 3, 1_000_000_000n));

  /** The founder's coins come from the faucet, in answer to the first refusal; the freeze key pays for suspensions. */
  const foundOnNode = async (): Promise<void> => {
    const { utxorpc: url, blockfrost: parametersUrl } = sharedDevnet();
    await mkdir(home, { recursive: true });
    const configuration = {
      ledger: { kind: "utxorpc", network: "devnet", url, parametersUrl },
      confirmations: 2,
    };
    await writeFile(join(home, "config.json"), JSON.stringify(configuration));
    const poor = await dpp("consortium", "init");
    await pay((poor.json.error as unknown as { details: { address: string } }).details.address);
    await must("consortium", "init");
    const keys = (await dpp("key", "list")).json as unknown as { name: string; address: string }[];
    await pay(keys.find(({ name }) => name === "freeze-1")?.address ?? "");
  };

  const key = async (name: string): Promise<void> => {
    const made = await must("key", "new", name);
    if (onNode) await pay((made.json as unknown as { address: string }).address);
    else await must("key", "fund", name);
  };

  return {
    directory,
    home,
    dpp,
    async file(content) {
      const path = join(directory, `file-${files++}.json`);
      await writeFile(path, typeof content === "string" ? content : JSON.stringify(content));
      return path;
    },
    async found() {
      if (onNode) await foundOnNode();
      else await must("consortium", "init");
    },
    key,
    async accredit(name, role) {
      await key(name);
      return must("role", "issue", "--role", role, "--key", name, "--operator", "gln:9506000134307");
    },
    remove: () => rm(directory, { recursive: true }),
  };
}

/** A product file under the policy `ladder`. */
export const productFile = (serial: string, changes: Record<string, unknown> = {}) => ({
  policy: "ladder",
  identifier: { gtin: "09506000134376", serial },
  product: { name: "Example shirt", image: "https://example.com/shirt.png", category: "textile" },
  elements: [
    { id: "textile.product.description", value: "White shirt" },
    { id: "textile.chain.batch", value: "B-17" },
    { id: "textile.customs.commodityCode", value: "6105.10" },
  ],
  ...changes,
});
