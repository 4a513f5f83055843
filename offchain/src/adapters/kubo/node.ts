/**
 * One Kubo node, over its RPC API: https://docs.ipfs.tech/reference/kubo/rpc/. Its five calls are made here and not by kubo-rpc-client, which reads answers
 * of any length into memory (docs/decisions/0011-content-store.md); the tests use that one as a second client.
 */
import type { CID } from "multiformats/cid";
import { equalBytes } from "../../domain/bytes.js";
import { parseCid } from "../../domain/cid.js";
import { MAX_LINKS } from "../content-blocks.js";
import { CHUNK_BYTES, isSound, MAX_BLOCK_BYTES } from "../content-read.js";
import { type Answer, ask, shown } from "./ask.js";
import { SourceFault } from "./fault.js";
import type { Source } from "./sources.js";

/** Where blocks come from. */
export interface BlockSource extends Source {
  /** A block that hashes to the CID. `null`: it does not have it and found nobody who does. @throws SourceFault. */
  block(cid: CID, signal: AbortSignal): Promise<Uint8Array | null>;
}

/** A blob with its blocks, as `toBlocks` gives it. */
export interface SplitBlob {
  readonly cid: string;
  readonly bytes: Uint8Array;
  readonly blocks: ReadonlyMap<string, Uint8Array>;
}

/** All of it throws SourceFault. */
export interface KuboNode extends BlockSource {
  /** Stored, read back and pinned once resolved. */
  put(blob: SplitBlob, signal: AbortSignal): Promise<void>;
  /** `false`: it does not have it and found nobody who does. */
  pin(cid: CID, signal: AbortSignal): Promise<boolean>;
  unpin(cid: CID, signal: AbortSignal): Promise<void>;
  pinned(cid: CID, signal: AbortSignal): Promise<boolean>;
}

/** Each that has a bearing on the CID is named: a node's own defaults (`Import.*` of its configuration) may differ. */
const AS_WE_DO = {
  pin: "true",
  "cid-version": "1",
  "raw-leaves": "true",
  hash: "sha2-256",
  chunker: `size-${CHUNK_BYTES}`,
  "max-file-links": String(MAX_LINKS),
  trickle: "false",
  inline: "false",
  "wrap-with-directory": "false",
  progress: "false",
};

/** Kubo's words; it answers all of them with status 500 and code 0. */
const NOT_HERE = /not found locally|could not find|context deadline exceeded/;
const NOT_PINNED = /not pinned/;
const DAMAGED = /different hash than requested/;

/** Of the time-out, what the node gets to search: it shall say itself that it found nobody, before we stop waiting. */
const SEARCH_SHARE = 0.9;
/** What a connection moves at least in the time-out. */
export const BYTES_PER_TIMEOUT = 4 * 1024 * 1024;
/** Answers but blocks: lines of JSON with one CID each; the longest names every block of a blob. */
const MAX_ANSWER_BYTES = 128 * 1024;

interface Call {
  readonly maxBytes?: number;
  readonly limitMs?: number;
  readonly body?: FormData;
  /** What the node may say instead of an answer: then `null`. */
  readonly no?: RegExp;
}

type Params = Readonly<Record<string, string>> | readonly (readonly [string, string])[];

export function kuboNode(url: URL, timeoutMs: number): KuboNode {
  const root = rpcRoot(url);
  const timeout = `${Math.ceil(timeoutMs * SEARCH_SHARE)}ms`;

  async function call(path: string, params: Params, signal: AbortSignal, options: Call = {}) {
    const { maxBytes = MAX_ANSWER_BYTES, limitMs = timeoutMs, body, no } = options;
    const query = new URLSearchParams(params as Record<string, string>);
    const answer = await ask({
      method: "POST",
      url: `${root.href}/${path}?${query}`,
      ...(body === undefined ? {} : { body }),
      maxBytes,
      timeoutMs: limitMs,
      signal,
    });
    return answer.status === 200 ? answer.body : refusal(answer, no);
  }

  async function block(cid: CID, signal: AbortSignal): Promise<Uint8Array | null> {
    const options = { maxBytes: MAX_BLOCK_BYTES, no: NOT_HERE };
    const bytes = await call("block/get", { arg: String(cid), timeout }, signal, options);
    if (bytes !== null && !isSound(cid, bytes))
      throw new SourceFault("corrupt", `its bytes are not those of ${cid}`);
    return bytes;
  }

  async function pin(cid: CID, signal: AbortSignal): Promise<boolean> {
    const body = await call("pin/add", { arg: String(cid), timeout }, signal, { no: NOT_HERE });
    if (body === null) return false;
    const { Pins } = lineOf(body);
    if (!Array.isArray(Pins) || !Pins.includes(String(cid)))
      throw new SourceFault("refused", `it does not say that it pinned ${cid}`);
    return true;
  }

  async function unpin(cid: CID, signal: AbortSignal): Promise<void> {
    const body = await call("pin/rm", { arg: String(cid) }, signal, { no: NOT_PINNED });
    if (body === null) return;
    const { Pins } = lineOf(body);
    if (!Array.isArray(Pins) || !Pins.includes(String(cid)))
      throw new SourceFault("refused", `it does not say that it unpinned ${cid}`);
  }

  async function pinned(cid: CID, signal: AbortSignal): Promise<boolean> {
    const body = await call("pin/ls", { arg: String(cid), type: "recursive" }, signal, { no: NOT_PINNED });
    if (body === null) return false;
    const { Keys } = lineOf(body);
    return (Keys as Record<string, { Type?: unknown }> | undefined)?.[String(cid)]?.Type === "recursive";
  }

  async function add({ cid, bytes }: SplitBlob, signal: AbortSignal): Promise<void> {
    const body = new FormData();
    body.append("file", new Blob([bytes as Uint8Array<ArrayBuffer>]), "blob");
    const limitMs = timeoutMs * (1 + Math.ceil(bytes.length / BYTES_PER_TIMEOUT));
    const answer = await call("add", AS_WE_DO, signal, { body, limitMs });
    const { Hash } = linesOf(answer ?? new Uint8Array()).at(-1) ?? {};
    if (typeof Hash !== "string")
      throw new SourceFault("refused", "it does not name the content that it took");
    if (Hash !== cid)
      throw new SourceFault("corrupt", `it names the content ${shown(Hash)}, and it is ${cid}`);
  }

  /** Blocks that the node does not give back as they were put. */
  async function damaged({ blocks }: SplitBlob, signal: AbortSignal): Promise<readonly string[]> {
    const wrong: string[] = [];
    for (const [name, bytes] of blocks) {
      const stored = await block(parseCid(name), signal).catch((error: unknown) => {
        if (error instanceof SourceFault && error.reason === "corrupt") return null;
        throw error;
      });
      if (stored === null || !equalBytes(stored, bytes)) wrong.push(name);
    }
    return wrong;
  }

  /** Kubo leaves a block that it has in place, and so a damaged one; removed, it is written again. */
  async function remove(names: readonly string[], signal: AbortSignal): Promise<void> {
    const params = [["force", "true"], ...names.map((name) => ["arg", name])] as [string, string][];
    const body = await call("block/rm", params, signal);
    for (const { Hash, Error: why } of linesOf(body ?? new Uint8Array())) {
      if (typeof why === "string" && why !== "")
        throw new SourceFault(
          "corrupt",
          `its block ${shown(String(Hash))} is damaged and cannot be replaced: ${shown(why)}`,
        );
    }
  }

  async function repair(blob: SplitBlob, wrong: readonly string[], signal: AbortSignal): Promise<void> {
    const cid = parseCid(blob.cid);
    // What is pinned cannot be removed.
    await unpin(cid, signal);
    await remove(wrong, signal).catch(async (error: unknown) => {
      await pin(cid, signal);
      throw error;
    });
    await add(blob, signal);
    if ((await damaged(blob, signal)).length > 0)
      throw new SourceFault("corrupt", `it does not give back the blocks of ${cid} as they were put`);
  }

  return {
    origin: root.origin,
    block,
    pin,
    unpin,
    pinned,

    async put(blob, signal) {
      await add(blob, signal);
      const wrong = await damaged(blob, signal);
      if (wrong.length > 0) await repair(blob, wrong, signal);
      // A failure after the CID was sent comes as an HTTP trailer, which `fetch` does not show.
      if (!(await pinned(parseCid(blob.cid), signal)))
        throw new SourceFault("refused", `it did not pin ${blob.cid}`);
    },
  };
}

/** The API's root without a slash at its end; with a path of its own it is taken as it is. */
function rpcRoot(url: URL): URL {
  const root = new URL(url);
  root.pathname = root.pathname === "/" ? "/api/v0" : root.pathname.replace(/\/+$/, "");
  return root;
}

/** Kubo's errors are `{ Message, Code, Type }` with status 500. */
function refusal({ status, body }: Answer, no: RegExp | undefined): null {
  const text = new TextDecoder().decode(body);
  const message = status === 500 ? messageIn(text) : null;
  if (message !== null) {
    if (no?.test(message)) return null;
    if (DAMAGED.test(message)) throw new SourceFault("corrupt", shown(message));
  }
  if (status === 404 || status === 403)
    throw new SourceFault(
      "refused",
      `HTTP ${status}: this is no address of Kubo's RPC API, or it needs a login`,
    );
  throw new SourceFault("refused", `HTTP ${status}: ${shown(message ?? text)}`);
}

function messageIn(text: string): string | null {
  try {
    const { Message } = objectIn(text);
    return typeof Message === "string" ? Message : null;
  } catch {
    return null;
  }
}

type Line = Readonly<Record<string, unknown>>;

/** @throws SyntaxError */
function objectIn(text: string): Line {
  const value: unknown = JSON.parse(text);
  if (typeof value !== "object" || value === null) throw new SyntaxError("no JSON object");
  return value as Line;
}

/** @throws SourceFault. */
function linesOf(body: Uint8Array): readonly Line[] {
  try {
    const lines = new TextDecoder().decode(body).split("\n");
    return lines.filter((line) => line.trim() !== "").map(objectIn);
  } catch (cause) {
    throw new SourceFault("refused", "its answer is no JSON", cause);
  }
}

const lineOf = (body: Uint8Array): Line => linesOf(body)[0] ?? {};
