/** PATCH with `application/apply-patch+yaml`: server-side apply. */
import { ApiError } from '../../core/api/api-error.ts';
import type { WriteOptions } from '../../core/api/rest/write-options.ts';
import type { Scope } from '../rest/scope.ts';
import type { Aim, Written } from '../rest/update.ts';

/** Whether a content type is the apply patch. */
export function isApplyPatch(type: string): boolean {
  return type === 'application/apply-patch+yaml';
}

/** Applies the configuration in `text`. */
export function handleApply(_scope: Scope, _aim: Aim, _apply: { text: string; options: WriteOptions }): Promise<Written> {
  throw new ApiError(415, 'UnsupportedMediaType', '415: Unsupported Media Type', {});
}
