/** One line of a bench's table. `unit` is of `ours` and `theirs`; `ratio` says how many times better ours is. */
export type Row = {
  readonly work: string;
  readonly unit: string;
  readonly ours: number;
  readonly peer: string | null;
  readonly theirs: number | null;
  readonly ratio: number | null;
  /** The least or most that this row must reach, in words: `≥ 5×`, `≤ 60 ms`. */
  readonly bar: string | null;
  readonly holds: boolean | null;
};

/** Ours against a peer in one run. `least` is the ratio it must reach; left out, the row is for information. */
export function compareRow(input: {
  readonly work: string;
  readonly unit: string;
  readonly ours: number;
  readonly peer: string;
  readonly theirs: number;
  readonly least?: number;
  /** Which way is better: times fall, throughputs rise. */
  readonly better: "lower" | "higher";
}): Row {
  const { work, unit, ours, peer, theirs, least } = input;
  const ratio = input.better === "lower" ? theirs / ours : ours / theirs;
  const judged = least === undefined ? { bar: null, holds: null } : { bar: `≥ ${least}×`, holds: ratio >= least };
  return { work, unit, ours, peer, theirs, ratio, ...judged };
}

/** A figure of ours that must not pass a limit, in the row's unit. */
export function boundRow(input: {
  readonly work: string;
  readonly unit: string;
  readonly ours: number;
  readonly most?: number;
}): Row {
  const { work, unit, ours, most } = input;
  const judged = most === undefined ? { bar: null, holds: null } : { bar: `≤ ${most} ${unit}`, holds: ours <= most };
  return { work, unit, ours, peer: null, theirs: null, ratio: null, ...judged };
}

/** A peer that answered wrongly: it is named as wrong, and its speed is worth nothing. */
export function wrongRow(input: {
  readonly work: string;
  readonly unit: string;
  readonly ours: number;
  readonly peer: string;
  readonly theirs: number;
  readonly fault: string;
}): Row {
  const { work, unit, ours, peer, theirs, fault } = input;
  return { work, unit, ours, peer: `${peer} (wrong: ${fault})`, theirs, ratio: null, bar: null, holds: null };
}
