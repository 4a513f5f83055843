/** `dpp event pack` for a source whose key lies elsewhere: what is to be signed goes out as a file, the signature comes back as one. docs/device-keys.md. */
import { decodeEventKey } from "../src/codec/event-key.js";
import {
  decodePackToSign,
  encodePackToSign,
  MAX_TO_SIGN,
  type PackToSign,
  packToSign,
} from "../src/codec/pack-to-sign.js";
import { fromHex } from "../src/domain/bytes.js";
import { DppError } from "../src/domain/errors.js";
import type { EventKey } from "../src/domain/event-key.js";
import { formWords } from "../src/domain/event-key-words.js";
import { TIER_WORDS } from "../src/domain/tier-words.js";
import type { StoredPack } from "../src/ports/event-store.js";
import type { EventReading } from "../src/usecases/events/context.js";
import { nextHeader, type Sealed, sealSigned } from "../src/usecases/events/seal.js";
import type { AttestationView } from "../src/usecases/resolve.js";
import { readInput } from "./input.js";
import { isoTime } from "./output.js";
import { assertWritable, writeOutput } from "./output-file.js";
import { readSignature } from "./signature-input.js";

export interface ToSign {
  /** `null`: nothing to seal. */
  readonly pack: PackToSign | null;
  readonly held: Sealed["held"];
  readonly lines: readonly string[];
}

/** Seals nothing: the same call gives the same pack until another event is recorded. @throws DppError `key/*`, `output/file`, and as `nextHeader`. */
export async function writeToSign(
  reading: EventReading,
  view: AttestationView,
  path: string,
  max: number,
): Promise<ToSign> {
  await assertWritable(path);
  const key = decodeEventKey(view);
  const { header, held } = await nextHeader(reading, view, { max });
  if (header === null) return { pack: null, held, lines: ["nothing to seal"] };
  const pack = packToSign(header, key.form);
  await writeOutput(path, encodePackToSign(pack));
  return { pack, held, lines: [`written ${path}`, ...toSignLines(pack, view, key)] };
}

function toSignLines(
  pack: PackToSign,
  { role, operator, name }: AttestationView,
  key: EventKey,
): readonly string[] {
  const { lo, hi, cmin, cmax, tier, digest, challenge } = pack;
  return [
    `${role} ${operator} says with it: these are my events ${lo} to ${hi - 1}, all of them, in this order,`,
    `captured from ${isoTime(cmin)} to ${isoTime(cmax)}; ${TIER_WORDS[tier].long}`,
    `source     ${name}`,
    `root       ${pack.root}`,
    `digest     ${digest}`,
    `challenge  ${challenge}`,
    HOW[key.form],
    ...(key.form === "WebAuthn" ? [`on a page of ${key.origin}, with user verification required`] : []),
    "Then: dpp event pack --signature <file> --of <this file>",
  ];
}

const HOW: Readonly<Record<EventKey["form"], string>> = {
  Ed25519: "Sign the 32 bytes of the digest with the Ed25519 key",
  "P-256": `Sign the 32 bytes of the digest, as a message (ECDSA with SHA-256: they are hashed once more), with the ${formWords("P-256")} key`,
  WebAuthn: "Have the authenticator sign the challenge (navigator.credentials.get)",
};

/** @throws DppError `usage/arguments` for another source's file, `pack/to-sign`, and as `readSignature`, `sealSigned`. */
export async function completePack(
  reading: EventReading,
  view: AttestationView,
  signature: string,
  of: string,
): Promise<StoredPack> {
  const { form: _, digest, challenge: __, ...header } = decodePackToSign(await readInput(of, MAX_TO_SIGN));
  if (header.source !== view.name)
    throw new DppError("usage/arguments", `${of} is of the source ${header.source}, not of ${view.name}`);
  const signed = await readSignature(signature, decodeEventKey(view), fromHex(digest));
  return sealSigned(reading, view, header, signed);
}
