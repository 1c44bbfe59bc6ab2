/** Sizes on the local channel. The browser itself takes at most 1 MiB from a native host. */
export const bridgeLimits = {
  fromExtensionBytes: 64 * 1024,
  toExtensionBytes: 1024 * 1024,
  urlCharacters: 16_384,
  titleCharacters: 1_024,
  noticeUrlCharacters: 1_024,
  signals: 32,
  /** Tab and window ids are 32-bit in both browsers. */
  largestId: 2 ** 31 - 1,
  /** Browsers and profiles of one account that may be connected at once. */
  connections: 16,
} as const;
