/** Makes the cluster's certificates: ECDSA P-256, as kubeadm lays them out. Heavy to import: load it when one must be made. */
import 'reflect-metadata';
import { randomBytes, webcrypto } from 'node:crypto';
import { isIP } from 'node:net';
import * as x509 from '@peculiar/x509';
import type { Instant } from '../../core/kube/time.ts';

x509.cryptoProvider.set(webcrypto);

/** A private key (PKCS #8) and its certificate, both PEM. */
export interface KeyPair {
  readonly key: string;
  readonly cert: string;
}

/** How long a certificate holds, from an hour before `now`, so that a clock that lags accepts it. */
export interface Validity {
  readonly now: Instant;
  readonly years: number;
}

/** Who a leaf is for: a server under `hosts`, or a client as user `commonName` of `organizations`. */
export type Leaf =
  | { readonly for: 'server'; readonly commonName: string; readonly hosts: readonly string[] }
  | { readonly for: 'client'; readonly commonName: string; readonly organizations: readonly string[] };

const CURVE = { name: 'ECDSA', namedCurve: 'P-256' };
const SIGNING = { name: 'ECDSA', hash: 'SHA-256' };
const HOUR = 3_600_000;
const YEAR = 365 * 24 * HOUR;
const SERVER_AUTH = '1.3.6.1.5.5.7.3.1';
const CLIENT_AUTH = '1.3.6.1.5.5.7.3.2';

/** A new authority of its own signature. */
export async function issueAuthority(commonName: string, validity: Validity): Promise<KeyPair> {
  const keys = await newKeys();
  const cert = await x509.X509CertificateGenerator.createSelfSigned({
    ...frame(validity),
    name: [{ CN: [commonName] }],
    keys,
    signingAlgorithm: SIGNING,
    extensions: [
      new x509.BasicConstraintsExtension(true, undefined, true),
      new x509.KeyUsagesExtension(
        x509.KeyUsageFlags.digitalSignature | x509.KeyUsageFlags.keyCertSign | x509.KeyUsageFlags.cRLSign,
        true,
      ),
      await x509.SubjectKeyIdentifierExtension.create(keys.publicKey),
    ],
  });
  return pemPair(keys, cert);
}

/** A certificate signed by `authority`. */
export async function issueLeaf(authority: KeyPair, leaf: Leaf, validity: Validity): Promise<KeyPair> {
  const keys = await newKeys();
  const issuer = new x509.X509Certificate(authority.cert);
  const organizations = leaf.for === 'client' && leaf.organizations.length > 0 ? [{ O: [...leaf.organizations] }] : [];
  const cert = await x509.X509CertificateGenerator.create({
    ...frame(validity),
    subject: [...organizations, { CN: [leaf.commonName] }],
    issuer: issuer.subject,
    publicKey: keys.publicKey,
    signingKey: await signingKey(authority),
    signingAlgorithm: SIGNING,
    extensions: [
      new x509.BasicConstraintsExtension(false, undefined, true),
      new x509.KeyUsagesExtension(x509.KeyUsageFlags.digitalSignature | x509.KeyUsageFlags.keyEncipherment, true),
      new x509.ExtendedKeyUsageExtension([leaf.for === 'server' ? SERVER_AUTH : CLIENT_AUTH]),
      await x509.AuthorityKeyIdentifierExtension.create(issuer.publicKey),
      ...(leaf.for === 'server' ? [new x509.SubjectAlternativeNameExtension(alternatives(leaf.hosts))] : []),
    ],
  });
  return pemPair(keys, cert);
}

function frame({ now, years }: Validity) {
  const serial = randomBytes(16);
  serial[0] = (serial[0]! & 0x7f) | 0x40;
  return { serialNumber: serial.toString('hex'), notBefore: new Date(now - HOUR), notAfter: new Date(now + years * YEAR) };
}

function alternatives(hosts: readonly string[]): x509.JsonGeneralName[] {
  return hosts.map((value) => ({ type: isIP(value) ? 'ip' : 'dns', value }));
}

function newKeys(): Promise<webcrypto.CryptoKeyPair> {
  return webcrypto.subtle.generateKey(CURVE, true, ['sign', 'verify']);
}

function signingKey({ key }: KeyPair): Promise<webcrypto.CryptoKey> {
  const der = x509.PemConverter.decodeFirst(key);
  return webcrypto.subtle.importKey('pkcs8', der, CURVE, false, ['sign']);
}

async function pemPair(keys: webcrypto.CryptoKeyPair, cert: x509.X509Certificate): Promise<KeyPair> {
  const der = await webcrypto.subtle.exportKey('pkcs8', keys.privateKey);
  return { key: `${x509.PemConverter.encode(der, 'PRIVATE KEY')}\n`, cert: `${cert.toString('pem')}\n` };
}
