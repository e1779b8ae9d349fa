/** What it takes to reach one API server: address, TLS material, and headers that prove who is calling. */
import type { Agent } from 'node:https';

/** TLS settings as `node:tls` takes them. */
export interface TlsSettings {
  readonly ca?: string | Buffer;
  readonly cert?: string | Buffer;
  readonly key?: string | Buffer;
  readonly passphrase?: string;
  readonly servername?: string;
  readonly rejectUnauthorized?: boolean;
}

export interface Credentials {
  /** `Authorization`, `Impersonate-User`. */
  readonly headers: Readonly<Record<string, string>>;
  readonly tls: TlsSettings;
  /** An agent that goes through the proxy the kubeconfig names. */
  readonly proxy?: Agent;
}

export interface Connection {
  /** Scheme, host, port and, behind some proxies, a path every request is under. */
  readonly server: URL;
  /** For messages: the context's name and where it came from. */
  readonly origin: string;
  /** The context's namespace, `default` where it names none. */
  readonly namespace: string;
  /** Asked again when the last answer is old or was refused with 401: tokens rotate, exec plug-ins renew. */
  credentials(): Promise<Credentials>;
}

/** A connection whose credentials never change: tests, and a cluster started by the same process. */
export function fixedConnection(server: string, credentials: Partial<Credentials> = {}): Connection {
  const fixed: Credentials = { headers: {}, tls: {}, ...credentials };
  return { server: new URL(server), origin: server, namespace: 'default', credentials: () => Promise.resolve(fixed) };
}
