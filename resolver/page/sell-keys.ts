/** The hand-over, made in the seller's browser: his owner keys for this product, sealed to the buyer. Spec: docs/spec/action.md "Hand-over". */
import { decodeActionRecord } from "@cardano-dpp/offchain/codec/action-record";
import {
  type KeysToHandOver,
  keysToHandOver,
  openHandOvers,
} from "@cardano-dpp/offchain/crypto/action-hand-over";
import type { ReadingKeyPair } from "@cardano-dpp/offchain/crypto/x25519";
import { type ActionRecord, MAX_SALE_OWNER_KEYS } from "@cardano-dpp/offchain/domain/action";
import { fromHex } from "@cardano-dpp/offchain/domain/bytes";
import { isDppError } from "@cardano-dpp/offchain/domain/errors";
import { sealAction } from "@cardano-dpp/offchain/usecases/actions/seal";
import { decodeReadingKeyFile, openReadingKeyFile } from "@cardano-dpp/offchain/usecases/reading-key-file";
import { fetchContent, get } from "./api.js";
import { el, show } from "./dom.js";
import { alertOf, button } from "./own-parts.js";
import { OWN_TEXTS } from "./own-texts.js";
import { usePasskey } from "./passkey.js";
import { TEXTS } from "./texts.js";

const T = OWN_TEXTS.give;
const random = {
  bytes: (length: number): Uint8Array => crypto.getRandomValues(new Uint8Array(length)),
};

export interface PassportName {
  /** Config policy, hex. */
  readonly config: string;
  /** Passport id, hex. */
  readonly passport: string;
}

/** The owner keys that the holder of a reading key hands on: his own, and those of earlier hand-overs to him that open something. */
export async function ownerKeysFrom(key: ReadingKeyPair, name: PassportName): Promise<KeysToHandOver> {
  const { records } = await get<{ records: readonly string[] }>(`/ownership/${name.passport}/records`);
  const read: ActionRecord[] = [];
  for (const cid of records) {
    try {
      read.push(decodeActionRecord(await fetchContent(cid)));
    } catch (error) {
      // A record that is lost or broken carries no keys any more; the others still do.
      if (!isDppError(error)) throw error;
    }
  }
  return keysToHandOver(read, await openHandOvers(read, key.secretKey, name), MAX_SALE_OWNER_KEYS);
}

/** The transfer's record for the present head; without keys or a buyer's reading key nothing is handed over. */
export async function transferRecord(
  name: PassportName,
  previous: string,
  buyerKey: string | null,
  keys: readonly ReadingKeyPair[],
): Promise<Uint8Array> {
  const handOver = buyerKey === null || keys.length === 0 ? null : { buyer: fromHex(buyerKey), keys };
  const { bytes } = await sealAction(
    {
      ...name,
      previous,
      type: "transfer",
      at: Date.now(),
      actor: null,
      elements: [],
      sections: [],
      handOver,
    },
    random,
  );
  return bytes;
}

/** Passkey or reading key file; `use` gets the owner keys, which stay in this page's memory. */
export function keysPanel(name: PassportName, use: (keys: readonly ReadingKeyPair[]) => void): HTMLElement {
  const status = el("div", { id: "key-status", role: "status", "aria-live": "polite" });
  const open = async (obtain: () => Promise<ReadingKeyPair>): Promise<void> => {
    try {
      const key = await obtain();
      const { keys, cut } = await ownerKeysFrom(key, name);
      key.secretKey.fill(0);
      use(keys);
      const warning = cut ? [el("p", { role: "alert", id: "keys-cut" }, T.keysCut)] : [];
      show(status, el("p", { "data-state": "passed" }, T.keysReady(keys.length)), ...warning);
    } catch (error) {
      show(status, alertOf(error));
    }
  };
  const file = el("input", { type: "file", accept: "application/json,.json", id: "key-file" });
  const passphrase = el("input", { type: "password", autocomplete: "off", id: "key-passphrase" });
  const fromFile = async (): Promise<ReadingKeyPair> =>
    openReadingKeyFile(decodeReadingKeyFile((await file.files?.[0]?.text()) ?? ""), passphrase.value);
  const submitted = (event: Event): void => {
    event.preventDefault();
    void open(fromFile);
  };
  return el(
    "div",
    { id: "keys" },
    el("h3", {}, T.keys),
    el("p", {}, T.keysIntro),
    button(TEXTS.key.passkey, () => void open(usePasskey)),
    el(
      "details",
      {},
      el("summary", {}, TEXTS.key.file),
      el(
        "form",
        { submit: submitted },
        el("label", {}, TEXTS.key.file, file),
        el("label", {}, TEXTS.key.passphrase, passphrase),
        el("button", { type: "submit" }, T.useFile),
      ),
    ),
    status,
    el("p", { class: "detail" }, T.withoutKeys),
  );
}
