/** Every pod stays five minutes on a node that fails (upstream plugin/pkg/admission/defaulttolerationseconds). */
import type { Pod, Toleration } from '../../kube/objects.ts';

const OUTAGE_SECONDS = 300;
const OUTAGES = ['node.kubernetes.io/not-ready', 'node.kubernetes.io/unreachable'] as const;

/** Appends the two tolerations that the pod does not have in any form. Mutates. */
export function addOutageTolerations({ spec }: Pod): void {
  const missing = OUTAGES.filter((key) => !(spec.tolerations ?? []).some((toleration) => covers(toleration, key)));
  if (missing.length === 0) return;
  const added = missing.map(
    (key): Toleration => ({ key, operator: 'Exists', effect: 'NoExecute', tolerationSeconds: OUTAGE_SECONDS }),
  );
  spec.tolerations = [...(spec.tolerations ?? []), ...added];
}

function covers({ key, effect }: Toleration, outage: string): boolean {
  return (!key || key === outage) && (!effect || effect === 'NoExecute');
}
