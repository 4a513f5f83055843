/** Whose keys sign an act on a passport, and where to go when they lie on another machine. */
import { DppError, isDppError } from "../src/domain/errors.js";
import type { Signer } from "../src/ports/signer.js";
import type { AttestationView } from "../src/usecases/resolve.js";
import type { Home } from "./home.js";

/** Keys that sign, each once; the first pays. */
export const together = (first: Signer, ...others: readonly Signer[]): readonly [Signer, ...Signer[]] => [
  first,
  ...others.filter(
    ({ keyHash }, at) => keyHash !== first.keyHash && others.findIndex((o) => o.keyHash === keyHash) === at,
  ),
];

export const ownerSigner = async ({ keys }: Home, name: string | undefined): Promise<readonly Signer[]> =>
  name === undefined ? [] : [(await keys.load(name)).signer];

/** Who acts by an attestation. @throws DppError `passport/key-elsewhere` naming the verb for separate machines. */
export async function signerOf(
  { keys }: Home,
  { role, operator, name, holder }: AttestationView,
  verb: "amend" | "retire",
): Promise<Signer> {
  try {
    return await keys.signerOf(holder);
  } catch (cause) {
    if (!isDppError(cause, "keystore/not-found")) throw cause;
    throw new DppError(
      "passport/key-elsewhere",
      `${role} ${operator} must sign, and his key (${holder}) is not in this home: dpp quorum propose ${verb} makes a file that each signs on his machine`,
      { cause, details: { attestation: name, holder } },
    );
  }
}

/** Of a retirement that nobody but the recycler signs here. @throws the cause; DppError `passport/not-owner` with what to do. */
export function ownerElsewhere(cause: unknown): never {
  if (!isDppError(cause, "passport/not-owner")) throw cause;
  throw new DppError(
    cause.code,
    `${cause.message}: name the owner's key (--owner) or an authority (--authority); when it lies on another machine: dpp quorum propose retire`,
    { cause, details: cause.details },
  );
}
