/** What is fixed about the public networks, and how the slots of another one are found. */
import { DppError } from "../../domain/errors.js";
import type { Network, SlotConfig } from "../../ports/ledger.js";
import { block, eras, genesis } from "./answers.js";
import type { BlockfrostServer } from "./server.js";

export type PublicNetwork = Exclude<Network, "devnet" | "embedded">;

/** Slots since Shelley, of one second each; held against Lucid's table in `networks.test.ts`. */
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

export interface NamedNetwork {
  readonly network: Network;
  /** Of a devnet; without it any but the public ones will do. */
  readonly networkMagic?: number | undefined;
  /** Of a devnet whose server does not say it rightly. */
  readonly slotConfig?: SlotConfig | undefined;
}

/**
 * Asks which network the server follows, and how its slots lie.
 * @throws DppError `ledger/wrong-network` when it follows another than the one named.
 */
export async function joinNetwork(server: BlockfrostServer, named: NamedNetwork): Promise<SlotConfig> {
  const said = await server.require("/genesis", (api) => api.genesis(), genesis);
  checkMagic(named, said.network_magic);
  const slots = publicNetwork(named.network)?.slots ?? named.slotConfig ?? (await slotsOf(server, said));
  const { slot, time } = await server.require("/blocks/latest", (api) => api.blocksLatest(), block);
  // The server tells times in whole seconds.
  if (Math.abs(timeOfSlot(slots, slot) - time * 1000) > 1000) {
    throw new DppError(
      "ledger/unavailable",
      `${server.origin}: block times and slots do not agree; when this is a devnet, hand in its slotConfig`,
      { details: { slot, time, ...slots } },
    );
  }
  return slots;
}

function checkMagic({ network, networkMagic }: NamedNetwork, served: number): void {
  const expected = publicNetwork(network)?.networkMagic ?? networkMagic;
  const isPublic = Object.values(PUBLIC_NETWORKS).some(({ networkMagic: magic }) => magic === served);
  if (expected === undefined ? !isPublic : served === expected) return;
  throw new DppError(
    "ledger/wrong-network",
    `the server follows the network with magic ${served}, not ${network}; name the network that it follows, or another server`,
    { details: { network, expected: expected ?? null, served } },
  );
}

/**
 * `/genesis` and the eras' parameters give the slot length in whole seconds, which a devnet with slots of 200 ms cannot say; the bounds of the
 * present era give it exactly. Some servers count those bounds from the start of the chain, others from 1970.
 */
async function slotsOf(
  server: BlockfrostServer,
  said: { readonly system_start: number; readonly slot_length: number },
): Promise<SlotConfig> {
  const known = await server.read("/network/eras", (api) => api.networkEras(), eras);
  const era = known?.at(-1);
  const origin = { time: said.system_start, slot: 0 };
  const { start, end } = era ?? { start: origin, end: null };
  const zero = start.time < said.system_start ? start.time + said.system_start : start.time;
  const slotLength =
    end !== null && end.slot > start.slot
      ? ((end.time - start.time) * 1000) / (end.slot - start.slot)
      : (era?.parameters.slot_length ?? said.slot_length) * 1000;
  if (!Number.isSafeInteger(slotLength) || slotLength < 1) {
    throw new DppError(
      "ledger/unavailable",
      `${server.origin}: slots of ${slotLength} ms cannot be; hand in the devnet's slotConfig`,
    );
  }
  return { zeroTime: zero * 1000, zeroSlot: start.slot, slotLength };
}
