/** Every English text of the ownership pages. Plain words first. */
import { isDppError } from "@cardano-dpp/offchain/domain/errors";
import { TEXTS } from "./texts.js";
import { walletWords } from "./wallet-texts.js";

const time = (ms: number): string => new Date(ms).toISOString().replace("T", " ").slice(0, 16);
const ada = (lovelace: bigint): string =>
  `${lovelace / 1_000_000n}.${(lovelace % 1_000_000n).toString().padStart(6, "0")} ADA`;

const STATUS: Readonly<Record<string, string>> = {
  Active: "",
  Revoked: "This passport was REVOKED by an authority.",
  Retired: "This passport is retired: the product has reached the end of its life.",
  Repurposed: "This passport was replaced by another one.",
};

export const OWN_TEXTS = {
  loading: "Reading the ledger …",
  footer: TEXTS.footer,
  product: (name: string): string => `Product: ${name}`,
  status: (status: string): string => STATUS[status] ?? status,
  copy: "Copy",
  copied: "Copied",
  cancel: "Cancel",
  tryAgain: "Try again",

  ask: {
    heading: "Is this person the owner?",
    intro:
      "Let whoever says so scan this code. It opens this page there and asks for a signature that the owner's wallet alone can make. Nothing is paid.",
    start: "Ask for a proof",
    waiting: "Waiting for the owner's signature …",
    until: (expires: number): string => `This code is good until ${time(expires)} UTC, and for one answer.`,
    link: "The same as a link",
    text: "The text that is signed, for who has no wallet in a browser (dpp owner prove)",
    paste: "Or paste a proof here",
    check: "Check the proof",
    expired: "Nobody answered in time. Ask again.",
    yes: "Yes: the owner signed",
    yesDetail: (address: string, since: number): string =>
      `Your browser checked the signature. The product lies at ${address} since ${time(since)} UTC.`,
    no: "No: this proof does not hold",
    limits:
      "This shows that the owner's key signed just now. It does not show that the person before you holds that key: watch him answer. This server named the place of the product; another ledger source can be asked on the passport's page.",
  },

  prove: {
    heading: "Prove that you own this product",
    asks: (host: string): string =>
      `${host} asks whether you own it. Answer only if you know who shows you this code.`,
    text: "This is what your wallet signs. It moves nothing.",
    start: "I prove that I own this",
    sign: "Please sign the text in your wallet.",
    done: "Proven. The other screen knows now.",
    notHere: "This wallet does not hold the product. Choose the account that does, then connect again.",
    broken: "This code is incomplete: let it be shown again.",
    expired: "This code is too old: let a new one be shown.",
  },

  receive: {
    heading: "Show where the product shall go",
    intro:
      "The seller scans this code. It holds your address and, if you like, a key with which you can read what earlier owners could read.",
    wallet: "Take the address from a wallet",
    address: "Or your address",
    show: "Show the code",
    key: "Reading key (optional)",
    keyIntro:
      "A passkey of this device. Without it the product comes without keys, and notes sealed for owners stay closed to you.",
    usePasskey: "Use my passkey",
    makePasskey: "Make a passkey",
    withKey: "Your code holds a reading key.",
    withoutKey: "No reading key: no keys will come with the product.",
    expects: (id: string): string => `Good for the passport ${id} alone.`,
    code: (address: string): string => `You receive at ${address}`,
    text: "The same as text",
    link: "The same as a link",
    check:
      "When the seller is done, scan the product's code again: its page says what is on the ledger, and “Is this person the owner?” tells whether that is you.",
  },

  request: {
    heading: "Somebody shows where a product shall go",
    to: (address: string): string => `To the address ${address}`,
    keys: "With owner keys: a reading key is shown.",
    noKeys: "Without keys: no reading key is shown.",
    any: "For any product.",
    passport: (id: string): string => `For the passport ${id} alone.`,
    seller:
      "If you are the seller: open the product's passport (scan its code), choose “Give it to a new owner”, and scan or paste this there.",
    give: "I am the seller: give it",
  },

  give: {
    heading: "Give it to a new owner",
    step1: "1. The buyer's code",
    scan: "Scan with the camera",
    noScan: "This browser cannot scan. Scan with your camera app and paste what it shows.",
    noCamera: "The camera cannot be used. Paste the code instead.",
    paste: "Code, link or address of the buyer",
    next: "Go on",
    step2: "2. Look before you give",
    gives: (name: string, address: string): string => `You give “${name}” to ${address}`,
    compare: "Compare this address with the one on the buyer's screen: first and last letters.",
    keys: "Owner keys",
    keysIntro: "The buyer shows a reading key. Open yours, and what was sealed for owners opens for him too.",
    keysReady: (count: number): string =>
      count === 1
        ? "Your owner key goes with it."
        : `${count} owner keys go with it, yours and those of earlier owners.`,
    keysCut:
      "There are more keys than one transfer carries: the oldest of what was sealed for owners stays closed to the buyer.",
    noKeys: "The buyer shows no reading key: the product goes without keys.",
    withoutKeys: "The product goes without keys unless you open your reading key.",
    useFile: "Open with the file",
    confirm: "3. Sign with the wallet that holds it",
    building: "Making the transaction …",
    sign: (fee: bigint, withToken: bigint): string =>
      `Checked here: the product goes to the buyer and nothing else leaves you but the fee, ${ada(fee)}, and ${ada(withToken)} that the ledger asks to lie beside it. Please sign in your wallet.`,
    sending: "Sending …",
    done: (name: string): string => `Given: “${name}” has a new owner`,
    doneDetail: (txHash: string, keys: number): string =>
      `${keys === 0 ? "No keys went with it." : `${keys} owner key${keys === 1 ? "" : "s"} went with it.`} Transaction ${txHash}; it is final in a few minutes.`,
    notActive: "It cannot be given away any more.",
    notHere: "This wallet does not hold the product. Choose the account that does, then connect again.",
    unavailable:
      "This server makes no transfers. Send the passport's token with your wallet, or use dpp passport transfer.",
  },

  problems: {
    "ownership/not-owner": "Whoever signed does not own the product: it lies under another key.",
    "ownership/stake-key":
      "The wallet signed with its stake key, which proves nothing here. Use another wallet with the same recovery phrase.",
    "ownership/script":
      "A script holds this product, for example a sale. Nobody can prove to own it until it lets go.",
    "ownership/nobody": "Nobody owns this product: its token was burnt.",
    "ownership/challenge-malformed": "This code is incomplete: let it be shown again.",
    "ownership/proof-malformed": "This is no proof. Paste the whole text that dpp owner prove printed.",
    "ownership/proof-foreign": "This proof answers another code.",
    "auth/nonce-foreign": "This code was made elsewhere or for another product. Let a new one be shown.",
    "auth/nonce-expired": "This code is too old: let a new one be shown.",
    "auth/nonce-used": "This code was answered already: let a new one be shown.",
    "passport/unknown": "The ledger knows no such passport.",
    "passport/status": "This passport is no longer valid, so the product cannot be given away.",
    "transfer/not-owner":
      "This wallet does not hold the product. Choose the account that does, then connect again.",
    "transfer/record-place": "Something happened to the passport meanwhile. Begin again.",
    "transfer/not-signed": "The wallet did not sign with the key that holds the product.",
    "tx/insufficient-funds": "This wallet holds too little ADA for the fee. Put about 10 ADA on it.",
    "ledger/conflict": "The wallet's coins or the passport moved meanwhile. Begin again.",
  } as Readonly<Record<string, string>>,
};

/** Words for whatever went wrong; never a stack. */
export function ownWords(error: unknown): string {
  if (!isDppError(error)) return error instanceof Error ? error.message : TEXTS.wallet.declined;
  return OWN_TEXTS.problems[error.code] ?? walletWords(error) ?? TEXTS.problems[error.code] ?? error.message;
}
