import type { Row } from "./row.ts";

export type BenchContext = {
  /** A smaller run, for a look while working: its rows are not the bars' figures. */
  readonly quick: boolean;
  /** Where inputs and built peers are kept between runs. It exists. */
  readonly folder: string;
  /** What is being done now, for whoever waits. */
  progress(text: string): void;
  /** A figure or a remark that belongs under the table. */
  remark(text: string): void;
};

/** A group of rows, measured in one go. */
export type Bench = {
  /** The word by which the command line picks it. */
  readonly name: string;
  readonly about: string;
  measure(context: BenchContext): Promise<readonly Row[]>;
};
