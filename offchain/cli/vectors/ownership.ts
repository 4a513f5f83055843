/** Vectors of docs/spec/ownership.md: receive requests, accepted and refused, and the text of a challenge. */
import { encodeBech32 } from "../../src/codec/bech32.js";
import { encodeReceiveRequest, RECEIVE_PREFIX } from "../../src/codec/receive-request.js";
import { fromHex } from "../../src/domain/bytes.js";
import { isDppError } from "../../src/domain/errors.js";
import type { ReceiveRequest } from "../../src/domain/receive-request.js";
import type { Network } from "../../src/ports/ledger.js";
import { formatOwnershipChallenge } from "../../src/usecases/ownership/challenge.js";
import { acceptReceiver } from "../../src/usecases/ownership/receiver.js";

const PAYMENT = "11".repeat(28);
const STAKE = "22".repeat(28);
const PASSPORT = "33".repeat(28);
/** RFC 7748 §6.1, Alice's public key. */
const READING_KEY = "8520f0098930a754748b7ddcb43ef75a0dbf3a0d26381af4eba4a98eaa9b4e6a";
/** Where the passport lies for the vectors. */
const OWNER = "44".repeat(28);

const ADDRESSES: Readonly<Record<"main" | "test" | "base", string>> = {
  main: `61${PAYMENT}`,
  test: `60${PAYMENT}`,
  base: `00${PAYMENT}${STAKE}`,
};

const accepted = (hex: string, request: Omit<ReceiveRequest, "address">) => {
  const text = encodeReceiveRequest({ ...request, address: hex });
  const receiver = acceptReceiver(text, request.network, { passport: PASSPORT, keyHash: OWNER });
  return {
    text,
    network: receiver.network,
    address: receiver.address,
    addressBytes: hex,
    readingKey: receiver.readingKey,
    passport: receiver.passport,
  };
};

const code = (text: string, network: Network): string => {
  try {
    acceptReceiver(text, network, { passport: PASSPORT, keyHash: OWNER });
  } catch (error) {
    if (isDppError(error)) return error.code;
    throw error;
  }
  throw new Error("a vector of a refusal was accepted");
};

const refused = (why: string, hex: string, network: Network = "preprod") => {
  const text = encodeBech32(RECEIVE_PREFIX, fromHex(hex));
  return { why, text, network, code: code(text, network) };
};
const refusedText = (why: string, text: string) => ({
  why,
  text,
  network: "preprod",
  code: code(text, "preprod"),
});

export const receiveRequestVectors = () => {
  const full = accepted(ADDRESSES.base, { network: "preprod", readingKey: READING_KEY, passport: PASSPORT });
  const link = `https://passports.example/receive#${full.text}`;
  return {
    spec: "docs/spec/ownership.md",
    note: `refusals are for the passport ${PASSPORT}, owned by the key hash ${OWNER}, on the network named`,
    accepted: [
      accepted(ADDRESSES.main, { network: "mainnet", readingKey: null, passport: null }),
      accepted(ADDRESSES.test, { network: "preprod", readingKey: READING_KEY, passport: null }),
      accepted(ADDRESSES.base, { network: "preview", readingKey: null, passport: PASSPORT }),
      full,
      { ...full, link },
    ],
    refused: [
      refused("another version", `020100${ADDRESSES.test}`),
      refused("an unknown network", `010500${ADDRESSES.test}`),
      refused("an unknown flag", `010104${ADDRESSES.test}`),
      refused("no address", "010100"),
      refused("a reading key that is cut off", `010101${"55".repeat(31)}`),
      refused("a passport id that is cut off", `010102${"33".repeat(27)}`),
      refused("bytes left over", `010100${ADDRESSES.test}00`),
      refused("a stake address", `010100e0${STAKE}`),
      refused("a pointer address", `01010040${PAYMENT}000000`),
      refused("a script's address", `01010070${PAYMENT}`),
      refused("a script beside a stake key", `01010010${PAYMENT}${STAKE}`),
      refused("a mainnet address named preprod", `010100${ADDRESSES.main}`),
      refused("a test address named mainnet", `010000${ADDRESSES.test}`, "mainnet"),
      refused("another test network", `010200${ADDRESSES.test}`),
      refused("a reading key of small order", `010101${"00".repeat(32)}${ADDRESSES.test}`),
      refused("another passport", `010102${"34".repeat(28)}${ADDRESSES.test}`),
      refused("the owner's own key", `01010060${OWNER}`),
      refusedText("upper case", full.text.toUpperCase()),
      refusedText("a wrong character", `${full.text.slice(0, -1)}${full.text.endsWith("q") ? "p" : "q"}`),
      refusedText("cut off", full.text.slice(0, -8)),
      refusedText("another prefix", encodeBech32("dpp_give", fromHex(`010100${ADDRESSES.test}`))),
      refusedText("a link without a request", "https://passports.example/receive#"),
    ],
    challenge: formatOwnershipChallenge({
      verifier: "passports.example",
      network: "preprod",
      deployment: "66".repeat(28),
      passport: PASSPORT,
      expires: Date.UTC(2027, 1, 18, 8),
      nonce: "AAECAwQFBgcICQoLDA0ODw",
    }),
  };
};
