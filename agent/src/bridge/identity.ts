/**
 * Who talks to whom over native messaging. The browser derives the extension's id from `extensionKey`, and the host
 * manifest admits only that id, so these lines belong together; a test derives the id again.
 *
 * The private half of this key is kept nowhere: an unpacked build and a store build need only the public half.
 */
export const extensionKey =
  "MIIBIjANBgkqhkiG9w0BAQEFAAOCAQ8AMIIBCgKCAQEA27L1KGHxuWsP3rZyy/33PYJkjMN6Pd0BBfMOvzXD7Q7I1DjMfphmSo6jnVJcMbKJVgoYKnnWk741dif0yeFSnK4OmefCsN2dpB0kp7rS3hz8xBNPaP9QGP/uev0Uin/36ewSSxfSHyxs/s7HB+KiMprX3CCPrLLW5VY6qm5miS6QQx6VQTFHP/ihyPClZBgYy0FLXFcdEz1ZbBWJ2Hf+SK4eBaJ4qQOEavirEVgMTtNDA11I9SdjelwHwZipHuSNrh2Id1EeBOnKLntJWMQ/7EG5I8/B5R9y0b+nwekyplkt61yOJ4O4XJDFn+pKtTY/uCwu3igX3fyC0CfNz33fjwIDAQAB";

/** The first 16 bytes of SHA-256 over the key's DER bytes, each half-byte written as a letter from a to p. */
export const extensionId = "bdknjmflppblkkoamchghjgbfgpnolch";

/** Firefox takes the id from the manifest instead of a key. */
export const firefoxExtensionId = "monitor@overt.invalid";

/** The name that the extension asks the browser for; the host manifest's file is called the same. */
export const nativeHostName = "org.overt.agent";

/** The caller's name that Chromium passes to the native host as its first argument. */
export function chromiumOrigin(id: string): string {
  return `chrome-extension://${id}/`;
}
