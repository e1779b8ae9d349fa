/** Only one PriorityClass may be the global default (upstream plugin/pkg/admission/priority, `validatePriorityClass`). */
import type { KubeObject } from '../../kube/objects.ts';
import { PRIORITYCLASSES } from '../../kube/resource.ts';
import type { WriteContext } from '../kind.ts';
import { refuse } from './refuse.ts';

interface PriorityClass extends KubeObject {
  value: number;
  globalDefault?: boolean;
  preemptionPolicy?: string;
}

/** The class that pods without one get; the lowest where a race left several. */
export function globalDefaultClass(context: WriteContext): PriorityClass | undefined {
  let found: PriorityClass | undefined;
  for (const object of context.lookupAll(PRIORITYCLASSES)) {
    const one = object as PriorityClass;
    if (one.globalDefault && (found === undefined || one.value < found.value)) found = one;
  }
  return found;
}

/** Throws 403 where another class is the default already. On update `self` is the name of the class itself. */
export function admitPriorityClass(priorityClass: PriorityClass, context: WriteContext, self?: string): void {
  if (!priorityClass.globalDefault) return;
  const name = globalDefaultClass(context)?.metadata.name;
  if (name === undefined || name === self) return;
  throw refuse(
    { group: 'scheduling.k8s.io', plural: 'priorityclasses' },
    priorityClass,
    `PriorityClass ${name} is already marked as default. Only one default can exist`,
  );
}
