/** The owner's screen: shows who asks, has his wallet sign, hands the answer in. Spec: docs/spec/ownership.md "Proof". */
import { fromBase64url, toHex, utf8 } from "@cardano-dpp/offchain/domain/bytes";
import { DppError } from "@cardano-dpp/offchain/domain/errors";
import {
  formatOwnershipChallenge,
  type OwnershipChallenge,
  parseOwnershipChallenge,
} from "@cardano-dpp/offchain/usecases/ownership/challenge";
import { ownershipSigner } from "@cardano-dpp/offchain/usecases/ownership/proof";
import { post } from "./api.js";
import { byId, el, show } from "./dom.js";
import { productLines } from "./own-ask.js";
import { networkIdOf, type OwnedPassport } from "./own-ledger.js";
import { card, lines } from "./own-parts.js";
import { OWN_TEXTS } from "./own-texts.js";
import { keyHolding, type WalletStep, walletChooser } from "./own-wallet.js";
import type { ConnectedWallet } from "./wallet.js";

const T = OWN_TEXTS.prove;

export function showProve(owned: OwnedPassport, nonce: string): void {
  const challenge = challengeOf(owned, nonce);
  if (Date.now() >= challenge.expires) throw new DppError("auth/nonce-expired", T.expired);
  const { owner } = owned;
  if (owner === null) throw new DppError(owned.refused ?? "ownership/nobody", "nobody can prove it");
  show(
    byId("content"),
    card(
      T.heading,
      ...productLines(owned),
      el("p", {}, T.asks(challenge.verifier)),
      walletChooser(T.start, (wallet, step) => prove(wallet, step, owned, challenge)),
      el("p", {}, T.text),
      el("p", {}, el("code", { id: "challenge" }, ...lines(formatOwnershipChallenge(challenge)))),
    ),
  );
}

/**
 * Put together here from the page's own address and the nonce, not from what a server says: a challenge of another verifier cannot be passed off as this one's.
 * @throws DppError `ownership/challenge-malformed`.
 */
function challengeOf({ network, deployment, passport }: OwnedPassport, nonce: string): OwnershipChallenge {
  const bytes = fromBase64url(nonce);
  if (bytes.length < 6) throw new DppError("ownership/challenge-malformed", T.broken);
  const view = new DataView(bytes.buffer, bytes.byteOffset);
  const expires = view.getUint16(0) * 2 ** 32 + view.getUint32(2);
  const challenge = { verifier: location.host, network, deployment, passport, expires, nonce };
  if (Number.isNaN(new Date(expires).getTime()))
    throw new DppError("ownership/challenge-malformed", T.broken);
  return parseOwnershipChallenge(formatOwnershipChallenge(challenge));
}

async function prove(
  wallet: ConnectedWallet,
  { step }: WalletStep,
  { network, passport, owner }: OwnedPassport,
  challenge: OwnershipChallenge,
): Promise<HTMLElement> {
  const keys = await wallet.keys(networkIdOf(network));
  const { addresses, keyHash } = keyHolding(keys, owner?.address ?? "", T.notHere);
  step(T.sign);
  const [address = ""] = addresses;
  const signed = await wallet.signData(address, toHex(utf8(formatOwnershipChallenge(challenge))));
  // What the server would refuse is refused here, where the wallet can be named.
  if (ownershipSigner(challenge, { address, ...signed }) !== keyHash)
    throw new DppError("cip8/key-mismatch", "the wallet signed with another key");
  await post("/ownership/verify", { passport, address, nonce: challenge.nonce, ...signed });
  return el("div", { class: "verdict", "data-state": "passed", id: "proven" }, el("strong", {}, T.done));
}
