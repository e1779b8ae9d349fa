/** Golden transcripts: steering agents by labels, taints, drains, deletions and rollouts. */
import { play } from './play.ts';
import { deletion } from './scripts/delete.ts';
import { deleteNode } from './scripts/delete-node.ts';
import { drain } from './scripts/drain.ts';
import { label } from './scripts/label.ts';
import { rollout } from './scripts/rollout.ts';
import { taint } from './scripts/taint.ts';

/**
 * `kubectl delete pod` up to 1.28 looks the pod up again by name before it watches: where another one of that name is there by then, it
 * waits for that one. So pods take their time to stop here.
 */
const pace = { startDelay: '120ms', stopDelay: '1500ms' };

play('label', label);
play('taint', taint);
play('drain', drain, { pace });
play('delete', deletion, { pace });
play('delete-node', deleteNode);
play('rollout', rollout);
