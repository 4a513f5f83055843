/** What is fixed about the public networks (their published genesis files). */
import type { Network, SlotConfig } from "../ports/ledger.js";

export type PublicNetwork = Exclude<Network, "devnet" | "embedded">;

/** Slots since Shelley, of one second each; held against Lucid's table in `public-networks.test.ts`. */
export const PUBLIC_NETWORKS: Readonly<
  Record<PublicNetwork, { readonly networkMagic: number; readonly slots: SlotConfig }>
> = {
  mainnet: {
    networkMagic: 764_824_073,
    slots: { zeroTime: 1_596_059_091_000, zeroSlot: 4_492_800, slotLength: 1000 },
  },
  preprod: {
    networkMagic: 1,
    slots: { zeroTime: 1_655_769_600_000, zeroSlot: 86_400, slotLength: 1000 },
  },
  preview: { networkMagic: 2, slots: { zeroTime: 1_666_656_000_000, zeroSlot: 0, slotLength: 1000 } },
};

export const publicNetwork = (network: Network): (typeof PUBLIC_NETWORKS)[PublicNetwork] | null =>
  network === "devnet" || network === "embedded" ? null : PUBLIC_NETWORKS[network];

/** Start of the slot, POSIX ms. */
export const timeOfSlot = ({ zeroTime, zeroSlot, slotLength }: SlotConfig, slot: number): number =>
  zeroTime + (slot - zeroSlot) * slotLength;
