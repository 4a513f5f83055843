/** From a connected wallet to a token: find the key that holds a role, have the challenge signed, hand in the proof. Spec: docs/spec/role-proof.md. */
import { fromHex } from "@cardano-dpp/offchain/domain/bytes";
import { DppError } from "@cardano-dpp/offchain/domain/errors";
import { buildUnsubmittedTx, challengePayload } from "@cardano-dpp/offchain/usecases/role-proof-tx";
import { post } from "./api.js";
import { TEXTS } from "./texts.js";
import { isDeclined, type ProofAddress, proofAddresses, type WalletApi } from "./wallet.js";

interface Challenge {
  readonly nonce: string;
  readonly message: string;
  readonly roles: number;
}

export interface RoleSession {
  readonly token: string;
  readonly expires: number;
  readonly roles: readonly {
    readonly attestation: string;
    readonly role: string;
    readonly encPk: string;
    readonly validTo: number;
  }[];
  readonly refused: readonly { readonly role: string; readonly code: string; readonly message: string }[];
}

/** More keys than this are not tried: each costs the server a look at the ledger. */
const MAX_TRIED = 12;

/** `step` tells the reader what happens. @throws DppError, among others `wallet/declined`, `wallet/foreign-host`, `access/*`. */
export async function proveRole(
  api: WalletApi,
  networkId: 0 | 1,
  configPolicy: string,
  step: (text: string) => void,
): Promise<RoleSession> {
  step(TEXTS.wallet.choose);
  const { address, challenge } = await findHolder(await proofAddresses(api, networkId), networkId);
  assertOurs(challenge.message, configPolicy);
  step(TEXTS.wallet.sign);
  const proof = await sign(api, address, networkId, challenge.message);
  step(TEXTS.wallet.reading);
  return post("/auth/verify", { address: address.address, nonce: challenge.nonce, ...proof });
}

async function findHolder(addresses: readonly ProofAddress[], networkId: 0 | 1) {
  for (const address of addresses.slice(0, MAX_TRIED)) {
    const challenge = await post<Challenge>("/auth/challenge", { address: address.address, networkId });
    if (challenge.roles > 0) return { address, challenge };
  }
  throw new DppError("access/no-role", TEXTS.wallet.noRole);
}

/** A server that relays another resolver's challenge could read there with this wallet's proof. */
function assertOurs(message: string, configPolicy: string): void {
  const lines = message.split("\n");
  if (!lines.includes(`host: ${location.host}`) || !lines.includes(`deployment: ${configPolicy}`)) {
    throw new DppError("wallet/foreign-host", TEXTS.wallet.foreignHost);
  }
}

async function sign(
  api: WalletApi,
  { address }: ProofAddress,
  networkId: 0 | 1,
  message: string,
): Promise<Readonly<Record<string, string>>> {
  try {
    const { signature, key } = await api.signData(address, challengePayload(message));
    return { signature, key };
  } catch (error) {
    if (isDeclined(error)) throw new DppError("wallet/declined", TEXTS.wallet.declined, { cause: error });
    // CIP-30 DataSignError 1 and 2: this wallet or this key cannot sign data; hardware wallets sign transactions only.
    const [utxo] = (await api.getUtxos?.()) ?? [];
    if (utxo === undefined || api.signTx === undefined) throw error;
    const { body, transaction } = buildUnsubmittedTx({ utxo, address, networkId, message });
    return { body, witnesses: await signTransaction(api.signTx.bind(api), transaction) };
  }
}

async function signTransaction(
  signTx: NonNullable<WalletApi["signTx"]>,
  transaction: string,
): Promise<string> {
  try {
    const witnesses = await signTx(transaction, true);
    fromHex(witnesses);
    return witnesses;
  } catch (error) {
    throw new DppError("wallet/declined", TEXTS.wallet.declined, { cause: error });
  }
}
