/** `PRAGMA user_version` of the journal. */
export const journalVersion = 1;

/**
 * Records are never changed and leave only when they are delivered and a verified checkpoint covers their receipt: the
 * triggers hold that against every statement of this program.
 */
export const journalSchema = `
CREATE TABLE meta (
  id INTEGER PRIMARY KEY CHECK (id = 1),
  chain TEXT NOT NULL,
  head_seq INTEGER NOT NULL,
  head_hash TEXT NOT NULL,
  lost_from INTEGER,
  lost_to INTEGER,
  delivered_seq INTEGER NOT NULL DEFAULT -1,
  forked INTEGER NOT NULL DEFAULT 0,
  covered_size INTEGER NOT NULL DEFAULT 0,
  feed_cursor INTEGER NOT NULL DEFAULT 0
) STRICT;
CREATE TABLE records (
  seq INTEGER PRIMARY KEY,
  hash TEXT NOT NULL UNIQUE,
  type TEXT NOT NULL CHECK (type IN ('event', 'statement')),
  kind TEXT NOT NULL,
  envelope TEXT NOT NULL
) STRICT;
CREATE TABLE blobs (
  sha256 TEXT PRIMARY KEY,
  seq INTEGER NOT NULL REFERENCES records (seq) ON DELETE CASCADE,
  bytes BLOB NOT NULL,
  uploaded INTEGER NOT NULL DEFAULT 0
) STRICT;
CREATE INDEX blobs_of_record ON blobs (seq);
CREATE TABLE receipts (
  id INTEGER PRIMARY KEY,
  seq INTEGER NOT NULL,
  status INTEGER NOT NULL,
  code TEXT,
  envelope TEXT,
  received_at INTEGER,
  leaf_index INTEGER
) STRICT;
CREATE INDEX receipts_of_record ON receipts (seq, id);
CREATE INDEX receipts_by_leaf ON receipts (leaf_index);
CREATE TABLE feed (cursor INTEGER PRIMARY KEY, item TEXT NOT NULL) STRICT;
CREATE TABLE feed_about (about TEXT NOT NULL, cursor INTEGER NOT NULL, PRIMARY KEY (about, cursor)) STRICT, WITHOUT ROWID;
CREATE TABLE state (key TEXT PRIMARY KEY, value BLOB NOT NULL) STRICT;

CREATE TRIGGER records_fixed BEFORE UPDATE ON records BEGIN SELECT RAISE(ABORT, 'records are append-only'); END;
CREATE TRIGGER records_kept BEFORE DELETE ON records
WHEN NOT EXISTS (
  SELECT 1 FROM receipts, meta WHERE receipts.seq = OLD.seq AND leaf_index < covered_size AND OLD.seq <= delivered_seq
) BEGIN SELECT RAISE(ABORT, 'records are kept until a checkpoint covers them'); END;
CREATE TRIGGER receipts_fixed BEFORE UPDATE ON receipts BEGIN SELECT RAISE(ABORT, 'receipts are append-only'); END;
CREATE TRIGGER receipts_kept BEFORE DELETE ON receipts BEGIN SELECT RAISE(ABORT, 'receipts are append-only'); END;
CREATE TRIGGER feed_fixed BEFORE UPDATE ON feed BEGIN SELECT RAISE(ABORT, 'answers are append-only'); END;
CREATE TRIGGER blobs_fixed BEFORE UPDATE OF sha256, seq, bytes ON blobs BEGIN SELECT RAISE(ABORT, 'seals are append-only'); END;
`;
