/**
 * Keys in a directory: `<name>.json`, readable by its owner alone, whole or absent. Each holds an Ed25519 key that signs and an X25519 key that
 * reads. Leaves out hardware and browser wallets, which sign through CIP-30.
 */
import { mkdir, readdir, readFile } from "node:fs/promises";
import { join } from "node:path";
import { keyHashOf } from "../crypto/cip8.js";
import { eventScalar, eventSeed } from "../crypto/event-key.js";
import { fromHex, toHex } from "../domain/bytes.js";
import { DppError, isDppError } from "../domain/errors.js";
import type { Random } from "../ports/clock.js";
import type { EventSigner } from "../ports/event-signer.js";
import type { Network } from "../ports/ledger.js";
import type { Signer } from "../ports/signer.js";
import { createFile } from "./durable-file.js";
import { nodeEventSigner } from "./ed25519-node.js";
import { decodeKeyFile, encodeKeyFile, type KeyFile, makeKeyFile, openKeyFile } from "./keystore-file.js";
import { enterpriseAddress, keySigner } from "./keystore-signer.js";
import { nodeP256Signer } from "./p256-node.js";

/** Forms of which a key for events can be derived; it then lies in software. */
export type DerivedForm = "Ed25519" | "P-256";

export interface KeyEntry {
  readonly name: string;
  readonly keyHash: string;
  /** Enterprise address, bech32. */
  readonly address: string;
  /** X25519 public key, hex. */
  readonly readingKey: string;
}

export interface ReadingKey {
  /** X25519, hex. */
  readonly publicKey: string;
  /** Hands over the X25519 secret (32 bytes): for opening stanzas, never for storage. A method, so that printing the key shows nothing. */
  secret(): Uint8Array;
}

export interface OpenKey {
  readonly name: string;
  readonly signer: Signer;
  readonly reading: ReadingKey;
  /** The key for events that is derived from this one (docs/spec/event.md "Event key"). `config`: policy, hex. */
  events(config: string, generation?: number, form?: DerivedForm): EventSigner;
}

/** What the page's "open sealed data" takes. Secret. */
export interface ReadingKeyFile {
  readonly format: "cardano-dpp/reading-key";
  readonly version: 1;
  readonly name: string;
  readonly publicKey: string;
  readonly secretKey: string;
}

export interface Keystore {
  /** @throws DppError `keystore/exists`, `keystore/bad-name`. */
  create(name: string): Promise<KeyEntry>;
  /** @throws DppError `keystore/not-found`, `keystore/bad-name`, `keystore/locked`, `keystore/wrong-passphrase`, `keystore/corrupt`. */
  load(name: string): Promise<OpenKey>;
  /** By name; nothing is unlocked. A file that is no key is left out: it must not stand in the way of the others. `load` says what is wrong with it. */
  list(): Promise<readonly KeyEntry[]>;
  /** The signer whose key hash this is. @throws DppError `keystore/not-found`, and as `load`. */
  signerOf(keyHash: string): Promise<Signer>;
  /** @throws as `load`. */
  exportReadingKey(name: string): Promise<ReadingKeyFile>;
}

export interface KeystoreOptions {
  readonly network: Network;
  readonly random: Random;
  /** New keys are locked with it; plain ones open without it. */
  readonly passphrase?: string;
  /** scrypt's cost as a power of two, for new keys. */
  readonly logN?: number;
}

const SUFFIX = ".json";
const OWNER_ONLY = 0o600;
/** Also what keeps a name from being a path. */
const NAME = /^[a-z0-9][a-z0-9._-]{0,63}$/;

export const openKeystore = (directory: string, options: KeystoreOptions): Keystore =>
  new DirectoryKeystore(directory, options);

class DirectoryKeystore implements Keystore {
  private readonly directory: string;
  private readonly options: KeystoreOptions;
  private readonly opened = new Map<string, Promise<OpenKey>>();

  constructor(directory: string, options: KeystoreOptions) {
    this.directory = directory;
    this.options = options;
  }

  async create(name: string): Promise<KeyEntry> {
    const path = this.path(name);
    const { random, passphrase, logN } = this.options;
    const file = await makeKeyFile(name, random, passphrase, logN);
    await mkdir(this.directory, { recursive: true, mode: 0o700 });
    if (!(await createFile(path, encodeKeyFile(file), OWNER_ONLY))) {
      throw new DppError("keystore/exists", `there is a key ${name} already`, { details: { name } });
    }
    return this.entry(file);
  }

  /** Unlocking costs a second by design, so a process unlocks each key once. */
  load(name: string): Promise<OpenKey> {
    const opened = this.opened.get(name) ?? this.open(name);
    this.opened.set(name, opened);
    opened.catch(() => this.opened.delete(name));
    return opened;
  }

  private async open(name: string): Promise<OpenKey> {
    const file = await this.read(name);
    const { signing, reading } = await openKeyFile(file, this.options.passphrase);
    return {
      name,
      signer: keySigner(signing, this.options.network),
      reading: { publicKey: file.readingKey, secret: () => reading.slice() },
      events: (config, generation = 0, form = "Ed25519") =>
        form === "Ed25519"
          ? nodeEventSigner(eventSeed(signing, config, generation))
          : nodeP256Signer(eventScalar(signing, config, generation)),
    };
  }

  async list(): Promise<readonly KeyEntry[]> {
    const names = (await this.files())
      .filter((file) => file.endsWith(SUFFIX))
      .map((file) => file.slice(0, -SUFFIX.length))
      .filter((name) => NAME.test(name))
      .sort();
    const entries = await Promise.all(names.map((name) => this.entryOf(name)));
    return entries.flat();
  }

  async signerOf(keyHash: string): Promise<Signer> {
    const entry = (await this.list()).find((candidate) => candidate.keyHash === keyHash);
    if (entry === undefined) {
      throw new DppError("keystore/not-found", `no key with the hash ${keyHash} lies here`, {
        details: { keyHash },
      });
    }
    return (await this.load(entry.name)).signer;
  }

  async exportReadingKey(name: string): Promise<ReadingKeyFile> {
    const { reading } = await this.load(name);
    const secretKey = toHex(reading.secret());
    return { format: "cardano-dpp/reading-key", version: 1, name, publicKey: reading.publicKey, secretKey };
  }

  private async entryOf(name: string): Promise<readonly KeyEntry[]> {
    try {
      return [this.entry(await this.read(name))];
    } catch (error) {
      if (isDppError(error, "keystore/corrupt")) return [];
      throw error;
    }
  }

  private path(name: string): string {
    if (NAME.test(name)) return join(this.directory, name + SUFFIX);
    throw new DppError("keystore/bad-name", "a key's name has 1 to 64 of a-z, 0-9, dot, dash and underscore");
  }

  private async files(): Promise<readonly string[]> {
    try {
      return await readdir(this.directory);
    } catch (error) {
      if ((error as NodeJS.ErrnoException).code === "ENOENT") return [];
      throw error;
    }
  }

  private async read(name: string): Promise<KeyFile> {
    const path = this.path(name);
    try {
      return decodeKeyFile(name, await readFile(path));
    } catch (error) {
      if ((error as NodeJS.ErrnoException).code !== "ENOENT") throw error;
      throw new DppError("keystore/not-found", `there is no key ${name}`, { details: { name } });
    }
  }

  private entry({ name, publicKey, readingKey }: KeyFile): KeyEntry {
    const keyHash = keyHashOf(fromHex(publicKey));
    return { name, keyHash, address: enterpriseAddress(keyHash, this.options.network), readingKey };
  }
}
