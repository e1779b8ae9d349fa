/** ControllerRevisions (upstream `pkg/registry/apps/controllerrevision`). */
import type { ControllerRevision } from '../../kube/objects.ts';
import type { Kind } from '../kind.ts';
import { AGE_COLUMN, column, NAME_COLUMN } from '../table/column.ts';
import { validateControllerRevision, validateControllerRevisionUpdate } from '../validation/controllerrevision.ts';
import { ALL_VERBS } from './verbs.ts';

/** `controllerrevisions`, apps/v1. */
export const CONTROLLERREVISION_KIND: Kind<ControllerRevision> = {
  group: 'apps',
  version: 'v1',
  kind: 'ControllerRevision',
  plural: 'controllerrevisions',
  singular: 'controllerrevision',
  namespaced: true,
  verbs: ALL_VERBS,
  subresources: [],
  schema: 'io.k8s.api.apps.v1.ControllerRevision',
  validateCreate: validateControllerRevision,
  validateUpdate: validateControllerRevisionUpdate,
  columns: [
    NAME_COLUMN,
    column<ControllerRevision>({ name: 'Controller', description: 'Controller of the object' }, controller),
    column<ControllerRevision>(
      { name: 'Revision', description: 'Revision indicates the revision of the state represented by Data.' },
      (revision) => revision.revision ?? 0,
    ),
    AGE_COLUMN,
  ],
};

/** `daemonset.apps/agent`, or `<none>`. */
function controller(revision: ControllerRevision): string {
  const owner = revision.metadata.ownerReferences?.find((reference) => reference.controller);
  if (!owner) return '<none>';
  const slash = owner.apiVersion.indexOf('/');
  const group = slash < 0 ? '' : `.${owner.apiVersion.slice(0, slash)}`;
  return `${owner.kind.toLowerCase()}${group}/${owner.name}`;
}
