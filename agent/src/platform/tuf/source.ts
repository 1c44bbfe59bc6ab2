/** Where TUF files come from: the agency's server, or a folder that an officer brings. */
export interface TufSource {
  /**
   * The bytes of one file, or undefined where there is none (a 404). `path` is relative, such as `3.root.json`.
   * Throws TransportError UNREACHABLE or BAD_RESPONSE; a file longer than `maxBytes` is BAD_RESPONSE.
   */
  readonly read: (path: string, maxBytes: number) => Promise<Uint8Array | undefined>;
}
