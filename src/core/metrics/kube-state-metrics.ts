/** The thirteen `kube_daemonset_*` families as kube-state-metrics v2 writes them (its `internal/store/daemonset.go`), read off the objects themselves. */
import type { DaemonSet, DaemonSetStatus } from '../kube/objects.ts';
import { parseTime } from '../kube/time.ts';
import type { Family, SampleLabels } from './family.ts';
import { type AllowedKeys, type Allowlists, prometheusLabels } from './label-names.ts';

/** What one DaemonSet adds to a family: nothing, or one sample with labels besides its own two. */
type Read = (daemonSet: DaemonSet, allow: Allowlists) => { value: number; labels?: SampleLabels } | undefined;

interface Description {
  readonly name: string;
  readonly help: string;
  readonly read: Read;
}

const FAMILIES: readonly Description[] = [
  {
    name: 'kube_daemonset_annotations',
    help: 'Kubernetes annotations converted to Prometheus labels.',
    read: ({ metadata }, allow) => converted('annotation', metadata.annotations, allow.annotations),
  },
  {
    name: 'kube_daemonset_created',
    help: '[STABLE] Unix creation timestamp',
    read: ({ metadata }) => timestamp(metadata.creationTimestamp),
  },
  {
    name: 'kube_daemonset_deletion_timestamp',
    help: 'Unix deletion timestamp',
    read: ({ metadata }) => timestamp(metadata.deletionTimestamp),
  },
  {
    name: 'kube_daemonset_labels',
    help: '[STABLE] Kubernetes labels converted to Prometheus labels.',
    read: ({ metadata }, allow) => converted('label', metadata.labels, allow.labels),
  },
  {
    name: 'kube_daemonset_metadata_generation',
    help: '[STABLE] Sequence number representing a specific generation of the desired state.',
    read: ({ metadata }) => ({ value: metadata.generation ?? 0 }),
  },
  {
    name: 'kube_daemonset_status_current_number_scheduled',
    help: '[STABLE] The number of nodes running at least one daemon pod and are supposed to.',
    read: count('currentNumberScheduled'),
  },
  {
    name: 'kube_daemonset_status_desired_number_scheduled',
    help: '[STABLE] The number of nodes that should be running the daemon pod.',
    read: count('desiredNumberScheduled'),
  },
  {
    name: 'kube_daemonset_status_number_available',
    help: '[STABLE] The number of nodes that should be running the daemon pod and have one or more of the daemon pod running and available',
    read: count('numberAvailable'),
  },
  {
    name: 'kube_daemonset_status_number_misscheduled',
    help: '[STABLE] The number of nodes running a daemon pod but are not supposed to.',
    read: count('numberMisscheduled'),
  },
  {
    name: 'kube_daemonset_status_number_ready',
    help: '[STABLE] The number of nodes that should be running the daemon pod and have one or more of the daemon pod running and ready.',
    read: count('numberReady'),
  },
  {
    name: 'kube_daemonset_status_number_unavailable',
    help: '[STABLE] The number of nodes that should be running the daemon pod and have none of the daemon pod running and available',
    read: count('numberUnavailable'),
  },
  {
    name: 'kube_daemonset_status_observed_generation',
    help: '[STABLE] The most recent generation observed by the daemon set controller.',
    read: count('observedGeneration'),
  },
  {
    name: 'kube_daemonset_status_updated_number_scheduled',
    help: '[STABLE] The total number of nodes that are running updated daemon pod',
    read: count('updatedNumberScheduled'),
  },
];

/** One sample a DaemonSet and family at most. A status that was never written counts as zeros. */
export function kubeDaemonSetFamilies(daemonSets: readonly DaemonSet[], allow: Allowlists): Family[] {
  return FAMILIES.map(({ name, help, read }) => ({
    name,
    help,
    type: 'gauge',
    samples: daemonSets.flatMap((daemonSet) => {
      const sample = read(daemonSet, allow);
      return sample ? [{ labels: [...identity(daemonSet), ...(sample.labels ?? [])], value: sample.value }] : [];
    }),
  }));
}

/** The two labels that every sample about a DaemonSet begins with. */
export function identity({ metadata }: DaemonSet): SampleLabels {
  return [
    ['namespace', metadata.namespace ?? ''],
    ['daemonset', metadata.name ?? ''],
  ];
}

function count(field: Exclude<keyof DaemonSetStatus, 'conditions'>): Read {
  return ({ status }) => ({ value: status?.[field] ?? 0 });
}

/** Whole seconds since the epoch. */
function timestamp(text: string | null | undefined): { value: number } | undefined {
  const at = parseTime(text);
  return at === undefined ? undefined : { value: Math.floor(at / 1000) };
}

/** Without an allowlist the family stays empty. */
function converted(prefix: string, entries: Record<string, string> | undefined, allowed: AllowedKeys) {
  if (allowed !== 'all' && allowed.size === 0) return undefined;
  return { value: 1, labels: prometheusLabels(prefix, entries, allowed) };
}
