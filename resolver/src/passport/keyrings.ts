/** Issuers' keyrings by CID: decoded, and opened with the resolver's own key for the escrow groups. Kept in memory, since a CID names its bytes. */
import { decodeKeyring } from "@cardano-dpp/offchain/codec/keyring";
import type { GroupKeyring } from "@cardano-dpp/offchain/crypto/group-keys";
import { openKeyring } from "@cardano-dpp/offchain/crypto/keyring";
import { DppError, isDppError } from "@cardano-dpp/offchain/domain/errors";
import { type Keyring, MAX_KEYRING_BYTES } from "@cardano-dpp/offchain/domain/keyring";
import type { ContentStore } from "@cardano-dpp/offchain/ports/content-store";
import { RecentMap } from "./cache.js";

export interface LoadedKeyring {
  readonly keyring: Keyring;
  /** Null when the issuer did not seal to this resolver. */
  readonly opened: GroupKeyring | null;
}

/** A keyring for 10,000 readers has about a megabyte. */
const REMEMBERED = 16;

export class KeyringReader {
  private readonly content: ContentStore;
  private readonly resolverKey: Uint8Array | null;
  private readonly keyrings = new RecentMap<string, LoadedKeyring>(REMEMBERED);

  /** `resolverKey`: X25519 secret, 32 bytes; null for a resolver that opens nothing. */
  constructor(content: ContentStore, resolverKey: Uint8Array | null) {
    this.content = content;
    this.resolverKey = resolverKey;
  }

  /** @throws DppError `content/missing`, `content/*`, `keyring/*`. */
  async read(cid: string): Promise<LoadedKeyring> {
    return this.keyrings.get(cid) ?? this.keyrings.set(cid, await this.load(cid));
  }

  private async load(cid: string): Promise<LoadedKeyring> {
    const bytes = await this.content.get(cid, { maxBytes: MAX_KEYRING_BYTES });
    if (bytes === null) {
      throw new DppError("content/missing", "the issuer's keyring is not on the content store", {
        details: { cid },
      });
    }
    const keyring = decodeKeyring(bytes);
    return { keyring, opened: await this.open(keyring) };
  }

  private async open(keyring: Keyring): Promise<GroupKeyring | null> {
    if (this.resolverKey === null) return null;
    try {
      return await openKeyring(keyring, { secretKey: this.resolverKey });
    } catch (error) {
      if (isDppError(error, "keyring/not-a-recipient")) return null;
      throw error;
    }
  }
}
