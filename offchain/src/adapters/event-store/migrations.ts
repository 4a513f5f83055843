/**
 * The tables, step by step. A step that was released is never edited: a database that ran another text under its number is refused. New steps go to the end.
 *
 * Numbers for type, tier and state are positions in EVENT_TYPES, TIERS and PACK_STATES; times are POSIX ms.
 */
export interface Migration {
  readonly name: string;
  readonly statements: readonly string[];
}

export const MIGRATIONS: readonly Migration[] = [
  {
    name: "events, packs, threads",
    statements: [
      `CREATE TABLE dpp_event (
        id uuid PRIMARY KEY,
        source bytea NOT NULL,
        counter int8 NOT NULL,
        hash bytea NOT NULL,
        type int2 NOT NULL,
        subject bytea NOT NULL,
        tier int2 NOT NULL,
        captured int8 NOT NULL,
        received_at int8 NOT NULL,
        signed bytea NOT NULL,
        payload bytea,
        CONSTRAINT dpp_event_counter UNIQUE (source, counter)
      )`,
      // Records are sealed for the most part: trying to compress them takes time for nothing.
      "ALTER TABLE dpp_event ALTER COLUMN payload SET STORAGE EXTERNAL",
      // Every list is read backwards along one of these, so that a page costs what is on it. A tier is a lower bound, which an index on (tier, received_at)
      // could not serve in the order of reception: hence one index for each bound that leaves something out.
      "CREATE INDEX dpp_event_received ON dpp_event (received_at, id)",
      "CREATE INDEX dpp_event_type ON dpp_event (type, received_at, id)",
      "CREATE INDEX dpp_event_source ON dpp_event (source, received_at, id)",
      "CREATE INDEX dpp_event_subject ON dpp_event (subject, received_at, id) WHERE subject <> ''",
      "CREATE INDEX dpp_event_tier_1 ON dpp_event (received_at, id) WHERE tier >= 1",
      "CREATE INDEX dpp_event_tier_2 ON dpp_event (received_at, id) WHERE tier >= 2",
      "CREATE INDEX dpp_event_tier_3 ON dpp_event (received_at, id) WHERE tier >= 3",
      `CREATE TABLE dpp_pack (
        source bytea NOT NULL,
        lo int8 NOT NULL,
        hi int8 NOT NULL CHECK (lo < hi),
        config bytea NOT NULL,
        tier int2 NOT NULL,
        root bytea NOT NULL,
        captured_min int8 NOT NULL,
        captured_max int8 NOT NULL,
        signature bytea NOT NULL,
        sealed_at int8 NOT NULL,
        state int2 NOT NULL,
        tx_hash bytea,
        seq int8,
        late boolean,
        code text,
        reason text,
        PRIMARY KEY (source, lo)
      )`,
      "CREATE INDEX dpp_pack_open ON dpp_pack (source, sealed_at) WHERE state < 2",
      "CREATE INDEX dpp_pack_refused ON dpp_pack (source, lo) WHERE state = 3",
      // The row is also the lock under which a thread's packs are changed. The token outlives every lease.
      `CREATE TABLE dpp_thread (
        source bytea PRIMARY KEY,
        token int8 NOT NULL DEFAULT 0,
        worker text,
        leased_until int8 NOT NULL DEFAULT 0
      )`,
    ],
  },
];
