/** When the slots of the public networks are: fixed by their published genesis files, so nobody needs to be asked, or believed. */

export const PUBLIC_SLOTS = {
  mainnet: { zeroTime: 1_596_059_091_000, zeroSlot: 4_492_800, slotLength: 1000 },
  preprod: { zeroTime: 1_655_769_600_000, zeroSlot: 86_400, slotLength: 1000 },
  preview: { zeroTime: 1_666_656_000_000, zeroSlot: 0, slotLength: 1000 },
} as const;

/** Since Shelley; `zeroTime`: POSIX ms of `zeroSlot`; `slotLength`: ms. Null: a network that has no slots of its own for ever. */
export const publicSlots = (network: string): (typeof PUBLIC_SLOTS)[keyof typeof PUBLIC_SLOTS] | null =>
  Object.hasOwn(PUBLIC_SLOTS, network) ? PUBLIC_SLOTS[network as keyof typeof PUBLIC_SLOTS] : null;
