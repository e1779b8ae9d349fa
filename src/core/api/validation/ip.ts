/** IP addresses in texts, read as Go's `net` package reads them. */

const V4 = /^(\d{1,3})\.(\d{1,3})\.(\d{1,3})\.(\d{1,3})$/;
const HEX_GROUP = /^[0-9a-fA-F]{1,4}$/;

/** 4 or 6, `undefined` where the text is no address. IPv4 octets may have leading zeros, as upstream's sloppy parser allows. */
export function ipFamily(text: string): 4 | 6 | undefined {
  if (!text.includes(':')) return isV4(text) ? 4 : undefined;
  return isV6(text) ? 6 : undefined;
}

/** Why the text is no IP address; empty where it is one. */
export function ipProblems(text: string): readonly string[] {
  return ipFamily(text) ? [] : ['must be a valid IP address, (e.g. 10.9.8.7 or 2001:db8::ffff)'];
}

/** Whether the addresses hold exactly both families; unreadable ones count for none. */
export function isDualStack(addresses: readonly string[]): boolean {
  const families = new Set(addresses.map(ipFamily));
  return families.has(4) && families.has(6);
}

function isV4(text: string): boolean {
  const parts = V4.exec(text);
  return parts?.slice(1).every((octet) => Number(octet) <= 255) ?? false;
}

function isV6(text: string): boolean {
  const halves = text.split('::');
  if (halves.length > 2) return false;
  const groups = halves.map((half) => (half === '' ? [] : half.split(':')));
  const last = groups[groups.length - 1];
  let count = groups.reduce((sum, half) => sum + half.length, 0);
  const tail = last?.[last.length - 1];
  if (tail?.includes('.')) {
    if (!isV4(tail)) return false;
    last?.pop();
    count += 1;
  }
  if (!groups.every((half) => half.every((group) => HEX_GROUP.test(group)))) return false;
  return halves.length === 2 ? count < 8 : count === 8;
}
