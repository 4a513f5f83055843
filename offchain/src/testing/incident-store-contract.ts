/** What every `IncidentStore` must do. */
import { describe, expect, it } from "vitest";
import { incidentEntryHash } from "../codec/incident.js";
import { utf8 } from "../domain/bytes.js";
import { FIRST_PREVIOUS, type IncidentEntry } from "../domain/incident-events.js";
import type { IncidentStore } from "../ports/incident-store.js";

export const incidentId = (n: number): string => n.toString(16).padStart(32, "0");

/** Entry `seq` of a chain of reports. */
export function entryAfter(before: IncidentEntry | null): IncidentEntry {
  const seq = (before?.seq ?? -1) + 1;
  return {
    seq,
    previous: before === null ? FIRST_PREVIOUS : incidentEntryHash(before),
    time: 1_800_000_000_000 + seq,
    incident: incidentId(seq),
    event: {
      act: "report",
      via: "web",
      subject: { passport: "ab".repeat(28) },
      category: "counterfeit",
      body: "cd".repeat(32),
    },
  };
}

export async function entriesOf(store: IncidentStore, from?: number): Promise<IncidentEntry[]> {
  const found: IncidentEntry[] = [];
  for await (const entry of store.entries(from)) found.push(entry);
  return found;
}

export async function filled(store: IncidentStore, count: number): Promise<IncidentEntry[]> {
  const written: IncidentEntry[] = [];
  for (let n = 0; n < count; n++) {
    const entry = entryAfter(written.at(-1) ?? null);
    expect(await store.append(entry)).toBe(true);
    written.push(entry);
  }
  return written;
}

export function incidentStoreContract(name: string, make: () => Promise<IncidentStore>): void {
  describe(`${name} as a store of incidents`, () => {
    it("is empty at first and gives back what was appended, from anywhere", async () => {
      const store = await make();
      expect(await entriesOf(store)).toEqual([]);
      const written = await filled(store, 5);
      expect(await entriesOf(store)).toEqual(written);
      expect(await entriesOf(store, 3)).toEqual(written.slice(3));
      expect(await entriesOf(store, 5)).toEqual([]);
    });

    it("gives a number to one writer only", async () => {
      const store = await make();
      const [first] = await filled(store, 1);
      const next = entryAfter(first ?? null);
      const rivals = [0, 1, 2, 3].map((n) => store.append({ ...next, incident: incidentId(90 + n) }));
      expect((await Promise.all(rivals)).filter(Boolean)).toHaveLength(1);
      expect(await entriesOf(store)).toHaveLength(2);
    });

    it("keeps a report's file until it is erased, and never replaces it", async () => {
      const store = await make();
      expect(await store.body(incidentId(1))).toBeNull();
      await store.putBody(incidentId(1), utf8("one"));
      await expect(store.putBody(incidentId(1), utf8("two"))).rejects.toMatchObject({
        code: "incident/unavailable",
      });
      expect(new TextDecoder().decode((await store.body(incidentId(1))) ?? undefined)).toBe("one");
      await store.eraseBody(incidentId(1));
      await store.eraseBody(incidentId(1));
      expect(await store.body(incidentId(1))).toBeNull();
    });
  });
}
