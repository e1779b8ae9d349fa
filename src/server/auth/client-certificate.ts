/** Client certificates: the common name is the user, the organizations are its groups (upstream request/x509). */
import type { TLSSocket } from 'node:tls';
import type { UserInfo } from '../../core/api/kind.ts';

/** What the certificate of a connection says: a user, nobody, or that it is no good. */
export type Presented = UserInfo | 'none' | 'refused';

/** A connection presents the same certificate for as long as it lasts. */
const seen = new WeakMap<object, Presented>();

export function certificateUser(socket: object): Presented {
  const known = seen.get(socket);
  if (known !== undefined) return known;
  const presented = read(socket as Partial<TLSSocket>);
  seen.set(socket, presented);
  return presented;
}

function read(socket: Partial<TLSSocket>): Presented {
  const subject = socket.getPeerCertificate?.()?.subject as Record<string, string | string[] | undefined> | undefined;
  if (!subject) return 'none';
  if (!socket.authorized) return 'refused';
  const [name] = [subject.CN ?? []].flat();
  return name === undefined ? 'none' : { name, groups: [subject.O ?? []].flat() };
}
