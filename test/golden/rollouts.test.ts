/** Golden transcripts: rollouts from their start to every end, and what the API refuses of a DaemonSet. */
import { play } from './play.ts';
import { refusals } from './scripts/refusals.ts';
import { rolloutBadImage } from './scripts/rollout-bad-image.ts';
import { rolloutHistory } from './scripts/rollout-history.ts';
import { rolloutOnDelete } from './scripts/rollout-on-delete.ts';
import { rolloutSet } from './scripts/rollout-set.ts';
import { rolloutStatus } from './scripts/rollout-status.ts';
import { rolloutSurge } from './scripts/rollout-surge.ts';

play('rollout-status', rolloutStatus);
play('rollout-history', rolloutHistory);
play('rollout-set', rolloutSet);
play('rollout-bad-image', rolloutBadImage, { versions: ['1.36'] });
play('rollout-surge', rolloutSurge, { versions: ['1.36'] });
play('rollout-on-delete', rolloutOnDelete, { versions: ['1.36'] });
play('refusals', refusals);
