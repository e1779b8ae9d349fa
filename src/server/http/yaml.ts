/** YAML in and out, as `sigs.k8s.io/yaml` reads and writes it. */
import { parseDocument, stringify } from 'yaml';

/** Thrown for a text that is no YAML, with the reason in go-yaml's words where they are known. */
export class YamlError extends Error {
  constructor(message: string) {
    super(message);
    this.name = 'YamlError';
  }
}

/** A parsed document; `duplicates` names the keys that a mapping repeats, as go-yaml reports them in strict reading. */
export interface YamlDocument {
  readonly value: unknown;
  readonly duplicates: readonly string[];
}

const REASONS: Readonly<Record<string, string>> = {
  BAD_INDENT: 'did not find expected key',
  BLOCK_AS_IMPLICIT_KEY: 'mapping values are not allowed in this context',
  BAD_SCALAR_START: 'found character that cannot start any token',
  MISSING_CHAR: 'did not find expected node content',
  MULTILINE_IMPLICIT_KEY: 'could not find expected \':\'',
  TAB_AS_INDENT: 'found character that cannot start any token',
  UNEXPECTED_TOKEN: 'did not find expected node content',
};

/** Reads one document by the rules of YAML 1.1. Throws `YamlError`. */
export function readYaml(text: string): YamlDocument {
  const document = parseDocument(text, { version: '1.1', uniqueKeys: false, prettyErrors: true, strict: true });
  const [error] = document.errors;
  if (error) {
    const line = error.linePos?.[0].line ?? 1;
    throw new YamlError(`yaml: line ${line}: ${REASONS[error.code] ?? error.message.split('\n')[0]}`);
  }
  return { value: document.toJS({ mapAsMap: false, maxAliasCount: 100 }), duplicates: duplicateKeys(text) };
}

/** Writes a JSON value, keys sorted. */
export function writeYaml(value: unknown): string {
  return stringify(value, { version: '1.1', sortMapEntries: true, lineWidth: 0, aliasDuplicateObjects: false });
}

function duplicateKeys(text: string): string[] {
  const document = parseDocument(text, { version: '1.1', uniqueKeys: true, prettyErrors: true });
  return document.errors.flatMap((error) => {
    if (error.code !== 'DUPLICATE_KEY') return [];
    const line = error.linePos?.[0].line ?? 1;
    return [`line ${line}: key ${JSON.stringify(keyAt(text, error.pos[0]))} already set in map`];
  });
}

function keyAt(text: string, at: number): string {
  const found = /^\s*(?:"([^"]*)"|'([^']*)'|([^\s:]+))/.exec(text.slice(at));
  return found?.[1] ?? found?.[2] ?? found?.[3] ?? '';
}
