/** What a request wants to do, as authorization sees it, and what authorization answers. */
import type { UserInfo } from '../kind.ts';

/** A verb on a resource; empty texts where the request names none. */
interface ResourceAttributes {
  readonly isResource: true;
  readonly verb: string;
  readonly group: string;
  readonly resource: string;
  readonly subresource: string;
  readonly namespace: string;
  readonly name: string;
}

/** A verb (the HTTP method in lower case) on any other path. */
interface PathAttributes {
  readonly isResource: false;
  readonly verb: string;
  readonly path: string;
}

export type Attributes = ResourceAttributes | PathAttributes;

/** Decides whether a user may. */
export type Authorizer = (user: UserInfo, attributes: Attributes) => Authorization;

/** `reason` says who allowed it, or what went wrong while looking; it may be empty. */
export interface Authorization {
  readonly allowed: boolean;
  readonly reason: string;
}
