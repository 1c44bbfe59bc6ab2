import { buildHostCover } from "@overt/shared/rules/hosts.ts";
import { buildProtectedHosts } from "@overt/shared/rules/protected-hosts.ts";
import { expect, test } from "vitest";

test("a host is protected by the order or by any one of its lists, with what is below it, and by nothing else", () => {
  const lists = [buildHostCover(["helpline.test"]), buildHostCover(["court.test", "10.0.0.1"])];
  const isProtected = buildProtectedHosts(["solicitor.test"], lists);
  for (const host of ["solicitor.test", "www.solicitor.test", "helpline.test", "a.b.court.test", "10.0.0.1"]) {
    expect(isProtected(host)).toBe(true);
  }
  for (const host of ["other.test", "test", "notsolicitor.test", "110.0.0.1"]) expect(isProtected(host)).toBe(false);
  expect(buildProtectedHosts([], [])("solicitor.test")).toBe(false);
});
