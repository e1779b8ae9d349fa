/** The key that signs service account tokens: ES256 JSON Web Tokens. */
import { createHash, createPrivateKey, createPublicKey, generateKeyPairSync, type KeyObject, sign, verify } from 'node:crypto';
import { join } from 'node:path';
import type { Claims } from '../../core/api/authentication/service-account-claims.ts';
import { readSecret, writeSecret } from '../tls/pki-files.ts';

const KEY_FILE = 'service-account.key';
const ENCODING = 'ieee-p1363';

export class SigningKey {
  readonly #private: KeyObject;
  readonly #public: KeyObject;
  readonly #header: string;

  private constructor(key: KeyObject) {
    this.#private = key;
    this.#public = createPublicKey(key);
    const kid = createHash('sha256')
      .update(this.#public.export({ type: 'spki', format: 'der' }))
      .digest('base64url');
    this.#header = encode({ alg: 'ES256', kid });
  }

  /** The key of a data directory, made where there is none; without a directory a new one. Throws the system's error. */
  static open(directory: string | undefined): SigningKey {
    const path = directory === undefined ? undefined : join(directory, 'pki', KEY_FILE);
    const kept = path === undefined ? undefined : readSecret(path);
    if (kept !== undefined) return new SigningKey(createPrivateKey(kept));
    const { privateKey } = generateKeyPairSync('ec', { namedCurve: 'P-256' });
    if (path !== undefined) writeSecret(path, privateKey.export({ type: 'pkcs8', format: 'pem' }) as string);
    return new SigningKey(privateKey);
  }

  sign(claims: Claims): string {
    const text = `${this.#header}.${encode(claims)}`;
    const signature = sign('sha256', Buffer.from(text), { key: this.#private, dsaEncoding: ENCODING });
    return `${text}.${signature.toString('base64url')}`;
  }

  /** The claims of a token this key has signed, whatever they say; `undefined` for every other text. */
  verify(token: string): Claims | undefined {
    const [header, payload, signature, ...rest] = token.split('.');
    if (header !== this.#header || payload === undefined || signature === undefined || rest.length > 0) return undefined;
    const signed = Buffer.from(`${header}.${payload}`);
    const ours = verify('sha256', signed, { key: this.#public, dsaEncoding: ENCODING }, Buffer.from(signature, 'base64url'));
    return ours ? (JSON.parse(Buffer.from(payload, 'base64url').toString('utf8')) as Claims) : undefined;
  }
}

function encode(value: unknown): string {
  return Buffer.from(JSON.stringify(value)).toString('base64url');
}
