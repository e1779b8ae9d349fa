/** Golden transcripts: Deployments, budgets, and drains that wait for them. */
import { play } from './play.ts';
import { deployment } from './scripts/deployment.ts';
import { drainBudget } from './scripts/drain-budget.ts';
import { drainFlags } from './scripts/drain-flags.ts';

play('deployment', deployment);
// A replacement is ready well after the first refusal, and well before kubectl tries again after five seconds.
play('drain-budget', drainBudget, { pace: { startDelay: '2s', stopDelay: '120ms' } });
play('drain-flags', drainFlags);
