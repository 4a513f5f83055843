/** A manufacturer's keyring: make it, bring it up to date, open it. What it is: docs/spec/keyring.md. */
import { decodeKeyring, encodeKeyring } from "../codec/keyring.js";
import type { GroupKeyring } from "../crypto/group-keys.js";
import { createKeyring, openKeyring } from "../crypto/keyring.js";
import { type Recipient, unusableRecipients } from "../crypto/keyring-recipients.js";
import { refreshKeyring } from "../crypto/keyring-refresh.js";
import { fromHex } from "../domain/bytes.js";
import { cidToHex } from "../domain/cid.js";
import { DppError, isDppError } from "../domain/errors.js";
import { MAX_KEYRING_BYTES } from "../domain/keyring.js";
import type { Policy } from "../domain/policy.js";
import type { Signer } from "../ports/signer.js";
import { planPublishKeyring } from "../tx/roles.js";
import type { Context } from "./context.js";
import { loadDeployment } from "./deployment.js";
import { type AttestationView, listAttestations } from "./resolve.js";
import { requireLive } from "./roles.js";
import { type Submitted, submitPlan, validityNow } from "./submit.js";

export interface KeyringRefresh {
  /** Attestation name (hex) of the manufacturer. */
  readonly attestation: string;
  /** X25519 secret that opens the present keyring; the one that belongs to the attestation's `enc_pk`, or to the one before a rotation. */
  readonly secretKey: Uint8Array;
  /** Policies that passports are sealed under. */
  readonly policies: readonly Policy[];
  /** Public keys of the resolvers that open escrow groups. */
  readonly resolvers: readonly Uint8Array[];
}

export interface KeyringRefreshed {
  readonly change: "created" | "none" | "extended" | "epoch";
  readonly content: string;
  readonly bytes: number;
  readonly recipients: number;
  /** Attestations (names, hex) whose reading key cannot be wrapped to: they stay without keys until they rotate it. */
  readonly unusable: readonly string[];
  readonly submitted: Submitted | null;
}

const ATTEMPTS = 5;

/**
 * Wraps the group keys to every actor whose role is in force now. A reader who is gone since the last time opens a new epoch. When another refresh was
 * published meanwhile, it begins again from that one. @throws DppError `keyring/changed` when that happens again and again.
 */
export async function refreshManufacturerKeyring(
  context: Context,
  signers: readonly [Signer, ...Signer[]],
  refresh: KeyringRefresh,
): Promise<KeyringRefreshed> {
  for (let attempt = 1; ; attempt++) {
    try {
      return await refreshOnce(context, signers, refresh);
    } catch (error) {
      if (attempt === ATTEMPTS || !isDppError(error, "keyring/changed")) throw error;
    }
  }
}

async function refreshOnce(
  context: Context,
  signers: readonly [Signer, ...Signer[]],
  refresh: KeyringRefresh,
): Promise<KeyringRefreshed> {
  const view = await requireLive(context, refresh.attestation);
  const recipients = [
    ...(await listAttestations(context))
      .filter(({ live, name }) => live && name !== view.name)
      .map(recipientOf),
    ...refresh.resolvers.map((publicKey): Recipient => ({ kind: "resolver", publicKey })),
  ];
  const unusable = unusableRecipients(recipients);
  const common = {
    issuer: { name: view.name, keyEpoch: view.keyEpoch, publicKey: fromHex(view.encPk) },
    policies: refresh.policies,
    recipients,
    random: context.random,
  };
  const { keyring, change } =
    view.keyring === null
      ? {
          keyring: await createKeyring({ ...common, config: context.contracts.config.hash }),
          change: "created" as const,
        }
      : await refreshKeyring({
          ...common,
          keyring: decodeKeyring(await keyringBytes(context, view.keyring)),
          secretKey: refresh.secretKey,
        });
  const bytes = encodeKeyring(keyring);
  const content = await context.content.put(bytes);
  const changed = content !== view.keyring;
  return {
    change,
    content,
    bytes: bytes.length,
    recipients: recipients.length + 1 - unusable.length,
    unusable: unusable.flatMap((recipient) => (recipient.kind === "role" ? [recipient.name] : [])),
    submitted: changed ? await publishInsteadOf(context, signers, view, content) : null,
  };
}

/**
 * Publishes the keyring if the one it was made from still stands: overwriting another refresh would lose the keys of its epoch, and with them what was
 * sealed under it. @throws DppError `keyring/changed`.
 */
function publishInsteadOf(
  context: Context,
  signers: readonly [Signer, ...Signer[]],
  { name, keyring }: AttestationView,
  content: string,
): Promise<Submitted> {
  return submitPlan(context, signers, async () => {
    const present = await requireLive(context, name);
    if (present.keyring !== keyring) {
      throw new DppError("keyring/changed", "another keyring was published meanwhile: try again");
    }
    return planPublishKeyring(
      context.contracts,
      await loadDeployment(context),
      present.utxo,
      cidToHex(content),
      await validityNow(context, present),
    );
  });
}

const recipientOf = ({ role, name, keyEpoch, encPk }: AttestationView): Recipient => ({
  kind: "role",
  role,
  name,
  keyEpoch,
  publicKey: fromHex(encPk),
});

/** @throws DppError `keyring/missing` when the content store does not have it. */
async function keyringBytes({ content }: Pick<Context, "content">, cid: string): Promise<Uint8Array> {
  const bytes = await content.get(cid, { maxBytes: MAX_KEYRING_BYTES });
  if (bytes === null) throw new DppError("keyring/missing", `the keyring ${cid} is not on the content store`);
  return bytes;
}

/** The group keys that a reader holds with this manufacturer. @throws DppError `keyring/none` before the first refresh; `keyring/not-a-recipient`. */
export async function openManufacturerKeyring(
  context: Pick<Context, "content">,
  issuer: AttestationView,
  reader: { readonly name?: string; readonly secretKey: Uint8Array },
): Promise<GroupKeyring> {
  if (issuer.keyring === null) {
    throw new DppError("keyring/none", "this manufacturer has no keyring yet: run `dpp keyring refresh`");
  }
  return openKeyring(decodeKeyring(await keyringBytes(context, issuer.keyring)), reader);
}
