/** Which objects a list or watch wants: label and field selector compiled to one test. */

import type { KubeObject } from '../../kube/objects.ts';
import { parseSelector, type Selector, selectorMatches } from '../../kube/selector.ts';
import { ApiError } from '../api-error.ts';
import type { Kind } from '../kind.ts';
import { badRequest } from './errors.ts';
import { type FieldTerm, parseFieldSelector } from './field-selector.ts';

/** A compiled selection. */
export interface Selection {
  /** No selector at all: every object matches. */
  readonly everything: boolean;
  /** The one name that can match, where `metadata.name=` is asked for. */
  readonly name: string | undefined;
  matches(object: KubeObject): boolean;
}

/** The selection of no selectors. */
const EVERYTHING: Selection = { everything: true, name: undefined, matches: () => true };

/** Compiles. Throws 400 with upstream's message for a selector that cannot be parsed or a field the kind does not offer. */
export function compileSelection(kind: Kind, labelSelector: string, fieldSelector: string): Selection {
  if (labelSelector === '' && fieldSelector === '') return EVERYTHING;
  const labels = parsedLabels(labelSelector);
  const tests = parseFieldSelector(fieldSelector).map((term) => compileTerm(kind, term));
  if (labels === undefined && tests.length === 0) return EVERYTHING;
  return {
    everything: false,
    name: tests.find((test) => test.name !== undefined)?.name,
    matches(object) {
      if (labels !== undefined && !selectorMatches(labels, object.metadata.labels)) return false;
      return tests.every((test) => test.holds(object));
    },
  };
}

interface FieldTest {
  readonly name: string | undefined;
  holds(object: KubeObject): boolean;
}

function parsedLabels(text: string): Selector | undefined {
  if (text === '') return undefined;
  try {
    const selector = parseSelector(text);
    return selector.requirements.length === 0 ? undefined : selector;
  } catch (error) {
    if (error instanceof ApiError || !(error instanceof Error)) throw error;
    throw badRequest(error.message);
  }
}

function compileTerm(kind: Kind, { field, value, equal }: FieldTerm): FieldTest {
  const read = reader(kind, field);
  return {
    name: field === 'metadata.name' && equal ? value : undefined,
    holds: (object) => (read(object) === value) === equal,
  };
}

function reader(kind: Kind, field: string): (object: KubeObject) => string {
  if (kind.fields && Object.hasOwn(kind.fields, field)) return kind.fields[field]!;
  if (field === 'metadata.name') return (object) => object.metadata.name ?? '';
  if (field === 'metadata.namespace' && (kind.namespaced || !kind.fields)) return (object) => object.metadata.namespace ?? '';
  throw badRequest(
    kind.fields
      ? `field label not supported: ${field}`
      : `${JSON.stringify(field)} is not a known field selector: only "metadata.name", "metadata.namespace"`,
  );
}
