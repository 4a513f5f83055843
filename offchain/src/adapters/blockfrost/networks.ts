/** Whether a server follows the network that is named, and how the slots of a devnet are found. */
import { DppError } from "../../domain/errors.js";
import type { Network, SlotConfig } from "../../ports/ledger.js";
import { PUBLIC_NETWORKS, publicNetwork, timeOfSlot } from "../public-networks.js";
import { block, eras, genesis } from "./answers.js";
import type { BlockfrostServer } from "./server.js";

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
