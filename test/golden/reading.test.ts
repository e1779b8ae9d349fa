/** Golden transcripts: looking. */
import { play } from './play.ts';
import { describe } from './scripts/describe.ts';
import { discover } from './scripts/discover.ts';
import { get } from './scripts/get.ts';
import { kubernetesProfile } from './scripts/kubernetes-profile.ts';
import { logs } from './scripts/logs.ts';
import { watch } from './scripts/watch.ts';

play('get', get);
play('watch', watch);
play('describe', describe);
play('discover', discover);
play('logs', logs);
play('kubernetes-profile', kubernetesProfile, 'kubernetes');
