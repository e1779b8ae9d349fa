/** What the pure verbs are given besides the kind and the body. */
import type { WriteContext } from '../kind.ts';
import type { WriteOptions } from './write-options.ts';

/** One write: who, when, and with which options. */
export interface WriteRequest {
  readonly context: WriteContext;
  readonly options: WriteOptions;
  /** Whose fields these are: `fieldManager`, or the first part of the user agent. */
  readonly manager: string;
}
