/** One line of progress, stamped with the time since the start, so that a slow step shows. */
export type Say = (line: string) => void;

export function openProgress(write: (text: string) => void, monotonic: () => number): Say {
  const began = monotonic();
  return (line) => {
    const seconds = ((monotonic() - began) / 1_000).toFixed(1);
    write(`overt ${seconds.padStart(6)} s  ${line}`);
  };
}
