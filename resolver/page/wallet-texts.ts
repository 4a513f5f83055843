/** What the page says of wallets beyond `texts.ts`: each refusal says what to do. Plain words first. */
import { type DppError, isDppError } from "@cardano-dpp/offchain/domain/errors";
import { TEXTS } from "./texts.js";

const REASONS: Readonly<Record<string, string>> = {
  "cip8/address-mismatch": "it signed with another address than it was asked for",
  "cip8/key-mismatch": "it signed with another key than the address's",
  "cip8/payload-mismatch": "it signed another text than it was given",
  "cip8/bad-signature": "its signature does not belong to what it was given to sign",
  "cip8/algorithm": "it signed with another kind of key than Cardano's",
  "cip8/no-coin": "it names neither a coin nor an address that a transaction could pay",
  "cose/malformed": "its answer is not what CIP-30 describes",
  "bytes/hex": "its answer is not what CIP-30 describes",
  "wallet/incomplete": "it lacks what CIP-30 asks for",
  "wallet/no-answer": "it does not answer",
};

/** Why the wallet did not sign, as half a sentence. */
const reason = (error: DppError | null): string => {
  const { words } = error?.details ?? {};
  if (typeof words === "string" && words !== "") return `it says “${words}”`;
  return REASONS[error?.code ?? ""] ?? "it gives no reason";
};

export const WALLET_TEXTS = {
  cancel: "Cancel",
  steps: {
    again: "The wallet's account changed: connecting again …",
    first: "Please sign in your wallet: first of two texts, for the address that holds your role.",
    second: "Please sign in your wallet: second of two texts, for the address where your badge lies.",
    transaction:
      "This wallet signs no text. Please sign the transaction that it shows: it ended long ago, can never be sent, and moves nothing.",
  },
  badgeElsewhere: (address: string | null): string =>
    address === null
      ? "Your role's badge lies nowhere, or in several places. Ask the consortium for a new one."
      : `Your role's badge lies at ${address}, which this wallet does not sign for. Send the badge to this wallet, or connect the one that holds it.`,
  /** `holder`: null, or the address that a badge should be sent to when the key that it lies under does not sign. */
  cannotSign: (error: DppError | null, holder: string | null): string =>
    `This wallet signs neither a text nor a transaction with the key that ${
      holder === null ? "holds your role" : "your badge lies under"
    }: ${reason(error)}. ${
      holder === null
        ? "Unlock it, choose the account that holds your role, update it, or use another wallet with the same recovery phrase."
        : `Send the badge to ${holder}, or use another wallet with the same recovery phrase.`
    }`,

  problems: {
    "wallet/cancelled": "Cancelled.",
    "wallet/declined": TEXTS.wallet.declined,
    "wallet/foreign-host": TEXTS.wallet.foreignHost,
    "wallet/account-changed":
      "The wallet's account keeps changing. Choose the account that holds your role, then connect again.",
    "wallet/incomplete":
      "This wallet does not offer what CIP-30 asks for. Update it, or use another wallet with the same recovery phrase.",
    "wallet/no-address":
      "The wallet names no address. Unlock it, choose an account that has been used, then connect again.",
    "wallet/no-answer": "The wallet does not answer. Unlock it, or restart the browser, then connect again.",
    "auth/network":
      "The wallet is on another network than these passports. Switch its network, then connect again.",
    "cip8/network":
      "The wallet is on another network than these passports. Switch its network, then connect again.",
    "cip8/script-address":
      "This account is a script, such as an account with several signers: a script cannot sign. Connect an account with a key of its own; a role that is held by a script cannot be used for reading.",
    "address/unsupported":
      "This account has only addresses of the Byron era, or pointer addresses. Connect a Shelley account (addresses addr…, stake…).",
  } as Readonly<Record<string, string>>,
};

/** Words for whatever went wrong with a wallet; null when they stand elsewhere. */
export const walletWords = (error: unknown): string | null => {
  if (!isDppError(error)) return null;
  // These carry their own sentence, with the address or the wallet's reason in it.
  if (error.code === "wallet/cannot-sign" || "badge" in error.details) return error.message;
  if (error.code === "wallet/failed")
    return `The wallet failed: ${reason(error)}. Unlock it, then connect again.`;
  return WALLET_TEXTS.problems[error.code] ?? null;
};
