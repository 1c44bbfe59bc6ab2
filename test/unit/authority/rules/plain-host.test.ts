import { findHost } from "@overt/scripts/authority/rules/bundle/hosts.ts";
import { HostName } from "@overt/shared/rules/matchers.ts";
import fc from "fast-check";
import { expect, test } from "vitest";

const label = fc.stringMatching(/^[a-z0-9_-]{1,8}$/);
const name = fc.array(label, { minLength: 1, maxLength: 4 }).map((labels) => labels.join("."));

test("a host of a list is what the URL parser makes of it, whether the parser is asked or not", () => {
  fc.assert(
    fc.property(
      fc.oneof(name, fc.constantFrom("1.2", "a.0x1", "xn--a.example", "xn--bcher-kva.example", "-a.b-")),
      (written) => {
        const parsed = URL.parse(`https://${written}/`)?.hostname;
        const expected = parsed !== undefined && HostName.safeParse(parsed).success ? parsed : undefined;
        expect(findHost(written)).toBe(expected);
      },
    ),
    { numRuns: 3_000 },
  );
});
