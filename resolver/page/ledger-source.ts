/**
 * The ledger's answer from a source that the reader chooses: any service that speaks Blockfrost's API. This server's own `/ledger` is one of
 * them, and then the page says that the same party answers for both. Spec: docs/spec/http.md "Ledger source".
 */
import { DppError } from "@cardano-dpp/offchain/domain/errors";

export interface LedgerSource {
  /** Without a slash at its end, e.g. `https://cardano-preprod.blockfrost.io/api/v0`. */
  readonly base: string;
  /** Sent as the header `project_id`, which Blockfrost asks for. Empty: not sent. */
  readonly projectId: string;
}

export interface LedgerOutput {
  readonly address: string;
  readonly txHash: string;
  readonly outputIndex: number;
  readonly units: Readonly<Record<string, string>>;
  /** Inline datum, CBOR hex. */
  readonly datum: string | null;
}

const TIMEOUT_MS = 15_000;
const MAX_ANSWER = 1024 * 1024;

const unavailable = (why: string, cause?: unknown): DppError =>
  new DppError("ledger/unavailable", `the ledger source ${why}`, { cause });

/** @throws DppError `ledger/bad-source`. */
export function parseSource(text: string, projectId: string, page: URL): LedgerSource {
  let url: URL;
  try {
    url = new URL(text.trim(), page);
  } catch {
    throw new DppError("ledger/bad-source", "this is not an address");
  }
  const local = url.hostname === "localhost" || url.hostname === "127.0.0.1";
  if (url.protocol !== "https:" && !(url.protocol === "http:" && local)) {
    throw new DppError("ledger/bad-source", "the address must begin with https://");
  }
  // Parameters would be lost when paths are appended; credentials in an address leak into logs.
  if (url.search !== "" || url.hash !== "" || url.username !== "" || url.password !== "") {
    throw new DppError("ledger/bad-source", "the address must be a plain base address");
  }
  return { base: `${url.origin}${url.pathname.replace(/\/+$/, "")}`, projectId: projectId.trim() };
}

/** The JSON at `path`; null for 404. */
async function ask(source: LedgerSource, path: string): Promise<unknown> {
  let response: Response;
  try {
    response = await fetch(source.base + path, {
      headers: source.projectId === "" ? {} : { project_id: source.projectId },
      credentials: "omit",
      referrerPolicy: "no-referrer",
      cache: "no-store",
      redirect: "error",
      signal: AbortSignal.timeout(TIMEOUT_MS),
    });
  } catch (cause) {
    throw unavailable("cannot be reached", cause);
  }
  if (response.status === 404) return null;
  if (response.status === 403) throw unavailable("refuses the project id");
  if (!response.ok) throw unavailable(`answers with status ${response.status}`);
  const text = await response.text();
  if (text.length > MAX_ANSWER) throw unavailable("answers with too much");
  try {
    return JSON.parse(text) as unknown;
  } catch (cause) {
    throw unavailable("does not answer with JSON", cause);
  }
}

type Fields = Readonly<Record<string, unknown>>;
const isFields = (value: unknown): value is Fields => typeof value === "object" && value !== null;
const text = (fields: Fields, name: string): string => {
  const value = fields[name];
  if (typeof value !== "string") throw unavailable(`answers without ${name}`);
  return value;
};
const count = (fields: Fields, name: string): number => {
  const value = fields[name];
  if (typeof value !== "number" || !Number.isSafeInteger(value)) throw unavailable(`answers without ${name}`);
  return value;
};
const rows = (value: unknown): readonly Fields[] => {
  if (!Array.isArray(value) || !value.every(isFields)) throw unavailable("answers in another shape");
  return value;
};

/**
 * The output that holds an NFT. `null`: the ledger does not know the unit.
 * @throws DppError `ledger/unavailable`; `ledger/not-unique` when it lies in several places, as no NFT does.
 */
export async function outputWithUnit(source: LedgerSource, unit: string): Promise<LedgerOutput | null> {
  const addresses = await ask(source, `/assets/${unit}/addresses`);
  if (addresses === null) return null;
  const [holder, ...others] = rows(addresses);
  if (holder === undefined) return null;
  if (others.length > 0) throw notUnique();
  const address = text(holder, "address");
  const utxos = rows((await ask(source, `/addresses/${address}/utxos/${unit}`)) ?? []);
  const [utxo, ...more] = utxos;
  if (utxo === undefined) return null;
  if (more.length > 0) throw notUnique();
  return {
    address,
    txHash: text(utxo, "tx_hash"),
    outputIndex: count(utxo, "output_index"),
    units: Object.fromEntries(
      rows(utxo.amount).map((amount) => [text(amount, "unit"), text(amount, "quantity")]),
    ),
    datum: typeof utxo.inline_datum === "string" ? utxo.inline_datum : null,
  };
}

const notUnique = (): DppError => new DppError("ledger/not-unique", "the token lies in several places");

/** Block height and time (POSIX ms) of a transaction. */
export async function transactionBlock(
  source: LedgerSource,
  hash: string,
): Promise<{ height: number; time: number } | null> {
  const answer = await ask(source, `/txs/${hash}`);
  if (!isFields(answer)) return null;
  return { height: count(answer, "block_height"), time: count(answer, "block_time") * 1000 };
}

/** Whether the ledger holds the transaction, and took it as valid: one whose scripts failed makes no outputs but those of its collateral. */
export async function transactionHeld(source: LedgerSource, hash: string): Promise<boolean> {
  const answer = await ask(source, `/txs/${hash}`);
  return isFields(answer) && answer.hash === hash && answer.valid_contract !== false;
}

export async function latestBlock(source: LedgerSource): Promise<{ height: number; time: number } | null> {
  const answer = await ask(source, "/blocks/latest");
  return isFields(answer) ? { height: count(answer, "height"), time: count(answer, "time") * 1000 } : null;
}
