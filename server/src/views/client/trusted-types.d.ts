/** Trusted Types, which TypeScript's DOM library does not know yet (https://w3c.github.io/trusted-types/). */
interface TrustedTypePolicy {
  createHTML(input: string): unknown;
}
declare const trustedTypes:
  | { createPolicy(name: string, rules: { createHTML(input: string): string }): TrustedTypePolicy }
  | undefined;
