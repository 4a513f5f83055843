/**
 * Vectors of docs/spec/action.md: a repair with two sealed sections, a transfer with hand-over, and the chain that they make. The secret keys in them
 * are made from a published seed: they protect nothing.
 */
import { contentMemory } from "../../src/adapters/content-memory.js";
import { encodeActionRecord } from "../../src/codec/action-record.js";
import { type ActionRecord, sectionName } from "../../src/domain/action.js";
import { toHex } from "../../src/domain/bytes.js";
import { cidFromHex } from "../../src/domain/cid.js";
import {
  ActionChain,
  actionWorld,
  ownerOf,
  PASSPORT,
  PLACE,
  repairInput,
} from "../../src/testing/action-world.js";

export async function actionVectors() {
  const world = actionWorld("vectors");
  const { manufacturer, repairer, authority, owners } = world;
  const [first, second] = owners;
  const chain = new ActionChain(contentMemory(), world.random);
  const input = repairInput(world);
  await chain.add(input);
  await chain.sell(first, second);
  await chain.note(second, "Kept in the garage");
  const service = (input.sections[0]?.elements ?? []).map(({ id }) => id).sort();
  const secret = (key: { readonly secretKey: Uint8Array }): string => toHex(key.secretKey);
  return {
    spec: "docs/spec/action.md",
    ...PLACE,
    passport: PASSPORT,
    owners: [first, second].map((key) => ({
      readingSecret: secret(key),
      ownerSecret: secret(ownerOf(key)),
      ownerKey: toHex(ownerOf(key).publicKey),
    })),
    actions: chain.steps.map(({ act, actor, record, headAfter }, at) => ({
      act,
      actor,
      cid: cidFromHex(record),
      cidBytes: record,
      headAfter,
      record: toHex(encodeActionRecord(chain.records[at] as ActionRecord)),
      sections: (chain.records[at] as ActionRecord).sealed.map(sectionName),
    })),
    // For each action, for each of its sections: ids of the elements, or null where the reader has no key.
    readers: {
      manufacturer: { readingSecret: secret(manufacturer), opens: [[service, null], [], [null]] },
      repairer: { readingSecret: secret(repairer), opens: [[service, null], [], [null]] },
      authority: { readingSecret: secret(authority), opens: [[null, null], [], [null]] },
      firstOwner: { readingSecret: secret(first), opens: [[service, ["invoice.number"]], [], [null]] },
      secondOwner: {
        readingSecret: secret(second),
        opens: [[service, ["invoice.number"]], [], [["action.text"]]],
      },
    },
  };
}
