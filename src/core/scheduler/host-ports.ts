/** The host ports taken on one node, found by number. */
import { type HostPort, portsClash } from '../node/tenant.ts';

export class HostPorts {
  readonly #taken = new Map<string, HostPort[]>();

  add(ports: readonly HostPort[]): void {
    for (const port of ports) {
      const there = this.#taken.get(key(port));
      if (there) there.push(port);
      else this.#taken.set(key(port), [port]);
    }
  }

  remove(ports: readonly HostPort[]): void {
    for (const port of ports) {
      const there = this.#taken.get(key(port));
      const at = there?.findIndex(({ ip }) => ip === port.ip) ?? -1;
      if (!there || at < 0) continue;
      there.splice(at, 1);
      if (there.length === 0) this.#taken.delete(key(port));
    }
  }

  /** Whether one of `ports` cannot be had. */
  clash(ports: readonly HostPort[]): boolean {
    return ports.some((port) => portsClash([port], this.#taken.get(key(port)) ?? NONE));
  }
}

const NONE: readonly HostPort[] = [];

function key({ protocol, port }: HostPort): string {
  return `${protocol}/${port}`;
}
