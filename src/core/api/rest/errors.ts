/** The refusals of the REST layer that concern no field: upstream's apimachinery `api/errors`, to the letter. */
import { ApiError, type Cause, type StatusDetails } from '../api-error.ts';

/** Enough of a `Kind` to name its resource in a message. */
export interface Named {
  readonly group: string;
  readonly plural: string;
}

/** What an update is refused with that was made from an older state (upstream `OptimisticLockErrorMsg`). */
export const OBJECT_MODIFIED = 'the object has been modified; please apply your changes to the latest version and try again';

/** `daemonsets.apps`, or `pods` in the core group. */
export function qualifiedResource({ group, plural }: Named): string {
  return group === '' ? plural : `${plural}.${group}`;
}

/** 404 of an object. */
export function notFound(named: Named, name: string): ApiError {
  return new ApiError(404, 'NotFound', `${qualifiedResource(named)} "${name}" not found`, detailsOf(named, name));
}

/** 409 of a create; `beingDeleted` where the object in the way is only waiting for its finalizers. */
export function alreadyExists(named: Named, name: string, beingDeleted: boolean): ApiError {
  const message = `${qualifiedResource(named)} "${name}" already exists`;
  return new ApiError(
    409,
    'AlreadyExists',
    beingDeleted ? `object is being deleted: ${message}` : message,
    detailsOf(named, name),
  );
}

/** 409 of a create whose generated names were all taken. */
export function generatedNameTaken(named: Named, name: string): ApiError {
  return new ApiError(
    409,
    'AlreadyExists',
    `${qualifiedResource(named)} "${name}" already exists, the server was not able to generate a unique name for the object`,
    { ...detailsOf(named, name), retryAfterSeconds: 1 },
  );
}

/** 409 of a write that was decided on another state; `why` is the part after the colon. */
export function conflict(named: Named, name: string, why: string): ApiError {
  return new ApiError(
    409,
    'Conflict',
    `Operation cannot be fulfilled on ${qualifiedResource(named)} "${name}": ${why}`,
    detailsOf(named, name),
  );
}

/** 403 from admission or authorization; `name` may be empty. */
export function forbidden(named: Named, name: string, why: string): ApiError {
  const subject = name === '' ? qualifiedResource(named) : `${qualifiedResource(named)} "${name}"`;
  return new ApiError(403, 'Forbidden', `${subject} is forbidden: ${why}`, detailsOf(named, name));
}

/** 400. */
export function badRequest(message: string): ApiError {
  return new ApiError(400, 'BadRequest', message);
}

/** 500 as upstream answers a plain Go error: a message and no reason. */
export function internal(message: string): ApiError {
  return new ApiError(500, '', message);
}

/** 404 of a path below a group version that nothing serves. */
export function noSuchResource(): ApiError {
  return new ApiError(404, 'NotFound', 'the server could not find the requested resource', {});
}

/** 405. */
export function methodNotAllowed(): ApiError {
  return new ApiError(405, 'MethodNotAllowed', 'the server does not allow this method on the requested resource', {});
}

/** 415 of a patch whose content type is no patch type. */
export function unsupportedPatchType(): ApiError {
  return new ApiError(415, 'UnsupportedMediaType', '415: Unsupported Media Type', {});
}

/** 415 of a body in a format that is not read. */
export function unsupportedMediaType(accepted: readonly string[]): ApiError {
  return new ApiError(
    415,
    'UnsupportedMediaType',
    `the body of the request was in an unknown format - accepted media types include: ${accepted.join(', ')}`,
  );
}

/** 406 of an `Accept` that nothing offered meets. */
export function notAcceptable(accepted: readonly string[]): ApiError {
  return new ApiError(406, 'NotAcceptable', `only the following media types are accepted: ${accepted.join(', ')}`);
}

/** 406 of a `PartialObjectMetadataList` asked of one object, or the reverse. */
export function wrongShape(message: string): ApiError {
  return new ApiError(406, 'NotAcceptable', message);
}

/** 413; `limit` in bytes. */
export function tooLarge(limit: number): ApiError {
  return new ApiError(413, 'RequestEntityTooLarge', `Request entity too large: limit is ${limit}`);
}

/** 504 of a read that wants a revision the store has not reached (upstream `NewTooLargeResourceVersionError`). */
export function tooLargeResourceVersion(wanted: number, current: number): ApiError {
  return new ApiError(504, 'Timeout', `Timeout: Too large resource version: ${wanted}, current: ${current}`, {
    causes: [{ reason: 'ResourceVersionTooLarge', message: 'Too large resource version' } as Cause],
    retryAfterSeconds: 1,
  });
}

/** 410 of a `continue` token whose revision is compacted; `token` continues from the newest state instead. */
export function expiredContinue(token: string): ApiError {
  const error = new ApiError(
    410,
    'Expired',
    'The provided continue parameter is too old to display a consistent list result. You can start a new list without ' +
      'the continue parameter, or use the continue token in this response to retrieve the remainder of the results. ' +
      'Continuing with the provided token results in an inconsistent list - objects that were created, modified, or ' +
      'deleted between the time the first chunk was returned and now may show up in the list.',
  );
  error.status.metadata.continue = token;
  return error;
}

/** 410 of an exact read of a compacted revision. */
export function expired(message: string): ApiError {
  return new ApiError(410, 'Expired', message);
}

function detailsOf(named: Named, name: string): StatusDetails {
  return {
    ...(name === '' ? {} : { name }),
    ...(named.group === '' ? {} : { group: named.group }),
    kind: named.plural,
  };
}
