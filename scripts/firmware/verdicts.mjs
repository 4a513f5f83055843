// What offchain/src/codec/event.ts says of the same bytes as the C library: leaves with random changes, from a fixed seed.
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { pathToFileURL } from "node:url";

const SEED = 2_718_281_828;

/** xorshift32. @returns a draw below `bound`. */
function random(seed) {
  let state = seed;
  return (bound) => {
    state ^= state << 13;
    state ^= state >>> 17;
    state ^= state << 5;
    state >>>= 0;
    return state % bound;
  };
}

/** Bytes changed, put in, left out or cut off, one to three times; every tenth input is left as it is. */
function mutate(leaf, draw) {
  let bytes = [...leaf];
  for (let changes = draw(10) === 0 ? 0 : 1 + draw(3); changes > 0; changes--) {
    const at = draw(bytes.length + 1);
    const act = draw(8);
    if (act === 0) bytes.splice(at, 0, draw(256));
    else if (act === 1) bytes.splice(at, 1);
    else if (act === 2 && draw(4) === 0) bytes = bytes.slice(0, at);
    else if (at < bytes.length) bytes[at] = act < 6 ? draw(256) : bytes[at] ^ (1 << draw(8));
  }
  return Uint8Array.from(bytes);
}

/** The TypeScript codec, from its sources: a build may be older than they are. */
async function codec(root, out) {
  const { build } = await import("esbuild");
  const outfile = join(out, "codec-event.mjs");
  const entryPoints = [join(root, "offchain", "src", "codec", "event.ts")];
  await build({ entryPoints, outfile, bundle: true, format: "esm", platform: "node", logLevel: "error" });
  return import(pathToFileURL(outfile).href);
}

/** @returns the inputs as hex, and the code of each: "ok", or what the refusal is called. */
export async function typescriptVerdicts({ root, out, count }) {
  const { decodeLeaf } = await codec(root, out);
  const { accepted } = JSON.parse(readFileSync(join(root, "vectors", "event.json"), "utf8"));
  const leaves = accepted.map(({ leaf }) => Buffer.from(leaf, "hex"));
  const draw = random(SEED);
  return Array.from({ length: count }, () => {
    const bytes = mutate(leaves[draw(leaves.length)], draw);
    return { hex: Buffer.from(bytes).toString("hex"), code: codeOf(() => decodeLeaf(bytes)) };
  });
}

function codeOf(work) {
  try {
    work();
    return "ok";
  } catch (error) {
    if (typeof error?.code !== "string") throw error;
    return error.code;
  }
}
