/** DaemonSets (upstream `pkg/registry/apps/daemonset`). */
import type { DaemonSet } from '../../kube/objects.ts';
import { defaultDaemonSet } from '../defaults/daemonset.ts';
import type { Kind, PartialSubresource, WriteContext } from '../kind.ts';
import { validateDaemonSet, validateDaemonSetStatusUpdate, validateDaemonSetUpdate } from '../validation/daemonset.ts';
import { semanticEqual } from '../validation/equality.ts';
import { SPEC } from '../validation/path.ts';
import { DAEMONSET_COLUMNS } from './daemonset-columns.ts';
import { readTemplateGeneration, templateGeneration, writeTemplateGeneration } from './daemonset-generation.ts';
import { warnOfSurge } from './daemonset-surge.ts';
import { warnOfPod } from './pod/warnings.ts';
import { ALL_VERBS, PART_VERBS } from './verbs.ts';

const STATUS: PartialSubresource<DaemonSet> = {
  name: 'status',
  verbs: PART_VERBS,
  resetFields: ['f:spec'],
  prepareUpdate(next, old) {
    next.spec = old.spec;
    writeTemplateGeneration(next, templateGeneration(old));
  },
  validateUpdate: validateDaemonSetStatusUpdate,
};

const NO_STATUS = { currentNumberScheduled: 0, numberMisscheduled: 0, desiredNumberScheduled: 0, numberReady: 0 };

function warnOf(daemonSet: DaemonSet, context: WriteContext): void {
  const { template } = daemonSet.spec;
  const subject = { spec: template.spec, metadata: template.metadata, template: SPEC.child('template') };
  warnOfPod(subject, (text) => context.warn(text));
  warnOfSurge(daemonSet, (text) => context.warn(text));
}

/** `daemonsets`, apps/v1. */
export const DAEMONSET_KIND: Kind<DaemonSet> = {
  group: 'apps',
  version: 'v1',
  kind: 'DaemonSet',
  plural: 'daemonsets',
  singular: 'daemonset',
  shortNames: ['ds'],
  categories: ['all'],
  namespaced: true,
  verbs: ALL_VERBS,
  subresources: [STATUS],
  schema: 'io.k8s.api.apps.v1.DaemonSet',
  defaults(daemonSet) {
    defaultDaemonSet(daemonSet);
    daemonSet.status = { ...NO_STATUS, ...daemonSet.status };
    writeTemplateGeneration(daemonSet, readTemplateGeneration(daemonSet));
  },
  prepareCreate(daemonSet) {
    daemonSet.status = { ...NO_STATUS };
    daemonSet.metadata.generation = 1;
    const given = templateGeneration(daemonSet);
    writeTemplateGeneration(daemonSet, given < 1n ? 1n : given);
  },
  validateCreate(daemonSet, context) {
    const causes = validateDaemonSet(daemonSet);
    if (causes.length === 0) warnOf(daemonSet, context);
    return causes;
  },
  prepareUpdate(next, old) {
    next.status = old.status ?? { ...NO_STATUS };
    const template = semanticEqual(next.spec.template, old.spec.template);
    writeTemplateGeneration(next, templateGeneration(old) + (template ? 0n : 1n));
    const before = old.metadata.generation ?? 0;
    next.metadata.generation = template && semanticEqual(next.spec, old.spec) ? before : before + 1;
  },
  validateUpdate(next, old, context) {
    const causes = validateDaemonSetUpdate(next, old);
    if (causes.length === 0 && next.metadata.generation !== old.metadata.generation) warnOf(next, context);
    return causes;
  },
  resetFields: ['f:status'],
  columns: DAEMONSET_COLUMNS,
};
