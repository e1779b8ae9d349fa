/** Walking over all containers of a pod, in upstream's order: init, regular, ephemeral. */
import type { Path } from '../path.ts';
import type { ContainerShape, SpecShape } from './shape.ts';

const LISTS = ['initContainers', 'containers', 'ephemeralContainers'] as const;

/** Calls `visit` with each container and a way to its path, which is built only when asked for. */
export function visitContainers(spec: SpecShape, at: Path, visit: (container: ContainerShape, here: () => Path) => void): void {
  for (const list of LISTS) {
    const containers = spec[list];
    if (!containers) continue;
    for (const [i, container] of containers.entries()) visit(container, () => at.child(list).index(i));
  }
}
