/** The few requests the server's tests make, over plain HTTP/1.1. */
import { type IncomingHttpHeaders, request } from 'node:http';

/** An answer, whole. */
export interface Answer {
  readonly status: number;
  readonly headers: IncomingHttpHeaders;
  readonly text: string;
  readonly bytes: Buffer;
  readonly json: Record<string, unknown> & { items?: { metadata: { name: string } }[]; metadata: Record<string, unknown> };
}

/** What is sent besides the path. */
export interface Sent {
  readonly method?: string;
  readonly headers?: Record<string, string>;
  readonly body?: string | object;
  /** Called with each piece of the body as it arrives. */
  readonly onData?: (text: string) => void;
}

/** Sends one request as the administrator, and reads the answer to its end. */
export function ask(port: number, path: string, sent: Sent = {}): Promise<Answer> {
  return new Promise((resolve, reject) => {
    const { method = 'GET', body, onData } = sent;
    const payload = body === undefined || typeof body === 'string' ? body : JSON.stringify(body);
    const headers = {
      authorization: 'Bearer admin',
      'user-agent': 'test/1',
      ...(payload === undefined ? {} : { 'content-type': 'application/json' }),
      ...sent.headers,
    };
    const outgoing = request({ port, path, method, headers }, (incoming) => {
      const chunks: Buffer[] = [];
      incoming.on('data', (chunk: Buffer) => {
        chunks.push(chunk);
        onData?.(chunk.toString());
      });
      incoming.on('error', reject);
      incoming.on('end', () => {
        const bytes = Buffer.concat(chunks);
        const text = bytes.toString();
        const isJson = incoming.headers['content-type']?.startsWith('application/json') && !incoming.headers['content-encoding'];
        const json = isJson && !text.includes('}\n{') && text !== '' ? JSON.parse(text) : {};
        resolve({ status: incoming.statusCode ?? 0, headers: incoming.headers, text, bytes, json });
      });
    });
    outgoing.on('error', reject);
    outgoing.end(payload);
  });
}
