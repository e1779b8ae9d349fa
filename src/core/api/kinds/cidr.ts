/** IP ranges in texts (`10.1.0.0/24`), as upstream's `IsValidCIDR` reads them. */
import { ipFamily } from '../validation/ip.ts';

const FORM = /^([^/]+)\/(\d{1,3})$/;

/** 4 or 6, `undefined` where the text is no range. */
export function cidrFamily(text: string): 4 | 6 | undefined {
  const [, address = '', bits = ''] = FORM.exec(text) ?? [];
  const family = ipFamily(address);
  return family !== undefined && Number(bits) <= (family === 4 ? 32 : 128) ? family : undefined;
}

/** Why the text is no range; empty where it is one. */
export function cidrProblems(text: string): string[] {
  if (cidrFamily(text) !== undefined) return [];
  return ['must be a valid CIDR value, (e.g. 10.9.8.0/24 or 2001:db8::/64)'];
}
