/** Writes a cluster's kubeconfig, and merges it into another one. */
import { mkdirSync, readFileSync, renameSync, writeFileSync } from 'node:fs';
import { dirname } from 'node:path';
import { type Document, parseDocument, stringify, type YAMLMap, YAMLSeq } from 'yaml';
import { CommandError } from './exit-codes.ts';

export interface KubeconfigEntry {
  /** Name of cluster, user and context alike: `everynode-<cluster>`. */
  readonly name: string;
  readonly server: string;
  /** PEM texts. */
  readonly ca: string;
  readonly clientCertificate: string;
  readonly clientKey: string;
}

const base64 = (text: string) => Buffer.from(text).toString('base64');

function sections(entry: KubeconfigEntry) {
  const { name } = entry;
  return {
    clusters: { name, cluster: { server: entry.server, 'certificate-authority-data': base64(entry.ca) } },
    users: {
      name,
      user: { 'client-certificate-data': base64(entry.clientCertificate), 'client-key-data': base64(entry.clientKey) },
    },
    contexts: { name, context: { cluster: name, user: name } },
  };
}

/** Writes the whole file anew, mode 0600, in one step. */
export function writeKubeconfig(file: string, entry: KubeconfigEntry): void {
  const { clusters, users, contexts } = sections(entry);
  const config = {
    clusters: [clusters],
    contexts: [contexts],
    'current-context': entry.name,
    kind: 'Config',
    preferences: {},
    users: [users],
  };
  replace(file, stringify({ apiVersion: 'v1', ...config }));
}

/** Adds the cluster, user and context of `from` to `into` (made where missing) and makes its context the current one. Comments stay. */
export function mergeKubeconfig(from: string, into: string): string {
  const source = load(from);
  const target = load(into, true);
  const context = String(source.get('current-context'));
  for (const section of ['clusters', 'users', 'contexts']) {
    for (const item of items(source, section)) put(target, section, item);
  }
  target.set('current-context', context);
  replace(into, target.toString());
  return context;
}

function load(file: string, mayBeMissing = false): Document {
  let text: string;
  try {
    text = readFileSync(file, 'utf8');
  } catch (error) {
    if (!mayBeMissing) throw new CommandError(`${file}: cannot be read; is the cluster up? Start it with "everynode up"`);
    if ((error as NodeJS.ErrnoException).code !== 'ENOENT') throw new CommandError(`${file}: cannot be read: ${String(error)}`);
    text = 'apiVersion: v1\nkind: Config\n';
  }
  const document = parseDocument(text);
  const problem = document.errors[0];
  if (problem) throw new CommandError(`${file}: is no kubeconfig: ${problem.message.split('\n')[0]}; nothing was changed`);
  return document;
}

function items(document: Document, section: string): YAMLMap[] {
  const list = document.get(section);
  return list instanceof YAMLSeq ? (list.items as YAMLMap[]) : [];
}

function put(target: Document, section: string, item: YAMLMap): void {
  const name = item.get('name');
  if (!(target.get(section) instanceof YAMLSeq)) target.set(section, new YAMLSeq());
  const list = target.get(section) as YAMLSeq;
  const at = items(target, section).findIndex((other) => other.get('name') === name);
  if (at < 0) list.add(item);
  else list.items[at] = item;
}

function replace(file: string, text: string): void {
  mkdirSync(dirname(file), { recursive: true });
  const part = `${file}.${process.pid}`;
  writeFileSync(part, text, { mode: 0o600 });
  renameSync(part, file);
}
