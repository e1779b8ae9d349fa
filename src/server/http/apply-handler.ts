/** PATCH with `application/apply-patch+yaml`: server-side apply. */
import { applyObject } from '../../core/api/rest/apply.ts';
import { badRequest } from '../../core/api/rest/errors.ts';
import type { WriteOptions } from '../../core/api/rest/write-options.ts';
import { type Scope, writeRequest } from '../rest/scope.ts';
import { type Aim, type Written, writeObject } from '../rest/update.ts';
import { readYaml, type YamlDocument, YamlError } from './yaml.ts';

/** Whether a content type is the apply patch. */
export function isApplyPatch(type: string): boolean {
  return type === 'application/apply-patch+yaml';
}

/** Applies the configuration in `text`. Throws 400, 409, 422. */
export async function handleApply(
  scope: Scope,
  aim: Aim,
  { text, options }: { text: string; options: WriteOptions },
): Promise<Written> {
  const { value, duplicates } = document(text);
  const request = writeRequest(scope, options);
  return writeObject(scope, aim.name, options.dryRun, (old) => {
    const outcome = applyObject({ ...aim, kind: scope.kind, old, config: value, request });
    if (duplicates.length > 0) reportDuplicates(scope, duplicates, options);
    return outcome;
  });
}

function document(text: string): YamlDocument {
  try {
    return readYaml(text);
  } catch (error) {
    if (!(error instanceof YamlError)) throw error;
    throw badRequest(`error decoding YAML: error converting YAML to JSON: ${error.message}`);
  }
}

function reportDuplicates(scope: Scope, duplicates: readonly string[], { fieldValidation }: WriteOptions): void {
  const lines = duplicates.map((one) => `  ${one}`).join('\n');
  const text = `error converting YAML to JSON: yaml: unmarshal errors:\n${lines}`;
  if (fieldValidation === 'Strict') throw badRequest(`error strict decoding YAML: ${text}`);
  if (fieldValidation === 'Warn') scope.warn(text);
}
