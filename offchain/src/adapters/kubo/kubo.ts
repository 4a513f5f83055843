/**
 * Content store on IPFS: blobs on Kubo nodes of one's own, read from these and then from gateways. What is asked of whom, and what each fault leads to:
 * docs/ipfs.md. Leaves out CAR files, directories, and announcing content: that is the node's own business.
 *
 * Nothing that comes back is believed: every block is checked against its CID, one by one, so a blob may come from several sources, and the first that
 * gives a right block wins.
 */
import type { CID } from "multiformats/cid";
import { parseCid } from "../../domain/cid.js";
import { DppError } from "../../domain/errors.js";
import type { Clock } from "../../ports/clock.js";
import type { ContentStore } from "../../ports/content-store.js";
import { toBlocks } from "../content-blocks.js";
import { DEFAULT_MAX_BYTES, readBlob } from "../content-read.js";
import { systemClock } from "../system.js";
import type { ContentFault } from "./fault.js";
import { gateway } from "./gateway.js";
import { type BlockSource, BYTES_PER_TIMEOUT, kuboNode } from "./node.js";
import { Sources } from "./sources.js";

export type { ContentFault } from "./fault.js";

export interface KuboOptions {
  /** RPC addresses, such as `http://127.0.0.1:5001`, in the order in which they are asked. A path is taken as the API's root, `/api/v0` otherwise. */
  readonly nodes: readonly string[];
  /** Trustless gateways, such as `https://trustless-gateway.link`; asked for what no node has. */
  readonly gateways?: readonly string[];
  /** ms for one request (default 15 000); a whole read or write may take some multiple of it. */
  readonly timeoutMs?: number;
  readonly clock?: Clock;
  /** Ends all that is under way. */
  readonly signal?: AbortSignal;
  /** Told of every node or gateway that failed, also when another one helped. */
  readonly report?: (fault: ContentFault) => void;
}

const TIMEOUT_MS = 15_000;

/** Connects when it is used first. @throws DppError `content/bad-url`, without the URL: it may hold a secret. */
export function openKubo(options: KuboOptions): ContentStore {
  const { timeoutMs = TIMEOUT_MS, clock = systemClock, report = () => undefined } = options;
  const kubos = options.nodes.map((text) => kuboNode(parseUrl(text, "node"), timeoutMs));
  const gateways = (options.gateways ?? []).map((text) => gateway(parseUrl(text, "gateway"), timeoutMs));
  if (kubos.length === 0) throw new DppError("content/bad-url", "name one IPFS node at least");
  const nodes = new Sources(kubos, clock, report);
  const sources = new Sources<BlockSource>([...kubos, ...gateways], clock, report);

  /** For a whole read or write: each source may be late once, and the rest must not drip. */
  const limit = (bytes: number): AbortSignal => {
    const parts = kubos.length + gateways.length + Math.ceil(bytes / BYTES_PER_TIMEOUT);
    const late = AbortSignal.timeout(timeoutMs * (1 + parts));
    return options.signal === undefined ? late : AbortSignal.any([late, options.signal]);
  };

  const get: ContentStore["get"] = async (cid, { maxBytes = DEFAULT_MAX_BYTES } = {}) => {
    const signal = limit(maxBytes);
    return readBlob(cid, maxBytes, (link: CID) =>
      sources.first(`the block ${link}`, signal, (source) => source.block(link, signal)),
    );
  };

  return {
    get,
    has: async (cid) => (await get(cid)) !== null,

    async put(bytes) {
      const blob = { bytes, ...(await toBlocks(bytes)) };
      // Read back once, and in the worst case written and read twice.
      const signal = limit(4 * bytes.length);
      await nodes.first(`putting ${blob.cid}`, signal, async (node) => {
        await node.put(blob, signal);
        return true;
      });
      return blob.cid;
    },

    async pin(text) {
      const cid = parseCid(text);
      const signal = limit(0);
      const pinned = await nodes.first(`pinning ${cid}`, signal, async (node) =>
        (await node.pin(cid, signal)) ? true : null,
      );
      return pinned === true;
    },

    async unpin(text) {
      const cid = parseCid(text);
      const signal = limit(0);
      // Whichever node took it when it was put.
      await nodes.each(`unpinning ${cid}`, signal, (node) => node.unpin(cid, signal));
    },

    async pinned(text) {
      const cid = parseCid(text);
      const signal = limit(0);
      const pinned = await nodes.first(`the pin of ${cid}`, signal, async (node) =>
        (await node.pinned(cid, signal)) ? true : null,
      );
      return pinned === true;
    },
  };
}

function parseUrl(text: string, kind: "node" | "gateway"): URL {
  const url = URL.canParse(text) ? new URL(text) : null;
  const fits =
    url !== null &&
    (url.protocol === "http:" || url.protocol === "https:") &&
    url.username === "" &&
    url.password === "" &&
    url.search === "" &&
    url.hash === "";
  if (fits) return url;
  throw new DppError(
    "content/bad-url",
    `an IPFS ${kind} is named by an http or https URL without user, password, query and fragment`,
  );
}
