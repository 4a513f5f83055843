// Reads threads back from the ledger and their events from the store, and holds them against each other: what a reader does who trusts neither.
import { eventHash, eventId } from "@cardano-dpp/offchain/codec/event";
import {
  decodeSignedEvent,
  leafOf,
  SIGNED_FIRST_BYTE,
  toBeSigned,
} from "@cardano-dpp/offchain/codec/signed-event";
import { fromHex, toHex } from "@cardano-dpp/offchain/domain/bytes";
import { packRoot } from "@cardano-dpp/offchain/merkle/pack";
import { checkSeal } from "@cardano-dpp/offchain/usecases/events/check";
import { makeReceipt } from "@cardano-dpp/offchain/usecases/events/receipt-make";
import { verifyReceipt } from "@cardano-dpp/offchain/usecases/events/receipt-verify";
import { readThreadHistory } from "@cardano-dpp/offchain/usecases/events/threads";

const PAGE = 1000;
/** The seal of each pack is checked, whose root holds every event; of the signatures of single events one of so many. */
const ONE_OF = 100;
/** Receipts of each kind, made and verified. */
const RECEIPTS = 2;

/** One event's own signature; one without is covered by its pack's alone. */
function checkOwn({ contracts, verify }, { view }, { id, signed }) {
  if (signed[0] !== SIGNED_FIRST_BYTE) return 0;
  const { alg, leaf, signature } = decodeSignedEvent(signed);
  const message = toBeSigned(contracts.config.hash, leaf, alg);
  if (!verify(fromHex(view.pk), message, signature)) throw new Error(`event ${id} is not signed`);
  return 1;
}

/** Hashes of the stored bytes from `lo` to `hi`, a page at a time. */
async function eventsIn(context, source, { lo, hi }, totals) {
  const hashes = [];
  for (let at = lo; at < hi; at += PAGE) {
    const page = await context.store.events(source.name, at, Math.min(PAGE, hi - at));
    for (const [place, event] of page.entries()) {
      if (event.counter !== at + place) throw new Error(`event ${at + place} is not in the store`);
      hashes.push(eventHash(leafOf(event.signed)));
      if (event.counter % ONE_OF === 0) totals.ownSignatures += checkOwn(context, source, event);
    }
  }
  return hashes;
}

async function readSource(context, source, totals) {
  const { entries, now } = await readThreadHistory(context, source.name);
  const config = context.contracts.config.hash;
  let next = 0;
  for (const { entry, signature } of entries) {
    if (entry.kind !== "append" || entry.lo !== next) throw new Error(`the thread skips ${next}`);
    const hashes = await eventsIn(context, source, entry, totals);
    if (toHex(packRoot(hashes)) !== entry.root) throw new Error(`the pack from ${entry.lo} holds others`);
    const { tier, lo, hi, root, cmin, cmax } = entry;
    const seal = { config, source: source.name, tier, lo, hi, root, cmin, cmax, signature };
    checkSeal(seal, { source: source.view, verify: context.verify });
    next = entry.hi;
    totals.seals += 1;
    totals.events += hashes.length;
  }
  if (now.thread.next !== next || now.thread.total !== next) throw new Error("the thread miscounts");
}

async function receiptOf(context, { name }, counter) {
  const id = eventId(context.contracts.config.hash, name, counter);
  const { bytes, root } = await makeReceipt(context, id);
  const { ok, checks } = verifyReceipt(bytes, root, {}, context.verify);
  if (!ok) throw new Error(`the receipt of ${id} does not verify: ${JSON.stringify(checks)}`);
  return bytes.length;
}

/** `sources`: by kind, each with `name` and `view`. @throws Error at the first thing that is not as it was signed. */
export async function readBack(context, sources) {
  const totals = { events: 0, seals: 0, ownSignatures: 0 };
  const receipts = {};
  for (const [sort, ours] of sources) {
    for (const source of ours) await readSource(context, source, totals);
    const sizes = [];
    for (let at = 0; at < RECEIPTS; at++)
      sizes.push(await receiptOf(context, ours[Math.floor((at * ours.length) / RECEIPTS)], 17 * (at + 1)));
    receipts[`receipt of a ${sort}, bytes`] = Math.max(...sizes);
  }
  return { ...totals, ...receipts };
}
