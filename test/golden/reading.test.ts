/** Golden transcripts: looking. */
import { play } from './play.ts';
import { describe } from './scripts/describe.ts';
import { discover } from './scripts/discover.ts';
import { get } from './scripts/get.ts';
import { kubernetesProfile } from './scripts/kubernetes-profile.ts';
import { logs } from './scripts/logs.ts';
import { watch } from './scripts/watch.ts';

play('get', get);
// Slow enough for each status to be seen on a busy machine.
play('watch', watch, { pace: { startDelay: '1s', stopDelay: '1s' } });
play('describe', describe);
play('discover', discover);
play('logs', logs);
play('kubernetes-profile', kubernetesProfile, { profile: 'kubernetes' });
