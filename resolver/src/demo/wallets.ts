/**
 * CIP-30 wallets for visitors without one: `window.cardano.demo…`, whose keys lie in the demo's home directory and sign here. Served by `npm start`
 * alone. They sign this server's challenges and nothing else, and only for pages of this origin.
 */
import { parseAddress } from "@cardano-dpp/offchain/codec/address";
import { fromHex, fromUtf8, toHex } from "@cardano-dpp/offchain/domain/bytes";
import { DppError } from "@cardano-dpp/offchain/domain/errors";
import type { Signer } from "@cardano-dpp/offchain/ports/signer";
import { OWNERSHIP_PREFIX } from "@cardano-dpp/offchain/usecases/ownership/challenge";
import { type Static, Type } from "@sinclair/typebox";
import type { App } from "../app-types.js";
import { CHALLENGE_PREFIX } from "../auth/challenge.js";

export interface DemoWallet {
  /** Property of `window.cardano`. */
  readonly id: string;
  readonly title: string;
  readonly signer: Signer;
}

export const WALLETS_SCRIPT = "/demo/wallets.js";
const SIGN = "/demo/sign";

const SignRequest = Type.Object(
  {
    wallet: Type.String({ maxLength: 64 }),
    address: Type.String({ maxLength: 256 }),
    payload: Type.String({ maxLength: 8192, pattern: "^([0-9a-f]{2})*$" }),
  },
  { additionalProperties: false },
);

export function registerDemoWallets(app: App, wallets: readonly DemoWallet[], origin: string): void {
  const script = walletsScript(wallets);
  app.get(WALLETS_SCRIPT, { schema: { hide: true } }, (_request, reply) =>
    reply.type("text/javascript; charset=utf-8").header("cache-control", "no-cache").send(script),
  );
  app.post(SIGN, { schema: { hide: true, body: SignRequest } }, async (request) => {
    // Any page on the web may post to the loopback; only our own may have something signed.
    if (request.headers.origin !== origin) {
      throw new DppError("access/demo-origin", "the demo's wallets sign for this server's own page alone");
    }
    return signChallenge(wallets, request.body, new URL(origin).host);
  });
}

async function signChallenge(
  wallets: readonly DemoWallet[],
  { wallet, address, payload }: Static<typeof SignRequest>,
  host: string,
) {
  const chosen = wallets.find(({ id }) => id === wallet);
  if (chosen === undefined) throw new DppError("request/unknown-wallet", "there is no such demo wallet");
  const text = textOf(payload);
  const ours = [`${CHALLENGE_PREFIX}\nhost: ${host}\n`, `${OWNERSHIP_PREFIX}\nverifier: ${host}\n`];
  if (!ours.some((beginning) => text.startsWith(beginning))) {
    throw new DppError("request/not-a-challenge", "the demo's wallets sign challenges of this server alone");
  }
  return chosen.signer.signData(address, payload);
}

function textOf(payload: string): string {
  try {
    return fromUtf8(fromHex(payload));
  } catch {
    return "";
  }
}

function walletsScript(wallets: readonly DemoWallet[]): string {
  const described = wallets.map(({ id, title, signer }) => ({
    id,
    name: `${title} (demo wallet: its key lies on this server)`,
    address: toHex(parseAddress(signer.address).bytes),
  }));
  return `window.cardano = window.cardano ?? {};
for (const { id, name, address } of ${JSON.stringify(described)}) {
  const signData = async (signer, payload) => {
    const answer = await fetch(${JSON.stringify(SIGN)}, {
      method: "POST",
      headers: { "content-type": "application/json" },
      body: JSON.stringify({ wallet: id, address: signer, payload }),
    });
    if (!answer.ok) throw { code: 1, info: (await answer.json()).detail };
    return answer.json();
  };
  const api = {
    getNetworkId: async () => 0,
    getUsedAddresses: async () => [address],
    getUnusedAddresses: async () => [],
    getChangeAddress: async () => address,
    getRewardAddresses: async () => [],
    signData,
  };
  window.cardano[id] = { apiVersion: "1", name, icon: "", supportedExtensions: [], isEnabled: async () => true, enable: async () => api };
}
`;
}
