/** The cluster's certificates: made once, kept, renewed when they must be. */
import { X509Certificate } from 'node:crypto';
import { mkdtempSync, readdirSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, expect, test } from 'vitest';
import { openClusterPki } from '../../src/server/tls/cluster-pki.ts';

const root = mkdtempSync(join(tmpdir(), 'everynode-pki-'));
afterAll(() => rmSync(root, { recursive: true, force: true }));
const DAY = 24 * 3_600_000;
const now = Date.UTC(2026, 0, 1);

test('the server answers to the usual names, its administrator is admin of system:masters', async () => {
  const pki = await openClusterPki({ now, hosts: ['box.example', '192.168.7.7'] });
  const [ca, server, admin] = [pki.ca, pki.server.cert, pki.admin.cert].map((pem) => new X509Certificate(pem));
  for (const host of ['localhost', 'kubernetes.default.svc', 'box.example']) expect(server!.checkHost(host), host).toBe(host);
  for (const address of ['127.0.0.1', '::1', '10.96.0.1', '192.168.7.7']) expect(server!.checkIP(address), address).toBe(address);
  expect(server!.checkHost('elsewhere.example')).toBeUndefined();
  expect(admin!.subject.split('\n').sort()).toEqual(['CN=admin', 'O=system:masters']);
  for (const leaf of [server!, admin!]) {
    expect(leaf.verify(ca!.publicKey) && leaf.checkIssued(ca!)).toBe(true);
    expect(leaf.ca).toBe(false);
    expect(Math.round((leaf.validToDate.getTime() - now) / DAY)).toBe(365);
  }
  expect(ca!.ca).toBe(true);
  expect(Math.round((ca!.validToDate.getTime() - now) / DAY)).toBe(3650);
});

test('what is kept is used again; what is near its end, damaged or too narrow is made anew', async () => {
  const directory = join(root, 'kept');
  const open = (at = now, hosts: string[] = []) => openClusterPki({ directory, now: at, hosts });
  const first = await open();
  for (const file of readdirSync(join(directory, 'pki')))
    expect(statSync(join(directory, 'pki', file)).mode & 0o777, file).toBe(0o600);
  expect(await open(now + 300 * DAY)).toEqual(first);

  const late = await open(now + 320 * DAY);
  expect(late.ca).toBe(first.ca);
  expect(late.server.cert).not.toBe(first.server.cert);
  expect(late.admin.cert).not.toBe(first.admin.cert);

  const wider = await open(now + 320 * DAY, ['new.example']);
  expect([wider.admin.cert, wider.server.cert === late.server.cert]).toEqual([late.admin.cert, false]);

  writeFileSync(join(directory, 'pki', 'admin.key'), 'half a k');
  const mended = await open(now + 320 * DAY, ['new.example']);
  expect([mended.server.cert, mended.admin.cert === wider.admin.cert]).toEqual([wider.server.cert, false]);

  rmSync(join(directory, 'pki', 'ca.key'));
  const anew = await open(now + 320 * DAY);
  expect(anew.ca).not.toBe(first.ca);
  expect(new X509Certificate(anew.server.cert).verify(new X509Certificate(anew.ca).publicKey)).toBe(true);
});
