/** Golden transcripts: steering agents by labels, taints, drains, deletions and rollouts. */
import { play } from './play.ts';
import { deletion } from './scripts/delete.ts';
import { deleteNode } from './scripts/delete-node.ts';
import { drain } from './scripts/drain.ts';
import { label } from './scripts/label.ts';
import { rollout } from './scripts/rollout.ts';
import { taint } from './scripts/taint.ts';

play('label', label);
play('taint', taint);
play('drain', drain);
play('delete', deletion);
play('delete-node', deleteNode);
play('rollout', rollout);
