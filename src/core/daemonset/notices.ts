/** Steps of a decision that are worth an event besides those of the creates and deletes themselves. */
import type { Action, Decision } from './decision.ts';
import type { Fleet } from './fleet.ts';

type Notice = Decision['notices'][number];

/** Ended pods that are replaced (upstream's events), a new template that takes effect, and a surge that cannot end. */
export function stepNotices(fleet: Fleet, actions: readonly Action[]): Notice[] {
  const notices = actions.flatMap((action) => noticeOf(action));
  const surging = actions.find(({ kind, because: { code } }) => kind === 'create-pod' && code.startsWith('Outdated'));
  if (surging && fleet.hostPorts.length > 0) notices.push(surgeBlocked(fleet.hostPorts));
  return notices;
}

function noticeOf(action: Action): Notice[] {
  const { because } = action;
  if (because.code === 'FailedDaemonPod') return [{ type: 'Warning', because }];
  if (because.code === 'SucceededDaemonPod') return [{ type: 'Normal', because }];
  return isUpdate(action) ? [{ type: 'Normal', because: { ...because, code: 'RolloutStarted' } }] : [];
}

/** The very first template is no update. */
function isUpdate(action: Action): boolean {
  if (action.kind === 'create-revision') return action.revision.revision > 1;
  return action.kind === 'renumber-revision';
}

function surgeBlocked(ports: readonly number[]): Notice {
  return {
    type: 'Warning',
    because: {
      code: 'SurgeHostPort',
      message: `The template takes host port ${ports.join(', ')}, which two pods of one node cannot share: with maxSurge the new pod waits until the old one is gone, so this update will not progress; use maxUnavailable instead.`,
      field: 'spec.updateStrategy.rollingUpdate.maxSurge',
      remedy: 'Set maxSurge to 0 and maxUnavailable to 1 or more.',
    },
  };
}
