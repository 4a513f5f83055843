/**
 * `contact-key.json` in the folder of incidents: the consortium's public key that reporters' contacts are sealed to. Its secret need not be on this machine.
 * Spec: docs/spec/incident.md "Contact".
 */
import { readFile, stat } from "node:fs/promises";
import { join } from "node:path";
import { isPublicKey } from "../crypto/x25519.js";
import { fromHex, toHex, utf8 } from "../domain/bytes.js";
import { DppError } from "../domain/errors.js";
import { replaceFile } from "./durable-file.js";
import { closeToOthers } from "./private-folder.js";

const FORMAT = "cardano-dpp/incident-contact-key";
const MAX_BYTES = 4096;
const pathIn = (folder: string): string => join(folder, "contact-key.json");

/** `null`: none is set up. @throws DppError `incident/contact-key` when the file is no key. */
export async function readContactKey(folder: string): Promise<Uint8Array | null> {
  const path = pathIn(folder);
  try {
    const { size } = await stat(path);
    const { format, version, publicKey } = JSON.parse(size > MAX_BYTES ? "" : await readFile(path, "utf8"));
    if (
      format === FORMAT &&
      version === 1 &&
      typeof publicKey === "string" &&
      isPublicKey(fromHex(publicKey))
    )
      return fromHex(publicKey);
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === "ENOENT") return null;
  }
  throw new DppError("incident/contact-key", `${path} is damaged: set the key up again (dpp incident key)`);
}

/** Replaces what stood there; reports that came before stay sealed to the key of before. @throws DppError `incident/contact-key`. */
export async function writeContactKey(folder: string, publicKey: Uint8Array): Promise<void> {
  if (!isPublicKey(publicKey)) {
    throw new DppError("incident/contact-key", "this is no X25519 public key that contacts may be sealed to");
  }
  const file = { format: FORMAT, version: 1, publicKey: toHex(publicKey) };
  await closeToOthers(folder);
  await replaceFile(pathIn(folder), utf8(`${JSON.stringify(file)}\n`), 0o600);
}
