import { sha256 as portableSha256 } from "@noble/hashes/sha2.js";
import { VerificationError } from "../../errors.ts";
import { isAddress } from "../destination.ts";
import { ruleLimits } from "../limits.ts";
import { buildFilter } from "./build-filter.ts";
import { countLabels } from "./count-labels.ts";
import { distinctHashes } from "./distinct-hashes.ts";
import { HostDigest } from "./host-digest.ts";
import { hashHost } from "./host-hash.ts";
import { keyCheckOf } from "./key-check.ts";
import {
  blockBytes,
  entriesPerBlock,
  entryWords,
  hashBytes,
  headBytes,
  planList,
  type Sha256,
  writeHead,
} from "./layout.ts";
import { sortEntries } from "./sort-entries.ts";

export type CompiledList = {
  /** The file, to be published as `lists/<name>.bin`. */
  readonly bytes: Uint8Array;
  /** Different hosts in it. */
  readonly entries: number;
};

/**
 * Compiles hosts, each in comparison form (`normaliseHost`, lower case, punycode), to a binary list. Their order and how
 * often each stands there change nothing. With a key of 32 bytes the list is a sensitive one. Throws BAD_SCHEMA for what is
 * no host, saying which in order it was, and TOO_LARGE past the limit of entries.
 */
export function compileHostList(
  hosts: Iterable<string>,
  options: { readonly key?: Uint8Array | undefined; readonly sha256?: Sha256 | undefined } = {},
): CompiledList {
  const sha256 = options.sha256 ?? portableSha256;
  const { hashes, digests, leastLabels, mostLabels } = collect(hosts, options.key);
  const sorted = sortEntries(digests);
  const entries = sorted.length / entryWords;
  if (entries > ruleLimits.listEntries) throw new VerificationError("TOO_LARGE", "A host list has too many hosts.");
  const filter = buildFilter(distinctHashes(hashes));
  const plan = planList({ entries, filter: filter.shape });
  const bytes = new Uint8Array(plan.size);
  const body = new Int32Array(bytes.buffer, plan.body, (plan.blocks * blockBytes) / 4);
  const firsts = new Int32Array(bytes.buffer, plan.firsts, plan.blocks);
  for (let block = 0; block < plan.blocks; block++) {
    const from = block * entriesPerBlock * entryWords;
    firsts[block] = sorted[from] as number;
    body.set(sorted.subarray(from, from + entriesPerBlock * entryWords), (block * blockBytes) / 4);
    const at = plan.body + block * blockBytes;
    bytes.set(sha256(bytes.subarray(at, at + blockBytes)), headBytes + block * hashBytes);
  }
  bytes.set(filter.table, plan.filter);
  const head = {
    keyed: options.key !== undefined,
    entries,
    leastLabels,
    mostLabels,
    filter: filter.shape,
    keyCheck: options.key === undefined ? new Uint8Array(16) : keyCheckOf(options.key),
    frontHash: sha256(bytes.subarray(headBytes, plan.body)),
  };
  bytes.set(writeHead(head, sha256));
  return { bytes, entries };
}

/** Repetitions are only seen later, so more may come in than a list can hold. */
const maxCollected = 4 * ruleLimits.listEntries;

/** Hosts of a page. In one array that grows, every word would be copied several times. */
const pageHosts = 1 << 16;

type Collected = {
  /** A word of each host, and `entryWords` of each, page by page. */
  readonly hashes: readonly Int32Array[];
  readonly digests: readonly Int32Array[];
  readonly leastLabels: number;
  readonly mostLabels: number;
};

function collect(hosts: Iterable<string>, key: Uint8Array | undefined): Collected {
  const digest = new HostDigest(key);
  const hashes: Int32Array[] = [];
  const digests: Int32Array[] = [];
  let hashPage = new Int32Array(0);
  let digestPage = new Int32Array(0);
  let count = 0;
  let at = 0;
  let leastLabels = 128;
  let mostLabels = 0;
  for (const host of hosts) {
    const labels = countLabels(host);
    if (labels === 0) {
      throw new VerificationError("BAD_SCHEMA", `Number ${count + 1} of a host list is no host in comparison form.`);
    }
    if (at === hashPage.length) {
      if (count >= maxCollected) throw new VerificationError("TOO_LARGE", "A host list has too many hosts.");
      hashPage = new Int32Array(pageHosts);
      digestPage = new Int32Array(pageHosts * entryWords);
      hashes.push(hashPage);
      digests.push(digestPage);
      at = 0;
    }
    digest.take(host, 0);
    hashPage[at] = key === undefined ? hashHost(host) : digest.second;
    digestPage[at * entryWords] = digest.first;
    digestPage[at * entryWords + 1] = digest.second;
    digestPage[at * entryWords + 2] = digest.third;
    at++;
    count++;
    if (isAddress(host)) continue;
    if (labels < leastLabels) leastLabels = labels;
    if (labels > mostLabels) mostLabels = labels;
  }
  if (at < hashPage.length) {
    hashes.push((hashes.pop() as Int32Array).subarray(0, at));
    digests.push((digests.pop() as Int32Array).subarray(0, at * entryWords));
  }
  return {
    hashes,
    digests,
    leastLabels: mostLabels === 0 ? 1 : leastLabels,
    mostLabels,
  };
}
