/** The doctor on the content store: a small blob goes in, is pinned, and comes back, under the CID that we compute ourselves. */
import { randomBytes } from "node:crypto";
import { rm } from "node:fs/promises";
import { join } from "node:path";
import { openContentDisk } from "../../src/adapters/content-disk.js";
import { contentMemory } from "../../src/adapters/content-memory.js";
import { equalBytes, utf8 } from "../../src/domain/bytes.js";
import { DppError } from "../../src/domain/errors.js";
import type { ContentStore } from "../../src/ports/content-store.js";
import { type Finding, failed, ok, warning } from "./check.js";

export interface Blob {
  readonly bytes: Uint8Array;
  readonly cid: string;
}

/** New every time, so that a store which only remembers does not pass. */
export async function probeBlob(random: Uint8Array): Promise<Blob> {
  const bytes = utf8(`dpp doctor ${Buffer.from(random).toString("hex")}\n`);
  return { bytes, cid: await contentMemory().put(bytes) };
}

export async function checkStore(store: ContentStore, { bytes, cid }: Blob): Promise<Finding> {
  const stored = await store.put(bytes);
  if (stored !== cid) {
    return failed(
      `it stored the blob as ${stored}, and its CID is ${cid}`,
      "the node imports with other settings: CIDv1, raw leaves and chunks of 262144 bytes are needed",
    );
  }
  if (!(await store.pinned(cid))) {
    return failed("the blob is stored and not pinned: it may be dropped", "see that the node allows pins");
  }
  const got = await store.get(cid);
  if (got === null) return failed("the blob is gone right after it was stored", "check the node's storage");
  return equalBytes(got, bytes)
    ? ok("stored, pinned and read back")
    : failed("other bytes came back", "check the node's disk");
}

/** In a folder of its own beside the blocks, which is removed: nothing is left behind. */
export async function checkDisk(directory: string, blob: Blob): Promise<Finding> {
  const probe = join(directory, `.doctor-${randomBytes(8).toString("hex")}`);
  try {
    return await checkStore(await openContentDisk(probe), blob);
  } finally {
    await rm(probe, { recursive: true, force: true });
  }
}

const MAX_ANSWER = 64 * 1024;

export async function checkGateway(
  gateway: string,
  { bytes, cid }: Blob,
  timeoutMs: number,
): Promise<Finding> {
  const response = await rawBlock(`${gateway}/ipfs/${cid}?format=raw`, timeoutMs);
  if (response.ok && equalBytes(utf8(response.body), bytes)) return ok("it hands out what the nodes hold");
  if (response.ok) {
    return failed(
      "other bytes came back",
      "see that content.gateways names an IPFS gateway that serves raw blocks",
    );
  }
  return warning(
    `it does not find what the nodes hold (${response.status})`,
    "see that the nodes are reachable from the gateway; without it reading depends on the nodes alone",
  );
}

/** A gateway is asked for the block itself (https://specs.ipfs.tech/http-gateways/trustless-gateway/). */
async function rawBlock(
  url: string,
  timeoutMs: number,
): Promise<{ readonly ok: boolean; readonly status: number; readonly body: string }> {
  try {
    const signal = AbortSignal.timeout(timeoutMs);
    const response = await fetch(url, { headers: { accept: "application/vnd.ipld.raw" }, signal });
    const decoder = new TextDecoder();
    let body = "";
    for await (const chunk of response.body ?? []) {
      body += decoder.decode(chunk, { stream: true });
      if (body.length > MAX_ANSWER) throw new DppError("content/unavailable", "the answer is too long");
    }
    return { ok: response.ok, status: response.status, body: body + decoder.decode() };
  } catch (cause) {
    if (cause instanceof DppError) throw cause;
    const late = (cause as Error).name === "TimeoutError";
    throw new DppError("content/unavailable", late ? "no answer in time" : "it cannot be reached", { cause });
  }
}
