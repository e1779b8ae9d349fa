/** YAML in and out, as `sigs.k8s.io/yaml` reads and writes it. */
import { parseDocument, stringify, type YAMLParseError } from 'yaml';

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

/** What libyaml says in the place of our reader's error, and whether its scanner says so or its parser. */
const REASONS: Readonly<Record<string, { text: string; scanner?: true }>> = {
  BAD_INDENT: { text: 'did not find expected key' },
  BLOCK_AS_IMPLICIT_KEY: { text: 'mapping values are not allowed in this context', scanner: true },
  BAD_SCALAR_START: { text: 'found character that cannot start any token', scanner: true },
  MISSING_CHAR: { text: 'found unexpected end of stream', scanner: true },
  MULTILINE_IMPLICIT_KEY: { text: "could not find expected ':'", scanner: true },
  TAB_AS_INDENT: { text: 'found character that cannot start any token', scanner: true },
  UNEXPECTED_TOKEN: { text: 'did not find expected node content' },
};

/** go-yaml's message. Its parser counts lines from 0, and the end of the text as a line of its own. */
function goMessage(error: YAMLParseError, text: string): string {
  const flow = error.message.startsWith('Flow');
  const known = flow ? { text: 'did not find expected node content' } : REASONS[error.code];
  const reason = known?.text ?? error.message.split('\n')[0] ?? '';
  const lines = text.trimEnd().split('\n').length;
  const at = error.linePos?.[0].line ?? 1;
  const atEnd = flow ? !/[\]}]\s*$/.test(text) : error.pos[0] >= text.trimEnd().length;
  const line = known && 'scanner' in known ? at : atEnd ? lines : (flow ? lines : at) - 1;
  return line > 0 ? `yaml: line ${line}: ${reason}` : `yaml: ${reason}`;
}

/** Reads one document by the rules of YAML 1.1. Throws `YamlError`. */
export function readYaml(text: string): YamlDocument {
  const document = parseDocument(text, { version: '1.1', uniqueKeys: false, prettyErrors: true, strict: true });
  const [error] = document.errors;
  if (error) throw new YamlError(goMessage(error, text));
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
