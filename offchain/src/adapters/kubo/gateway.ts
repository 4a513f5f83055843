/**
 * Blocks from a trustless gateway: `GET /ipfs/{cid}?format=raw`, checked against the CID. Every trustless gateway serves raw blocks; CAR is optional and is
 * not asked for. Spec: https://specs.ipfs.tech/http-gateways/trustless-gateway/
 */
import type { CID } from "multiformats/cid";
import { isSound, MAX_BLOCK_BYTES } from "../content-read.js";
import { ask, shown } from "./ask.js";
import { SourceFault } from "./fault.js";
import type { BlockSource } from "./node.js";

const RAW_BLOCK = "application/vnd.ipld.raw";

export function gateway(root: URL, timeoutMs: number): BlockSource {
  return {
    origin: root.origin,
    async block(cid: CID, signal: AbortSignal) {
      const url = `${root.href.replace(/\/$/, "")}/ipfs/${cid}?format=raw`;
      const { status, body } = await ask({
        method: "GET",
        url,
        accept: RAW_BLOCK,
        maxBytes: MAX_BLOCK_BYTES,
        timeoutMs,
        signal,
      });
      if (status === 404 || status === 410) return null;
      if (status !== 200) {
        const text = shown(new TextDecoder().decode(body));
        throw new SourceFault("refused", `HTTP ${status}: ${text}`);
      }
      if (!isSound(cid, body)) throw new SourceFault("corrupt", `its bytes are not those of ${cid}`);
      return body;
    },
  };
}
