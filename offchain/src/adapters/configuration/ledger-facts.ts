/** What a ledger states about itself beyond what the product needs from it (`ports/ledger`): for finding out that it is the wrong one. */
import { DppError } from "../../domain/errors.js";
import type { HomePaths } from "../home.js";
import { systemClock, systemRandom } from "../system.js";
import { isObject } from "./kinds.js";
import type { LedgerSettings } from "./table.js";

export interface LedgerFacts {
  readonly networkMagic: number;
  /** Major version of the protocol in force: 10 is the first with Plutus V3's present costs. */
  readonly protocolVersion: number;
}

type Of<K extends LedgerSettings["kind"]> = Extract<LedgerSettings, { kind: K }>;

/** The version that the embedded rules judge by (`embedded-ledger/protocol-parameters`). */
const EMBEDDED_VERSION = 10;
const MAX_ANSWER = 256 * 1024;

const HOSTED = {
  mainnet: "https://cardano-mainnet.blockfrost.io/api/v0",
  preprod: "https://cardano-preprod.blockfrost.io/api/v0",
  preview: "https://cardano-preview.blockfrost.io/api/v0",
  // The configuration asks for an address of its own.
  devnet: "",
} as const;

const unavailable = (message: string, cause?: unknown): DppError =>
  new DppError("ledger/unavailable", message, { cause });

/** @throws DppError `ledger/unavailable`, `ledger/not-found`. */
export async function readLedgerFacts(settings: LedgerSettings, paths: HomePaths): Promise<LedgerFacts> {
  if (settings.kind === "embedded") return embeddedFacts(paths);
  return settings.kind === "utxorpc" ? utxoRpcFacts(settings) : blockfrostFacts(settings);
}

async function embeddedFacts(paths: HomePaths): Promise<LedgerFacts> {
  const { openLedger } = await import("../embedded-ledger/ledger.js");
  const { networkMagic } = openLedger(paths.ledger, { clock: systemClock, random: systemRandom });
  return { networkMagic, protocolVersion: EMBEDDED_VERSION };
}

async function utxoRpcFacts({ url, headers = {}, timeoutMs }: Of<"utxorpc">): Promise<LedgerFacts> {
  const { connectUtxoRpc } = await import("../utxorpc/client.js");
  const client = connectUtxoRpc({ url, timeoutMs, headers: revealed(headers) });
  const genesis = await client.read(() => client.query.readGenesis({}));
  const answer = await client.read(() => client.query.readParams({}));
  const parameters = answer?.values?.params;
  if (genesis?.config.case !== "cardano" || parameters?.case !== "cardano")
    throw unavailable("the node states neither genesis nor protocol parameters");
  return {
    networkMagic: genesis.config.value.networkMagic,
    protocolVersion: parameters.value.protocolVersion?.major ?? 0,
  };
}

export const revealed = (
  headers: Readonly<Record<string, { reveal(): string }>>,
): Readonly<Record<string, string>> =>
  Object.fromEntries(Object.entries(headers).map(([name, value]) => [name, value.reveal()]));

async function blockfrostFacts({
  network,
  url = HOSTED[network],
  projectId,
  timeoutMs,
}: Of<"blockfrost">): Promise<LedgerFacts> {
  const ask = (path: string) => getJson(`${url}${path}`, projectId?.reveal(), timeoutMs);
  const [genesis, parameters] = [await ask("/genesis"), await ask("/epochs/latest/parameters")];
  const { network_magic: networkMagic } = genesis;
  const { protocol_major_ver: protocolVersion } = parameters;
  if (typeof networkMagic !== "number" || typeof protocolVersion !== "number")
    throw unavailable("the server states neither the network's magic nor a protocol version");
  return { networkMagic, protocolVersion };
}

async function getJson(
  url: string,
  projectId: string | undefined,
  timeoutMs: number,
): Promise<Readonly<Record<string, unknown>>> {
  const headers: Record<string, string> = { accept: "application/json" };
  if (projectId !== undefined) headers.project_id = projectId;
  try {
    const response = await fetch(url, {
      headers,
      // A key must not follow to another host.
      redirect: "error",
      signal: AbortSignal.timeout(timeoutMs),
    });
    const body = await readText(response);
    if (response.status === 401 || response.status === 403)
      throw unavailable(`the server refuses the project id (${response.status})`);
    if (!response.ok) throw unavailable(`the server answers ${response.status}`);
    const json = jsonOf(body);
    if (isObject(json)) return json;
    throw unavailable("the server's answer is no JSON object");
  } catch (error) {
    if (error instanceof DppError) throw error;
    const late = (error as Error).name === "TimeoutError";
    throw unavailable(late ? "the server did not answer in time" : "the server cannot be reached", error);
  }
}

function jsonOf(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return null;
  }
}

async function readText({ body }: Response): Promise<string> {
  const decoder = new TextDecoder();
  let text = "";
  for await (const chunk of body ?? []) {
    text += decoder.decode(chunk, { stream: true });
    if (text.length > MAX_ANSWER) throw unavailable("the server's answer is too long");
  }
  return text + decoder.decode();
}
