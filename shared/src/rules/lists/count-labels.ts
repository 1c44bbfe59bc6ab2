/** Labels of a host in comparison form; 0 for what is none. `HostName` of ../matchers.ts, without a regular expression. */
export function countLabels(host: string): number {
  const { length } = host;
  if (length === 0 || length > 253) return 0;
  let labels = 1;
  let inLabel = 0;
  for (let at = 0; at < length; at++) {
    const code = host.charCodeAt(at);
    if (code === 0x2e) {
      if (inLabel === 0 || inLabel > 63) return 0;
      inLabel = 0;
      labels++;
    } else if ((code >= 0x61 && code <= 0x7a) || (code >= 0x30 && code <= 0x39) || code === 0x2d || code === 0x5f) {
      inLabel++;
    } else {
      return code === 0x3a && isIpv6(host) ? 1 : 0;
    }
  }
  return inLabel === 0 || inLabel > 63 ? 0 : labels;
}

function isIpv6(host: string): boolean {
  return /^[0-9a-f:]{2,39}$/.test(host);
}
