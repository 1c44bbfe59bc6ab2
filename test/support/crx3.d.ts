declare module "crx3" {
  /** Packs the folder of `files[0]`, a manifest, as a CRX3 file signed with the key. */
  function writeCrx(files: readonly string[], options: { keyPath: string; crxPath: string }): Promise<unknown>;
  export = writeCrx;
}
