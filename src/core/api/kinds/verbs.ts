/** The verbs that resources and their subresources offer, in discovery's order. */
import type { Verb } from '../kind.ts';

/** What almost every stored resource offers. */
export const ALL_VERBS: readonly Verb[] = ['create', 'delete', 'deletecollection', 'get', 'list', 'patch', 'update', 'watch'];

/** Namespaces cannot be deleted as a collection. */
export const VERBS_WITHOUT_COLLECTION_DELETE: readonly Verb[] = ALL_VERBS.filter((verb) => verb !== 'deletecollection');

/** `/status`, `/scale` and the like. */
export const PART_VERBS: readonly Verb[] = ['get', 'patch', 'update'];

/** Reviews and other requests that are answered, not stored. */
export const CREATE_ONLY: readonly Verb[] = ['create'];
