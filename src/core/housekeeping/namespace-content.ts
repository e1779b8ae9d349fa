/** What a terminating namespace says about what is left in it (upstream `pkg/controller/namespace/deletion`). */
import type { Condition } from '../kube/objects.ts';
import type { ResourceRef } from '../kube/resource.ts';
import { formatTime, type Instant } from '../kube/time.ts';

/** What is left of one resource after a pass, and which finalizers hold it, with their numbers. */
export interface Remainder {
  readonly ref: ResourceRef;
  readonly count: number;
  readonly finalizers: ReadonlyMap<string, number>;
}

/** The five conditions in upstream's order. `failures` are messages of deletes that were refused. Statuses that stay keep their time. */
export function deletionConditions(
  left: { readonly remainders: readonly Remainder[]; readonly failures: readonly string[] },
  previous: readonly Condition[] | undefined,
  now: Instant,
): Condition[] {
  const remaining = left.remainders.filter(({ count }) => count > 0);
  const instances = remaining.map(({ ref, count }) => `${ref.resource}.${ref.group} has ${count} resource instances`).sort();
  const held = new Map<string, number>();
  for (const { finalizers } of remaining) for (const [name, count] of finalizers) held.set(name, (held.get(name) ?? 0) + count);
  const holders = [...held].map(([name, count]) => `${name} in ${count} resource instances`).sort();
  const failed = left.failures.length > 0;
  const found: Omit<Condition, 'lastTransitionTime'>[] = [
    {
      type: 'NamespaceDeletionDiscoveryFailure',
      status: 'False',
      reason: 'ResourcesDiscovered',
      message: 'All resources successfully discovered',
    },
    {
      type: 'NamespaceDeletionGroupVersionParsingFailure',
      status: 'False',
      reason: 'ParsedGroupVersions',
      message: 'All legacy kube types successfully parsed',
    },
    failed
      ? {
          type: 'NamespaceDeletionContentFailure',
          status: 'True',
          reason: 'ContentDeletionFailed',
          message: `Failed to delete all resource types, ${left.failures.length} remaining: ${left.failures.join(', ')}`,
        }
      : {
          type: 'NamespaceDeletionContentFailure',
          status: 'False',
          reason: 'ContentDeleted',
          message: 'All content successfully deleted, may be waiting on finalization',
        },
    instances.length > 0
      ? {
          type: 'NamespaceContentRemaining',
          status: 'True',
          reason: 'SomeResourcesRemain',
          message: `Some resources are remaining: ${instances.join(', ')}`,
        }
      : {
          type: 'NamespaceContentRemaining',
          status: 'False',
          reason: 'ContentRemoved',
          message: 'All content successfully removed',
        },
    holders.length > 0
      ? {
          type: 'NamespaceFinalizersRemaining',
          status: 'True',
          reason: 'SomeFinalizersRemain',
          message: `Some content in the namespace has finalizers remaining: ${holders.join(', ')}`,
        }
      : {
          type: 'NamespaceFinalizersRemaining',
          status: 'False',
          reason: 'ContentHasNoFinalizers',
          message: 'All content-preserving finalizers finished',
        },
  ];
  return found.map(({ type, status, reason, message }) => {
    const before = previous?.find((old) => old.type === type);
    const lastTransitionTime = before?.status === status ? (before.lastTransitionTime ?? formatTime(now)) : formatTime(now);
    return { type, status, lastTransitionTime, ...(reason ? { reason } : {}), ...(message ? { message } : {}) };
  });
}

/** Whether two lists of conditions say the same, times aside. */
export function sameConditions(a: readonly Condition[] | undefined, b: readonly Condition[]): boolean {
  return (
    a?.length === b.length &&
    b.every((next) =>
      a.some(
        (old) =>
          old.type === next.type && old.status === next.status && old.reason === next.reason && old.message === next.message,
      ),
    )
  );
}
