/** Who acts in the demo: plainly fictional legal entities under GS1's example prefix. */
import type { Role } from "@cardano-dpp/offchain/domain/role";

export interface DemoActor {
  /** Name of the key in the keystore. */
  readonly key: string;
  readonly role: Role;
  readonly operator: string;
  readonly title: string;
  readonly does: string;
}

export const ACTORS: readonly DemoActor[] = [
  {
    key: "manufacturer",
    role: "MANUFACTURER",
    operator: "gln:9506000134307",
    title: "Example Manufacturing",
    does: "issues and updates passports",
  },
  {
    key: "repairer",
    role: "REPAIRER",
    operator: "gln:9506000140209",
    title: "Example Repairs",
    does: "reads dismantling, spare parts and in-use data",
  },
  {
    key: "recycler",
    role: "RECYCLER",
    operator: "gln:9506000140308",
    title: "Example Recycling",
    does: "reads composition, dismantling and in-use data",
  },
  {
    key: "authority",
    role: "AUTHORITY",
    operator: "gln:9506000140407",
    title: "Example Market Surveillance",
    does: "reads test reports, revokes passports",
  },
];
