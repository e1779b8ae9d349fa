/** The `Degraded` condition: what somebody has to look at, the gravest first. */
import type { Finding } from './finding.ts';
import type { Fleet } from './fleet.ts';
import { NODES_TO_NAME, nameNodes } from './rollout/blocker.ts';
import { progressDeadline } from './rollout/progress-deadline.ts';
import type { Trouble } from './rollout/stage.ts';

const TROUBLES: readonly { readonly trouble: Trouble; readonly reason: string; readonly text: string }[] = [
  { trouble: 'down', reason: 'NodesDown', text: 'Nodes are down:' },
  { trouble: 'failed', reason: 'PodsFailed', text: 'Pods fail:' },
  {
    trouble: 'host-port',
    reason: 'HostPortInUse',
    text: 'A surge cannot end, for two pods cannot take one host port; use maxUnavailable instead:',
  },
];

/** The reason is that of the first finding, the message tells all. */
export function degradation(fleet: Fleet, progressing: Finding): Finding {
  const found: { reason: string; message: string }[] = [];
  for (const { trouble, reason, text } of TROUBLES) {
    const stages = fleet.index.stages.troubled(trouble);
    if (stages.size > 0) {
      found.push({ reason, message: `${text} ${nameNodes(fleet, stages.first(NODES_TO_NAME), stages.size)}.` });
    }
  }
  if (progressing.reason === 'ProgressDeadlineExceeded') found.push(progressing);
  for (const problem of [fleet.budget.problem, progressDeadline(fleet.daemonSet).problem]) {
    if (problem) found.push({ reason: problem.code, message: problem.message });
  }
  const [first] = found;
  if (!first) return { status: 'False', reason: 'AsExpected', message: 'Nothing needs attention.' };
  return { status: 'True', reason: first.reason, message: found.map(({ message }) => message).join(' ') };
}
