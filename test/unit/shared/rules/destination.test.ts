import { findDestination, isAddress, parseAddress, parseDestination } from "@overt/shared/rules/destination.ts";
import { ruleLimits } from "@overt/shared/rules/limits.ts";
import fc from "fast-check";
import { describe, expect, test, vi } from "vitest";

const dodges: readonly (readonly [string, string])[] = [
  ["https://Example.COM/", "example.com"],
  ["https://example.com./", "example.com"],
  ["https://user:secret@example.com:8443/path", "example.com"],
  ["https://example.com\\@other.test/", "example.com"],
  ["http:/example.com", "example.com"],
  ["https://ｅｘａｍｐｌｅ.com/", "example.com"],
  ["https://example。com/", "example.com"],
  ["https://exa\tmple.com/", "example.com"],
  ["https://%65xample.com/", "example.com"],
  ["https://exam\u00adple.com/", "example.com"],
  ["https://bücher.example/", "xn--bcher-kva.example"],
  ["http://2130706433/", "127.0.0.1"],
  ["http://0x7f.1/", "127.0.0.1"],
  ["http://0177.0.0.1/", "127.0.0.1"],
  ["http://127.0.0.1./", "127.0.0.1"],
  ["http://[::ffff:127.0.0.1]/", "127.0.0.1"],
  ["http://[64:ff9b::7f00:1]/", "127.0.0.1"],
  ["http://[::ffff:192.168.200.33]/", "192.168.200.33"],
  ["http://[64:ff9b::c0a8:c821]/", "192.168.200.33"],
  ["http://[::ffff:0.0.0.1]/", "0.0.0.1"],
  ["http://[::ffff:0.0.0.0]/", "0.0.0.0"],
  ["http://[64:ff9b::1]/", "0.0.0.1"],
  ["http://[64:ff9b::]/", "0.0.0.0"],
  ["http://[64:ff9b::102:0]/", "1.2.0.0"],
  ["http://[2001:DB8:0:0::1]/", "2001:db8::1"],
  // These hold what looks like an IPv4 address, and are not of the networks that do.
  ["http://[2001:db8::ffff:7f00:1]/", "2001:db8::ffff:7f00:1"],
  ["http://[2001:64:ff9b::7f00:1]/", "2001:64:ff9b::7f00:1"],
  ["http://[::ffff:7f00:1:2]/", "::ffff:7f00:1:2"],
  ["http://[::ffff:7f00:0:1:2]/", "::ffff:7f00:0:1:2"],
  ["http://[::7f00:1]/", "::7f00:1"],
  ["http://[::ffff:1]/", "::ffff:1"],
  ["http://[64:ff9b:1::1]/", "64:ff9b:1::1"],
  ["http://[64:ff9b::1:0:0]/", "64:ff9b::1:0:0"],
];

describe("destinations", () => {
  test.each(dodges)("%s is compared as %s", (url, host) => {
    expect(parseDestination(url).host).toBe(host);
  });

  test.each([
    "about:blank",
    "chrome://settings",
    "file:///etc/hosts",
    "data:text/html,x",
    "javascript:1",
    "not a url",
    "https://",
  ])("%s is no web address", (url) => {
    expect(findDestination(url)).toBeUndefined();
    expect(() => parseDestination(url)).toThrow(
      expect.objectContaining({ code: "BAD_SCHEMA", message: expect.stringContaining("not a web address") }),
    );
  });

  test.each([
    ["https://a.test/", "domain"],
    ["https://cafe/", "domain"],
    ["https://10.0.0.9/", "ipv4"],
    ["https://[::ffff:10.0.0.9]/", "ipv4"],
    ["https://[2001:db8::1]/", "ipv6"],
  ])("%s is on a host of the kind %s", (url, kind) => expect(parseDestination(url).kind).toBe(kind));

  test.each(["https://a.test/", "https://a.test/%41", "https://a.test/é", "https://a.test/\ud800"])(
    "from %j on, as long as an address may be and no longer",
    (from) => {
      const longest = from.padEnd(ruleLimits.urlUnits, "x");
      expect(findDestination(longest)?.url).toBe(longest);
      expect(findDestination(longest)?.path).toBe(parseAddress(longest)?.path);
      expect(findDestination(`${longest}x`)).toBeUndefined();
    },
  );

  test("most addresses need no parser", () => {
    const parse = vi.spyOn(URL, "parse");
    findDestination("https://www.example.com/a/B?c=D#e");
    expect(parse).not.toHaveBeenCalled();
    findDestination("https://www.example.com/%41");
    expect(parse).toHaveBeenCalledOnce();
    parse.mockRestore();
  });

  test("the registrable domain comes from the public suffix list, and an address has none", () => {
    expect(parseDestination("https://a.b.example.co.uk/").registrableDomain).toBe("example.co.uk");
    expect(parseDestination("https://someone.github.io/").registrableDomain).toBe("someone.github.io");
    expect(parseDestination("http://10.0.0.1/").registrableDomain).toBeUndefined();
    expect(parseDestination("http://[2001:db8::1]/").registrableDomain).toBeUndefined();
    expect(parseDestination("https://co.uk/").registrableDomain).toBeUndefined();
  });

  test("escapes, case and repeated slashes in a path make no difference", () => {
    const path = (url: string) => parseDestination(url).path;
    expect(path("https://a.test//Chat/%52oom/../x")).toBe("/chat/x");
    expect(path("https://a.test/%63hat")).toBe("/chat");
    expect(path("https://a.test/%ff")).toBe("/%ff");
  });

  test("parsing again what was parsed changes nothing", () => {
    fc.assert(
      fc.property(fc.webUrl({ withQueryParameters: true, withFragments: true }), (url) => {
        const once = parseDestination(url);
        const again = parseDestination(`https://${once.kind === "ipv6" ? `[${once.host}]` : once.host}/`);
        expect(again.host).toBe(once.host);
      }),
    );
  });
});

describe("addresses among hosts", () => {
  test.each([
    ...["0.0.0.0", "127.0.0.1", "255.255.255.255", "::", "::1", "1::", "2001:db8::dead:beef", "fe80::abcd"],
    "1:2:3:4:5:6:7:8",
  ])("%s is one", (host) => expect(isAddress(host)).toBe(true));

  test.each([
    "cafe",
    "abc.de",
    "dead.beef",
    "a.b.c.fade",
    "1.2.3.4.a",
    "1.example",
    "x-1.face",
    "e",
    "4.test",
    "a.1-",
    "a.-1",
    "a.9z",
  ])("%s is none", (host) => expect(isAddress(host)).toBe(false));

  test("whatever the parser takes for one", () => {
    const group = fc.integer({ min: 0, max: 0xffff }).map((one) => one.toString(16));
    const ipv6 = fc
      .tuple(fc.array(group, { minLength: 8, maxLength: 8 }), fc.subarray([0, 1, 2, 3, 4, 5, 6, 7]))
      .map(([groups, zeros]) => `[${groups.map((one, i) => (zeros.includes(i) ? "0" : one)).join(":")}]`);
    const name = fc
      .array(fc.stringMatching(/^[a-f0-9]{1,5}$/), { minLength: 1, maxLength: 4 })
      .map((labels) => labels.join("."));
    fc.assert(
      fc.property(fc.oneof(ipv6, name, fc.ipV4(), fc.domain()), (written) => {
        const host = findDestination(`https://${written}/`)?.host;
        if (host === undefined) return;
        expect(isAddress(host)).toBe(host.includes(":") || /^(\d+\.){3}\d+$/.test(host));
      }),
    );
  });
});
