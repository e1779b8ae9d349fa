/** Kinds that are served and should not be used any more: the warning every request for them gets. */
import type { Kind } from '../kind.ts';

interface Deprecation {
  readonly since: string;
  readonly instead: string;
}

const DEPRECATED: Readonly<Record<string, Deprecation>> = {
  '/v1/endpoints': { since: 'v1.33+', instead: 'discovery.k8s.io/v1 EndpointSlice' },
  '/v1/componentstatuses': { since: 'v1.19+', instead: '' },
};

/** The warning for requests of a kind, `undefined` where it is in good standing (upstream `deprecation.WarningMessage`). */
export function deprecationWarning({ group, version, plural, kind }: Kind): string | undefined {
  const known = DEPRECATED[`${group}/${version}/${plural}`];
  if (!known) return undefined;
  const text = `${group === '' ? version : `${group}/${version}`} ${kind} is deprecated in ${known.since}`;
  return known.instead === '' ? text : `${text}; use ${known.instead}`;
}
