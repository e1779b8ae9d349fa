/** Reads manifest files into objects, each with the place it came from. */
import { readdirSync, readFileSync, statSync } from 'node:fs';
import { join } from 'node:path';
import { LineCounter, parseAllDocuments } from 'yaml';
import type { KubeObject } from '../core/kube/objects.ts';
import { CommandError, EXIT } from './exit-codes.ts';
import { withFoldedScalars } from './flow-scalars.ts';
import { yamlProblem } from './source-error.ts';

export interface Manifest {
  /** `file:line` of the document. */
  readonly where: string;
  readonly object: KubeObject;
}

/** Every object of the files, folders (`*.yaml`, `*.yml`, `*.json`, in name order) and `-` (standard input), Lists unfolded. Throws `CommandError`. */
export function readManifests(paths: readonly string[]): Manifest[] {
  return paths.flatMap((path) => filesOf(path)).flatMap((file) => parseManifests(file, textOf(file)));
}

/** The objects of one text. Throws `CommandError` with file and line. */
export function parseManifests(file: string, text: string): Manifest[] {
  const strict = documentsOf(text);
  const broken = 'empty' in strict.documents ? undefined : strict.documents.find(({ errors }) => errors.length > 0);
  const folded = broken && documentsOf(withFoldedScalars(text));
  const readable = folded && !('empty' in folded.documents) && folded.documents.every(({ errors }) => errors.length === 0);
  const { documents, lines } = readable ? folded : strict;
  const found: Manifest[] = [];
  for (const document of 'empty' in documents ? [] : documents) {
    const problem = document.errors[0];
    const at = (offset: number) => `${file}:${lines.linePos(offset).line}`;
    if (problem) throw new CommandError(`${at(problem.pos[0])}: ${yamlProblem(problem)}`, EXIT.usage);
    const value: unknown = document.toJS({ maxAliasCount: 1000 });
    if (value === null || value === undefined) continue;
    found.push(...unfold(value, at(document.contents?.range?.[0] ?? 0)));
  }
  return found;
}

function documentsOf(text: string) {
  const lines = new LineCounter();
  return { lines, documents: parseAllDocuments(text, { version: '1.1', lineCounter: lines, uniqueKeys: false }) };
}

function unfold(value: unknown, where: string): Manifest[] {
  const object = value as Partial<KubeObject> & { items?: unknown[] };
  if (typeof value !== 'object' || Array.isArray(value))
    throw new CommandError(`${where}: a Kubernetes object is expected here`, EXIT.usage);
  for (const field of ['apiVersion', 'kind'] as const) {
    if (typeof object[field] !== 'string' || object[field] === '')
      throw new CommandError(`${where}: ${field} is missing`, EXIT.usage);
  }
  if (object.kind?.endsWith('List') && Array.isArray(object.items)) return object.items.flatMap((item) => unfold(item, where));
  if (!object.metadata?.name && !object.metadata?.generateName)
    throw new CommandError(`${where}: metadata.name is missing`, EXIT.usage);
  return [{ where, object: object as KubeObject }];
}

function filesOf(path: string): string[] {
  if (path === '-') return [path];
  try {
    if (!statSync(path).isDirectory()) return [path];
    return readdirSync(path)
      .filter((name) => /\.(ya?ml|json)$/.test(name))
      .sort()
      .map((name) => join(path, name));
  } catch (error) {
    throw unreadable(path, error);
  }
}

function textOf(file: string): string {
  try {
    return readFileSync(file === '-' ? 0 : file, 'utf8');
  } catch (error) {
    throw unreadable(file, error);
  }
}

function unreadable(file: string, error: unknown): CommandError {
  const code = (error as NodeJS.ErrnoException).code;
  return new CommandError(
    `${file}: ${code === 'ENOENT' ? 'no such file' : `cannot be read (${code ?? String(error)})`}`,
    EXIT.usage,
  );
}
