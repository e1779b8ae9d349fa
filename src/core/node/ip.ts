/**
 * Addresses of the simulated network. Nodes: 10.0.0.0/10. Pods: a /24 per node, 10.244.x.0 for the first 256 nodes,
 * then 10.245.x.0 to 10.255.x.0, then 10.128.x.0 to 10.243.x.0: 32,768 nodes. 10.96.0.0/12 is left to services.
 */

/** Pods a /24 can hold: .0 and .255 are no hosts and .1 is the bridge. */
const HOSTS = 253;

/** The pod range of the node with this index, counted from 0. */
export function podCidr(index: number): string {
  const block = Math.floor(index / 256) % 128;
  const second = block < 12 ? 244 + block : 128 + block - 12;
  return `10.${second}.${index % 256}.0/24`;
}

/** The inverse of `podCidr`; `undefined` for a range that is not ours. */
export function podCidrIndex(cidr: string | undefined): number | undefined {
  const [first, second, third, rest] = (cidr ?? '').split('.');
  const block = Number(second) >= 244 ? Number(second) - 244 : Number(second) - 128 + 12;
  if (first !== '10' || rest !== '0/24' || !(block >= 0 && block < 128)) return undefined;
  return block * 256 + Number(third);
}

/** The `InternalIP` of the node with this index: never .0 or .255. */
export function nodeAddress(index: number): string {
  const host = index + 2;
  return `10.${Math.floor(host / (254 * 256)) % 64}.${Math.floor(host / 254) % 256}.${1 + (host % 254)}`;
}

/** The next free address of a range after `last` (a host number), and that host number; `undefined` when the range is used up. */
export function nextPodAddress(cidr: string, used: ReadonlySet<string>, last: number): { ip: string; host: number } | undefined {
  const prefix = cidr.slice(0, cidr.lastIndexOf('.') + 1);
  for (let step = 1; step <= HOSTS; step++) {
    const host = 2 + ((last - 2 + step + HOSTS) % HOSTS);
    const ip = `${prefix}${host}`;
    if (!used.has(ip)) return { ip, host };
  }
  return undefined;
}
