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
import { type InstalledWallet, installedWallets } from "./wallet-list.js";
import { WALLET_TEXTS, walletWords } from "./wallet-texts.js";

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
  walletWords(error) ??
  (isDppError(error)
    ? (TEXTS.problems[error.code] ?? error.message)
    : error instanceof Error
      ? error.message
      : T.declined);

const section = (...children: readonly Child[]): HTMLElement =>
  el(
    "section",
    { class: "card", "aria-labelledby": "role" },
    el("h2", { id: "role", tabindex: "-1" }, T.heading),
    ...children,
  );

/** ms for a wallet's answer that needs nobody's consent. */
const ANSWER_WITHIN = 20_000;
/** The wallet that is being asked; one at a time, and none after the panel was drawn anew. */
let asking: AbortController | null = null;

export function showWallet(panel: WalletPanel): void {
  asking?.abort();
  const status = el("div", { role: "status", "aria-live": "polite", id: "wallet-status" });
  const offer = (): void => {
    asking?.abort();
    const wallets = installedWallets();
    if (wallets.length === 0) show(status, el("p", {}, T.none));
    else show(status, ...wallets.map((wallet) => walletButton(wallet, () => void run(wallet))));
  };
  const run = async (wallet: InstalledWallet): Promise<void> => {
    asking?.abort();
    const mine = new AbortController();
    asking = mine;
    // Replacing the button at each step would drop the keyboard's focus.
    const text = el("p", {}, T.connecting);
    show(status, text, el("button", { type: "button", click: offer }, WALLET_TEXTS.cancel));
    try {
      const session = await proveRole(wallet, {
        networkId: panel.networkId,
        host: location.host,
        configPolicy: panel.answer.deployment.configPolicy,
        signal: mine.signal,
        answerWithin: ANSWER_WITHIN,
        step: (words) => text.replaceChildren(words),
      });
      if (mine.signal.aborted) return;
      const answer = await fetchAnswer(location, session.token);
      if (mine.signal.aborted) return;
      if (answer.reading === null) throw new DppError("server/format", T.noRole);
      showReading(panel, session, { ...answer, reading: answer.reading });
    } catch (error) {
      // The reader cancelled, or chose another wallet: nobody waits for this one's words.
      if (mine.signal.aborted) return;
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

const walletButton = ({ name, icon }: InstalledWallet, click: () => void): HTMLElement =>
  el(
    "button",
    { type: "button", click },
    icon !== null && el("img", { src: icon, alt: "", width: "20", height: "20" }),
    icon !== null && " ",
    // Isolated: a name in another direction does not turn the words around it.
    el("bdi", {}, T.connectWith(name)),
  );

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
