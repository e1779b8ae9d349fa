/** How patches are refused: upstream's status codes and messages (handlers/patch.go). */
import { ApiError } from '../api-error.ts';

/** 400: the patch itself cannot be read. */
export function badPatch(message: string): ApiError {
  return new ApiError(400, 'BadRequest', message);
}

/** 422: the patch reads, but does not apply to this object. Upstream says no more than this. */
export function unprocessable(): ApiError {
  return new ApiError(422, 'Invalid', 'the server rejected our request due to an error in our request', {});
}

/** 422: what came out of the patch is no such object; `shown` is the text upstream prints as the invalid value. */
export function invalidPatch(shown: string, why: string): ApiError {
  const message = `Invalid value: ${JSON.stringify(shown)}: ${why}`;
  return new ApiError(422, 'Invalid', ` "" is invalid: patch: ${message}`, {
    causes: [{ reason: 'FieldValueInvalid', message, field: 'patch' }],
  });
}

/** 500: what upstream lets through as a plain error. */
export function internalPatchError(message: string): ApiError {
  return new ApiError(500, '', message);
}

/** 413 of a JSON patch with too many operations. */
export function tooManyOperations(limit: number, got: number): ApiError {
  const message = `Request entity too large: The allowed maximum operations in a JSON patch is ${limit}, got ${got}`;
  return new ApiError(413, 'RequestEntityTooLarge', message, {});
}
