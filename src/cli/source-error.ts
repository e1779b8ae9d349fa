/** Says where in a YAML file something is wrong: file, line, column and field path. */
import { isCollection, isMap, isPair, isSeq, LineCounter, type Node, parseAllDocuments } from 'yaml';
import { CommandError, EXIT } from './exit-codes.ts';

export type FieldPath = readonly PropertyKey[];

export interface YamlSource {
  readonly file: string;
  /** The plain data of the one document. */
  readonly value: unknown;
  /** A `CommandError` that names file, line, column and field: those of its value, or of the `key` itself. */
  errorAt(path: FieldPath, message: string, what?: 'key' | 'value'): CommandError;
}

/** Reads one YAML document. Throws `CommandError` with line and column where it does not parse. */
export function readYaml(file: string, text: string): YamlSource {
  const lines = new LineCounter();
  const [document, more] = parseAllDocuments(text, { version: '1.1', lineCounter: lines });
  const at = (offset: number) => {
    const { line, col } = lines.linePos(offset);
    return `${file}:${line}:${col}`;
  };
  if (!document || 'empty' in document) throw new CommandError(`${file}: is empty`, EXIT.usage);
  const problem = document.errors[0];
  if (problem) throw new CommandError(`${at(problem.pos[0])}: ${yamlProblem(problem)}`, EXIT.usage);
  if (more)
    throw new CommandError(`${at(more.range?.[0] ?? 0)}: one document is expected here, and this is a second one`, EXIT.usage);
  return {
    file,
    value: document.toJS(),
    errorAt(path, message, what = 'value') {
      const node = nearest(document.contents, path, what);
      const field = formatPath(path);
      return new CommandError(`${at(node?.range?.[0] ?? 0)}: ${field ? `${field}: ` : ''}${message}`, EXIT.usage);
    },
  };
}

/** What is wrong, without the place that the library adds to it. */
export function yamlProblem({ message }: { message: string }): string {
  return (message.split('\n')[0] ?? '').replace(/ at line \d+, column \d+:$/, '');
}

/** `nodePools[1].labels.zone`. */
function formatPath(path: FieldPath): string {
  return path.map((part, i) => (typeof part === 'number' ? `[${part}]` : `${i > 0 ? '.' : ''}${String(part)}`)).join('');
}

/** The node at the path, or the last one on the way that exists; a key where the value is absent. */
function nearest(root: unknown, path: FieldPath, what: 'key' | 'value'): Node | undefined {
  let node = root as Node | undefined;
  for (const [i, part] of path.entries()) {
    if (!isCollection(node)) break;
    let next: unknown;
    if (isMap(node)) {
      const pair = node.items.find((item) => isPair(item) && String(item.key) === String(part));
      next = what === 'key' && i === path.length - 1 ? pair?.key : (pair?.value ?? pair?.key);
    } else if (isSeq(node)) next = node.items[Number(part)];
    if (!next) break;
    node = next as Node;
  }
  return node;
}
