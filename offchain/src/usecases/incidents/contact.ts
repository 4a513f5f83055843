/** How a reporter can be reached, sealed to the consortium's contact key. Spec: docs/spec/incident.md "Contact". */
import type { IncidentBody } from "../../codec/incident.js";
import { type HpkeContext, hpkeOpen, hpkeSealer } from "../../crypto/hpke.js";
import { pad, unpad } from "../../crypto/padding.js";
import { publicKeyOf } from "../../crypto/x25519.js";
import { concat, fromBase64url, fromHex, fromUtf8, toBase64url, toHex, utf8 } from "../../domain/bytes.js";
import { DppError } from "../../domain/errors.js";
import type { Random } from "../../ports/clock.js";

export interface ContactContext {
  /** Config policy of the deployment, hex. */
  readonly config: string;
  readonly incident: string;
}

const contextOf = ({ config, incident }: ContactContext): HpkeContext => ({
  info: concat(utf8("dpp/incident/contact/1"), fromHex(config)),
  aad: fromHex(incident),
});

/** `publicKey`: X25519. @throws DppError `keyring/bad-public-key`. */
export async function sealContact(
  random: Random,
  publicKey: Uint8Array,
  contact: string,
  context: ContactContext,
): Promise<NonNullable<IncidentBody["contact"]>> {
  const sealed = await hpkeSealer(random)(publicKey, pad(utf8(contact)), contextOf(context));
  return { key: toHex(publicKey), sealed: toBase64url(sealed) };
}

/** @throws DppError `incident/other-key`, `keyring/cannot-open`. */
export async function openContact(
  secretKey: Uint8Array,
  { key, sealed }: NonNullable<IncidentBody["contact"]>,
  context: ContactContext,
): Promise<string> {
  if (toHex(publicKeyOf(secretKey)) !== key) {
    throw new DppError("incident/other-key", `the contact is sealed to another key: ${key}`, {
      details: { key },
    });
  }
  return fromUtf8(unpad(await hpkeOpen(secretKey, fromBase64url(sealed), contextOf(context))));
}
