/**
 * The rules of ConfigMap `everynode-system/simulation`, key `rules.yaml`: what simulated containers do.
 *
 *     - name: flaky agent                # optional, shown in errors
 *       match:                           # all given parts must hold; absent matches everything
 *         image: "registry.example/agent:*"     # glob: * any text, ? one character
 *         container: agent               # glob
 *         namespace: monitoring          # glob
 *         podLabels: {app: agent}        # each value is a glob
 *         nodeLabels: {kubernetes.io/os: linux}
 *       effects: {startDelay: 2s-5s, crashAfter: 30s, exitCode: 3}
 *
 * Rules are merged: for each effect the first matching rule that names it wins, so special rules stand before general ones.
 * A list with one mistake in it is refused whole; the caller keeps the rules it had.
 */
import type { Millis } from '../kube/time.ts';
import { parseQuantityNumber } from './amount.ts';
import { parseDuration } from './duration.ts';
import { fraction } from './seeded.ts';

/** A length of time, or a range from which each container draws its own. */
export interface Span {
  readonly from: Millis;
  readonly to: Millis;
}

/** What a rule can do to a container. */
export interface Effects {
  /** From the pod's admission (for later containers: from their turn) to the start. Default 200ms–800ms. */
  readonly startDelay?: Span;
  /** From the start (and a passed startup probe) to ready, where it is longer than the readiness probe's own delay. */
  readonly readyDelay?: Span;
  readonly neverReady?: boolean;
  /** Ends that long after its start. */
  readonly crashAfter?: Span;
  /** Of the end by `crashAfter` or `runFor`; default 1, for init containers and `runFor` 0. */
  readonly exitCode?: number;
  /** Ends with `exitCode` 0 that long after its start: jobs and init containers. Init containers default to 100ms. */
  readonly runFor?: Span;
  /** The liveness probe begins to fail that long after the start (it needs a `livenessProbe`). */
  readonly unhealthyAfter?: Span;
  /** The pull fails with this message. */
  readonly pullError?: string;
  /** Bytes in use after the start. */
  readonly memory?: number;
  /** Bytes in use grow by this much per second. Past the container's memory limit it is OOMKilled. */
  readonly memoryGrowth?: number;
  /** How long SIGTERM takes; beyond the grace period it is SIGKILL (exit code 137). Default 50ms–150ms. */
  readonly stopDelay?: Span;
  /** Lines the container writes when it has started. */
  readonly log?: readonly string[];
  /** Repeats `log` at this interval. */
  readonly logEvery?: Millis;
}

interface Match {
  readonly image?: Glob;
  readonly container?: Glob;
  readonly namespace?: Glob;
  readonly podLabels?: readonly (readonly [string, Glob])[];
  readonly nodeLabels?: readonly (readonly [string, Glob])[];
}

type Glob = (text: string) => boolean;

export interface SimulationRule {
  readonly name: string;
  readonly match: Match;
  readonly effects: Effects;
}

/** What a rule is matched against. */
export interface RuleSubject {
  readonly image: string;
  readonly container: string;
  readonly namespace: string;
  readonly podLabels: Readonly<Record<string, string>>;
  readonly nodeLabels: Readonly<Record<string, string>>;
}

/** The rules, or every mistake, each naming rule and field. */
export type ParsedRules = { readonly rules: readonly SimulationRule[] } | { readonly problems: readonly string[] };

/** Reads the plain data of `rules.yaml` (a list; nothing at all means no rules). */
export function parseRules(data: unknown): ParsedRules {
  if (data === undefined || data === null) return { rules: [] };
  if (!Array.isArray(data)) return { problems: ['rules.yaml: must be a list of rules'] };
  const problems: string[] = [];
  const rules = data.map((entry: unknown, index) => readRule(entry, index, problems));
  return problems.length > 0 ? { problems } : { rules };
}

/** The merged effects for one container. */
export function effectsFor(rules: readonly SimulationRule[], subject: RuleSubject): Effects {
  const merged: Record<string, unknown> = {};
  for (const rule of rules) {
    if (!matches(rule.match, subject)) continue;
    for (const [effect, value] of Object.entries(rule.effects)) merged[effect] ??= value;
  }
  return merged as Effects;
}

/** The instant of a span that belongs to `seed`. */
export function draw(span: Span, seed: string): Millis {
  return Math.round(span.from + (span.to - span.from) * fraction(seed));
}

function matches(match: Match, subject: RuleSubject): boolean {
  if (match.image && !match.image(subject.image)) return false;
  if (match.container && !match.container(subject.container)) return false;
  if (match.namespace && !match.namespace(subject.namespace)) return false;
  return labelsMatch(match.podLabels, subject.podLabels) && labelsMatch(match.nodeLabels, subject.nodeLabels);
}

function labelsMatch(wanted: Match['podLabels'], labels: Readonly<Record<string, string>>): boolean {
  return (wanted ?? []).every(([key, glob]) => {
    const value = labels[key];
    return value !== undefined && glob(value);
  });
}

type Reader = (value: unknown) => unknown;

const EFFECTS: Readonly<Record<keyof Effects, readonly [Reader, string]>> = {
  startDelay: [readSpan, 'a duration such as 2s, or a range such as 200ms-800ms'],
  readyDelay: [readSpan, 'a duration such as 2s, or a range such as 200ms-800ms'],
  crashAfter: [readSpan, 'a duration such as 2s, or a range such as 200ms-800ms'],
  runFor: [readSpan, 'a duration such as 2s, or a range such as 200ms-800ms'],
  unhealthyAfter: [readSpan, 'a duration such as 2s, or a range such as 200ms-800ms'],
  stopDelay: [readSpan, 'a duration such as 2s, or a range such as 200ms-800ms'],
  logEvery: [(value) => positive(duration(value)), 'a duration such as 5s'],
  neverReady: [(value) => (typeof value === 'boolean' ? value : undefined), 'true or false'],
  exitCode: [(value) => (isExitCode(value) ? value : undefined), 'a number from 0 to 255'],
  pullError: [(value) => (typeof value === 'string' && value !== '' ? value : undefined), 'a message'],
  memory: [readBytes, 'a quantity such as 64Mi'],
  memoryGrowth: [readBytes, 'a quantity a second such as 1Mi'],
  log: [readLines, 'a line or a list of lines'],
};

function readRule(entry: unknown, index: number, problems: string[]): SimulationRule {
  const rule = asRecord(entry);
  const name = typeof rule?.name === 'string' ? rule.name : '';
  const label = name ? `rule ${index} (${name})` : `rule ${index}`;
  const say = (field: string, problem: string) => problems.push(`${label}: ${field}: ${problem}`);
  if (!rule) {
    problems.push(`${label}: must be a mapping with match and effects`);
    return { name, match: {}, effects: {} };
  }
  for (const key of Object.keys(rule)) {
    if (key !== 'name' && key !== 'match' && key !== 'effects') say(key, 'unknown field (known: name, match, effects)');
  }
  return { name, match: readMatch(rule.match, say), effects: readEffects(rule.effects, say) };
}

type Say = (field: string, problem: string) => void;

function readMatch(value: unknown, say: Say): Match {
  if (value === undefined || value === null) return {};
  const given = asRecord(value);
  if (!given) {
    say('match', 'must be a mapping');
    return {};
  }
  const match: Record<string, unknown> = {};
  for (const [key, part] of Object.entries(given)) {
    if (key === 'podLabels' || key === 'nodeLabels') {
      const labels = asRecord(part);
      if (labels) match[key] = Object.entries(labels).map(([label, text]) => [label, compileGlob(String(text))] as const);
      else say(`match.${key}`, 'must be a mapping of labels');
    } else if (key === 'image' || key === 'container' || key === 'namespace') {
      if (typeof part === 'string') match[key] = compileGlob(part);
      else say(`match.${key}`, 'must be a text');
    } else say(`match.${key}`, 'unknown field (known: image, container, namespace, podLabels, nodeLabels)');
  }
  return match as Match;
}

function readEffects(value: unknown, say: Say): Effects {
  const given = asRecord(value);
  if (!given) {
    say('effects', 'must be a mapping');
    return {};
  }
  const effects: Record<string, unknown> = {};
  for (const [key, part] of Object.entries(given)) {
    const reader = (EFFECTS as Readonly<Record<string, readonly [Reader, string]>>)[key];
    if (!reader) {
      say(`effects.${key}`, `unknown effect (known: ${Object.keys(EFFECTS).sort().join(', ')})`);
      continue;
    }
    const read = reader[0](part);
    if (read === undefined) say(`effects.${key}`, `${JSON.stringify(part) ?? 'nothing'} is not ${reader[1]}`);
    else effects[key] = read;
  }
  return effects as Effects;
}

function readSpan(value: unknown): Span | undefined {
  if (typeof value !== 'string' && value !== 0) return undefined;
  const [low, high, more] = String(value).split('-');
  const from = parseDuration((low ?? '').trim());
  const to = high === undefined ? from : parseDuration(high.trim());
  if (from === undefined || to === undefined || more !== undefined || to < from) return undefined;
  return { from, to };
}

function duration(value: unknown): Millis | undefined {
  return typeof value === 'string' ? parseDuration(value) : undefined;
}

function positive(value: Millis | undefined): Millis | undefined {
  return value !== undefined && value > 0 ? value : undefined;
}

function isExitCode(value: unknown): boolean {
  return Number.isInteger(value) && (value as number) >= 0 && (value as number) <= 255;
}

function readBytes(value: unknown): number | undefined {
  if (typeof value !== 'string' && typeof value !== 'number') return undefined;
  const bytes = parseQuantityNumber(String(value));
  return bytes !== undefined && bytes >= 0 ? bytes : undefined;
}

function readLines(value: unknown): readonly string[] | undefined {
  if (typeof value === 'string') return [value];
  return Array.isArray(value) && value.every((line) => typeof line === 'string') ? value : undefined;
}

function asRecord(value: unknown): Record<string, unknown> | undefined {
  return typeof value === 'object' && value !== null && !Array.isArray(value) ? (value as Record<string, unknown>) : undefined;
}

function compileGlob(glob: string): Glob {
  if (!/[*?]/.test(glob)) return (text) => text === glob;
  const source = glob
    .replace(/[.+^${}()|[\]\\]/g, '\\$&')
    .replace(/\*/g, '.*')
    .replace(/\?/g, '.');
  const pattern = new RegExp(`^${source}$`, 's');
  return (text) => pattern.test(text);
}
