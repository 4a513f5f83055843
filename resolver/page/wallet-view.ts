/** Reading with a role: the wallet picker, the groups that it opens, the refusals in words, the reading key. */

import type { ReadingKeyPair } from "@cardano-dpp/offchain/crypto/x25519";
import { DppError, isDppError } from "@cardano-dpp/offchain/domain/errors";
import type { Policy } from "@cardano-dpp/offchain/domain/policy";
import { decodeReadingKeyFile, openReadingKeyFile } from "@cardano-dpp/offchain/usecases/reading-key-file";
import type { PassportAnswer } from "../src/passport/answer.js";
import { fetchAnswer } from "./api.js";
import { byId, type Child, el, show } from "./dom.js";
import { factList } from "./element-view.js";
import {
  directGroups,
  type GroupElements,
  openDirectGroups,
  publicKeyText,
  readEscrowGroups,
} from "./group-reading.js";
import { createPasskey, usePasskey } from "./passkey.js";
import { proveRole, type RoleSession } from "./role-session.js";
import { TEXTS } from "./texts.js";
import { type InstalledWallet, installedWallets } from "./wallet.js";

export interface WalletPanel {
  readonly answer: PassportAnswer;
  readonly networkId: 0 | 1;
  readonly policy: Policy | null;
  /** What proofs are held against. */
  readonly ledger: { readonly root: string; readonly issuer: string };
}

const T = TEXTS.wallet;

/** Words for whatever went wrong; never a stack. */
export const inWords = (error: unknown): string =>
  isDppError(error)
    ? (TEXTS.problems[error.code] ?? error.message)
    : error instanceof Error
      ? error.message
      : String((error as { info?: unknown })?.info ?? T.declined);

const section = (...children: readonly Child[]): HTMLElement =>
  el(
    "section",
    { class: "card", "aria-labelledby": "role" },
    el("h2", { id: "role", tabindex: "-1" }, T.heading),
    ...children,
  );

export function showWallet(panel: WalletPanel): void {
  const status = el("div", { role: "status", "aria-live": "polite", id: "wallet-status" });
  const offer = (): void => {
    const wallets = installedWallets();
    if (wallets.length === 0) show(status, el("p", {}, T.none));
    else
      show(
        status,
        ...wallets.map((wallet) =>
          el("button", { type: "button", click: () => void run(wallet) }, T.connectWith(wallet.name)),
        ),
      );
  };
  const run = async (wallet: InstalledWallet): Promise<void> => {
    const step = (text: string): void => show(status, el("p", {}, text));
    try {
      step(T.connecting);
      const session = await proveRole(
        await wallet.enable(),
        panel.networkId,
        panel.answer.deployment.configPolicy,
        step,
      );
      const answer = await fetchAnswer(location, session.token);
      if (answer.reading === null) throw new DppError("server/format", T.noRole);
      showReading(panel, session, { ...answer, reading: answer.reading });
    } catch (error) {
      show(status, el("p", { role: "alert", "data-state": "failed" }, inWords(error)));
    }
  };
  show(
    byId("wallet"),
    section(
      el("p", {}, T.intro),
      el("button", { type: "button", class: "primary", click: offer }, T.connect),
      status,
    ),
  );
}

type ReadAnswer = PassportAnswer & { readonly reading: NonNullable<PassportAnswer["reading"]> };

function showReading(panel: WalletPanel, session: RoleSession, answer: ReadAnswer): void {
  const { reading } = answer;
  const direct = directGroups(reading);
  show(
    byId("wallet"),
    section(
      el("p", { id: "role-proven" }, el("strong", {}, T.roles(reading.roles.map(({ role }) => role)))),
      ...[...session.refused, ...reading.refusedRoles].map(({ role, code, message }) =>
        el("p", { "data-state": "warning" }, T.refusedRole(role, TEXTS.problems[code] ?? message)),
      ),
      ...readEscrowGroups(reading, panel.ledger.root).map((group) =>
        groupView(panel.policy, group, T.verified(group.elements.length)),
      ),
      direct.length > 0 && keyPanel(panel, answer, direct),
      ...reading.refused.map(({ name, message }) =>
        el(
          "div",
          { "data-refused": name },
          el("h3", {}, T.refusedGroup(name)),
          el("p", { "data-state": "warning" }, message),
        ),
      ),
      el("button", { type: "button", click: () => showWallet(panel) }, T.disconnect),
    ),
  );
  // The panel was replaced under the reader: keyboard and screen reader go on at its heading.
  byId("role").focus();
}

const groupView = (
  policy: Policy | null,
  { name, elements, refused }: GroupElements,
  note: string,
): HTMLElement =>
  el(
    "div",
    { "data-group": name },
    el("h3", {}, T.group(name)),
    refused.length > 0 && el("p", { role: "alert", "data-state": "failed" }, T.tampered(refused)),
    factList(policy, elements),
    el("p", { class: "detail" }, note),
  );

function keyPanel(panel: WalletPanel, answer: ReadAnswer, names: readonly string[]): HTMLElement {
  const K = TEXTS.key;
  const result = el("div", { id: "direct", "aria-live": "polite" });
  const open = async (obtain: () => Promise<ReadingKeyPair>): Promise<void> => {
    let key: ReadingKeyPair | null = null;
    try {
      key = await obtain();
      const groups = await openDirectGroups(answer, key, panel.ledger);
      show(result, ...groups.map((group) => groupView(panel.policy, group, K.opened(group.elements.length))));
    } catch (error) {
      show(
        result,
        el("p", { role: "alert", "data-state": "failed" }, inWords(error)),
        key !== null && publicKeyNote(key),
      );
    } finally {
      key?.secretKey.fill(0);
    }
  };
  const create = async (): Promise<void> => {
    try {
      const key = await createPasskey();
      show(result, publicKeyNote(key));
      key.secretKey.fill(0);
    } catch (error) {
      show(result, el("p", { role: "alert", "data-state": "failed" }, inWords(error)));
    }
  };
  const file = el("input", { type: "file", accept: "application/json,.json", id: "key-file" });
  const passphrase = el("input", { type: "password", autocomplete: "off", id: "key-passphrase" });
  const fromFile = async (): Promise<ReadingKeyPair> => {
    const [chosen] = file.files ?? [];
    if (chosen === undefined) throw new DppError("reading-key/malformed", K.file);
    return openReadingKeyFile(decodeReadingKeyFile(await chosen.text()), passphrase.value);
  };
  const submitFile = (event: Event): void => {
    event.preventDefault();
    void open(fromFile);
  };
  return el(
    "div",
    { "data-direct": names.join(" ") },
    el("h3", {}, K.heading(names)),
    el("p", {}, K.intro),
    el("button", { type: "button", click: () => void open(usePasskey) }, K.passkey),
    el("button", { type: "button", click: () => void create() }, K.create),
    el(
      "form",
      { submit: submitFile },
      el("label", {}, K.file, file),
      el("label", {}, K.passphrase, passphrase),
      el("button", { type: "submit" }, K.useFile),
    ),
    result,
  );
}

const publicKeyNote = (key: ReadingKeyPair): HTMLElement =>
  el("p", {}, TEXTS.key.publicKey, " ", el("code", { id: "reading-public-key" }, publicKeyText(key)));
