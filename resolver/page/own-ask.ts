/** The asker's screen: shows a challenge as a code, waits for the answer, and checks it in this browser. Spec: docs/spec/ownership.md "Proof". */
import { DppError } from "@cardano-dpp/offchain/domain/errors";
import { parseOwnershipChallenge } from "@cardano-dpp/offchain/usecases/ownership/challenge";
import {
  decodeOwnershipProof,
  type OwnershipProof,
  ownershipSigner,
} from "@cardano-dpp/offchain/usecases/ownership/proof";
import { post } from "./api.js";
import { byId, el, show } from "./dom.js";
import { type OwnedPassport, readHolder } from "./own-ledger.js";
import { alertOf, button, card, copyable } from "./own-parts.js";
import { OWN_TEXTS } from "./own-texts.js";
import { qrImage } from "./qr.js";

const T = OWN_TEXTS.ask;
/** ms between two questions to the server. */
const POLL_EVERY = 2000;

interface Challenge {
  readonly nonce: string;
  readonly message: string;
  readonly expires: number;
}
type Answer = OwnershipProof & { readonly status: string };

export const proveLink = (passport: string, nonce: string): string =>
  `${location.origin}/owner#prove.${passport}.${nonce}`;

export function showAsk(owned: OwnedPassport): void {
  const area = el("div", { id: "ask" });
  const ask = async (): Promise<void> => {
    try {
      const challenge = await post<Challenge>("/ownership/challenge", { passport: owned.passport });
      assertAsked(owned, challenge);
      showChallenge(area, owned, challenge, () => void ask());
    } catch (error) {
      show(
        area,
        alertOf(error),
        button(OWN_TEXTS.tryAgain, () => void ask()),
      );
    }
  };
  show(
    area,
    button(T.start, () => void ask(), true),
  );
  show(byId("content"), card(T.heading, ...productLines(owned), el("p", {}, T.intro), area));
}

export const productLines = ({ name, status }: OwnedPassport): readonly HTMLElement[] => [
  el("p", {}, el("strong", { id: "product-name" }, OWN_TEXTS.product(name))),
  ...(status === "Active"
    ? []
    : [el("p", { "data-state": "failed", id: "product-status" }, OWN_TEXTS.status(status))]),
];

/** What is shown to the owner must be this page's own question, or the answer would prove something else. */
function assertAsked({ passport, deployment }: OwnedPassport, { message, nonce }: Challenge): void {
  const said = parseOwnershipChallenge(message);
  const ours =
    said.verifier === location.host &&
    said.passport === passport &&
    said.deployment === deployment &&
    said.nonce === nonce;
  if (!ours)
    throw new DppError("wallet/foreign-host", "the server made a challenge of another host or product");
}

function showChallenge(
  area: HTMLElement,
  owned: OwnedPassport,
  challenge: Challenge,
  again: () => void,
): void {
  const link = proveLink(owned.passport, challenge.nonce);
  const status = el("p", { id: "ask-status", role: "status", "aria-live": "polite" }, T.waiting);
  const problem = el("div", {});
  let ended = false;
  const end = async (answer: Answer): Promise<void> => {
    if (ended) return;
    ended = true;
    show(area, await verdict(owned, challenge, answer), button(OWN_TEXTS.tryAgain, again));
  };
  const poll = async (): Promise<void> => {
    if (ended || !area.isConnected) return;
    if (Date.now() >= challenge.expires) {
      ended = true;
      return show(area, el("p", {}, T.expired), button(OWN_TEXTS.tryAgain, again));
    }
    try {
      const { nonce } = challenge;
      const { answer } = await post<{ answer: Answer | null }>("/ownership/answer", {
        passport: owned.passport,
        nonce,
      });
      if (answer !== null) return await end(answer);
    } catch {
      // A network that is away for a moment ends nothing: the next question may be answered.
    }
    setTimeout(() => void poll(), POLL_EVERY);
  };
  show(
    area,
    qrImage(link, T.link),
    status,
    el("p", {}, T.until(challenge.expires)),
    copyable("prove-link", T.link, link),
    copyable("challenge-text", T.text, challenge.message),
    pasteForm(owned, challenge, end, problem),
    problem,
  );
  void poll();
}

function pasteForm(
  { passport }: OwnedPassport,
  { nonce }: Challenge,
  end: (answer: Answer) => Promise<void>,
  problem: HTMLElement,
): HTMLElement {
  const text = el("textarea", { id: "proof-text", rows: "4", autocomplete: "off", spellcheck: "false" });
  const submit = async (): Promise<void> => {
    show(problem);
    try {
      const proof = decodeOwnershipProof(text.value);
      if (proof.nonce !== nonce) throw new DppError("ownership/proof-foreign", "another challenge");
      const { address, signature, key } = proof;
      const { status } = await post<{ status: string }>("/ownership/verify", {
        passport,
        address,
        nonce,
        signature,
        key,
      });
      await end({ address, signature, key, status });
    } catch (error) {
      show(problem, alertOf(error));
    }
  };
  const submitted = (event: Event): void => {
    event.preventDefault();
    void submit();
  };
  return el(
    "details",
    {},
    el("summary", {}, T.paste),
    el(
      "form",
      { submit: submitted },
      el("label", {}, T.paste, text),
      el("button", { type: "submit" }, T.check),
    ),
  );
}

/** The server said that the answer is good; this browser looks for itself. */
async function verdict(owned: OwnedPassport, { message }: Challenge, answer: Answer): Promise<HTMLElement> {
  try {
    const signer = ownershipSigner(parseOwnershipChallenge(message), answer);
    const holder = await readHolder(owned.deployment, owned.passport);
    if (holder.keyHash !== signer) throw new DppError("ownership/not-owner", "another key holds it");
    return el(
      "div",
      { class: "verdict", "data-state": "passed", id: "ask-verdict", role: "status" },
      el("strong", {}, T.yes),
      el("p", {}, T.yesDetail(holder.address, holder.since ?? 0)),
      answer.status === "Active" ? null : el("p", {}, OWN_TEXTS.status(answer.status)),
      el("p", {}, T.limits),
    );
  } catch (error) {
    return el(
      "div",
      { class: "verdict", "data-state": "failed", id: "ask-verdict" },
      el("strong", {}, T.no),
      alertOf(error),
    );
  }
}
