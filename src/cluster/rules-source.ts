/** The simulation rules, live from ConfigMap `everynode-system/simulation`: a bad edit keeps the rules there were and says so in an event. */
import { parse } from 'yaml';
import type { KubeObject } from '../core/kube/objects.ts';
import { CONFIGMAPS } from '../core/kube/resource.ts';
import { parseRules, type SimulationRule } from '../core/node/simulation-rules.ts';
import type { Log } from '../ports.ts';
import type { EventRecorder } from './event-recorder.ts';
import type { Mirrors } from './mirror.ts';

const RULES_NAMESPACE = 'everynode-system';
const RULES_NAME = 'simulation';
const KEY = 'rules.yaml';

/** `rules()` is the list in force: the ConfigMap's, then `further`. */
export function followRules(
  mirrors: Mirrors,
  { recorder, log, further }: { recorder: EventRecorder; log: Log; further: readonly SimulationRule[] },
): { rules(): readonly SimulationRule[] } {
  let current: readonly SimulationRule[] = further;
  const isOurs = ({ metadata }: KubeObject) => metadata.namespace === RULES_NAMESPACE && metadata.name === RULES_NAME;
  mirrors.of(CONFIGMAPS).listen({
    changed(object) {
      if (!isOurs(object)) return;
      const read = readRules((object.data as Record<string, string> | undefined)?.[KEY]);
      if ('rules' in read) {
        current = [...read.rules, ...further];
        log.info('simulation rules taken over', { rules: read.rules.length });
        return;
      }
      const message = `${KEY} keeps its former rules: ${read.problems.join('; ')}`;
      log.warn(message);
      const { namespace, name = RULES_NAME, uid, resourceVersion } = object.metadata;
      recorder.record({
        type: 'Warning',
        reason: 'InvalidRules',
        message: message.slice(0, 1024),
        subject: { apiVersion: 'v1', kind: 'ConfigMap', namespace, name, uid, resourceVersion },
        component: 'everynode-simulation',
      });
    },
    removed(object) {
      if (isOurs(object)) current = further;
    },
  });
  return { rules: () => current };
}

/** Reads the text of `rules.yaml`. */
function readRules(text: string | undefined): ReturnType<typeof parseRules> {
  if (text === undefined) return { rules: [] };
  try {
    return parseRules(parse(text, { version: '1.1' }) as unknown);
  } catch (error) {
    return { problems: [error instanceof Error ? error.message : String(error)] };
  }
}
