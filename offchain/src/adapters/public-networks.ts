/** What is fixed about the public networks (their published genesis files). */
import { PUBLIC_SLOTS } from "../domain/public-slots.js";
import type { Network, SlotConfig } from "../ports/ledger.js";

export type PublicNetwork = Exclude<Network, "devnet" | "embedded">;

/** Slots since Shelley, of one second each; held against Lucid's table in `public-networks.test.ts`. */
export const PUBLIC_NETWORKS: Readonly<
  Record<PublicNetwork, { readonly networkMagic: number; readonly slots: SlotConfig }>
> = {
  mainnet: { networkMagic: 764_824_073, slots: PUBLIC_SLOTS.mainnet },
  preprod: { networkMagic: 1, slots: PUBLIC_SLOTS.preprod },
  preview: { networkMagic: 2, slots: PUBLIC_SLOTS.preview },
};

export const publicNetwork = (network: Network): (typeof PUBLIC_NETWORKS)[PublicNetwork] | null =>
  network === "devnet" || network === "embedded" ? null : PUBLIC_NETWORKS[network];

/** Start of the slot, POSIX ms. */
export const timeOfSlot = ({ zeroTime, zeroSlot, slotLength }: SlotConfig, slot: number): number =>
  zeroTime + (slot - zeroSlot) * slotLength;
