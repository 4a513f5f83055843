/** The server's side of a wallet in tests: proves a role with a signer, over `app.inject`. */
import { toHex, utf8 } from "@cardano-dpp/offchain/domain/bytes";
import type { Signer } from "@cardano-dpp/offchain/ports/signer";
import type { LightMyRequestResponse } from "fastify";
import type { App } from "../src/app-types.js";

export interface Proof {
  readonly address: string;
  readonly nonce: string;
  readonly signature: string;
  readonly key: string;
}

export const post = (app: App, url: string, payload: unknown): Promise<LightMyRequestResponse> =>
  app.inject({ method: "POST", url, payload: payload as object });

export interface Challenge {
  readonly nonce: string;
  readonly message: string;
}

/** `badgeOf`: the holder's address, when the challenge is for the address of his badge. */
export async function challenge(app: App, address: string, badgeOf?: string): Promise<Challenge> {
  const answer = await post(app, "/auth/challenge", { address, ...(badgeOf && { badgeOf }) });
  if (answer.statusCode !== 200) throw new Error(answer.body);
  return answer.json() as Challenge;
}

/** A proof of the address by the signer, ready to hand in. */
export async function prove(
  app: App,
  signer: Signer,
  address = signer.address,
  badgeOf?: string,
): Promise<Proof> {
  const { nonce, message } = await challenge(app, address, badgeOf);
  const { signature, key } = await signer.signData(address, toHex(utf8(message)));
  return { address, nonce, signature, key };
}

export async function tokenOf(app: App, signer: Signer): Promise<string> {
  const answer = await post(app, "/auth/verify", await prove(app, signer));
  if (answer.statusCode !== 200) throw new Error(answer.body);
  return (answer.json() as { token: string }).token;
}

export const read = (app: App, url: string, token?: string): Promise<LightMyRequestResponse> =>
  app.inject({
    url,
    headers: {
      accept: "application/json",
      ...(token === undefined ? {} : { authorization: `Bearer ${token}` }),
    },
  });
