/** The alert rules: word for word where they are the handbook's, unit-tested by promtool, scaled from one source, each with a runbook. */
import { spawnSync } from 'node:child_process';
import { mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { afterAll, describe, expect, it } from 'vitest';
import { parse } from 'yaml';
import { scaleAlerts } from '../../scripts/scale-alerts.ts';
import { Roster } from '../../src/core/daemonset/roster.ts';
import { ClusterMetrics } from '../../src/core/metrics/cluster-metrics.ts';
import { exposition } from '../../src/core/metrics/family.ts';
import { PROFILES } from '../../src/core/profile.ts';
import { daemonSet, NOW, node } from '../daemonset/objects.ts';
import { sharedDir } from '../shared.ts';

interface Rule {
  readonly alert: string;
  readonly expr: string;
  readonly for: string;
  readonly labels: Record<string, string>;
  readonly annotations: Record<string, string>;
}

interface Rules {
  readonly groups: readonly { readonly name: string; readonly rules: readonly Rule[] }[];
}

const ROOT = fileURLToPath(new URL('../../', import.meta.url));
const DEPLOY = join(ROOT, 'deploy/prometheus');
const SOURCE = readFileSync(join(DEPLOY, 'daemonset-alerts.yaml'), 'utf8');
const RULES = parse(SOURCE) as Rules;
const ALL = RULES.groups.flatMap(({ rules }) => rules);
const scratch = mkdtempSync(join(tmpdir(), 'everynode-alerts-'));
afterAll(() => rmSync(scratch, { recursive: true, force: true }));

const installed = spawnSync('promtool', ['--version']).status === 0;
const shared = sharedDir();

function check(args: readonly string[], input?: string): void {
  const { status, stdout, stderr } = spawnSync('promtool', args, { cwd: DEPLOY, encoding: 'utf8', input: input ?? '' });
  expect(`${status}\n${status === 0 ? '' : stdout + stderr}`).toBe('0\n');
}

/** The part of the handbook's text that is the rules file. */
function handbookRules(dir: string): readonly Rule[] {
  const folder = join(dir, 'handbook');
  const text = readdirSync(folder)
    .map((name) => readFileSync(join(folder, name), 'utf8'))
    .join('\n');
  const from = text.lastIndexOf('\n', text.indexOf('- name: daemonset-health'));
  const block = text.slice(from, text.indexOf('    Runbooks', from));
  return (parse(block) as Rules['groups'])[0]?.rules ?? [];
}

describe.runIf(installed)('with promtool', { timeout: 60_000 }, () => {
  it('each alert fires and keeps silent as its unit tests say', () => check(['test', 'rules', 'daemonset-alerts.test.yaml']));

  it('the configuration is sound', () => check(['check', 'config', 'prometheus.yaml']));

  it('rules scaled down to seconds are rules', () => {
    const file = join(scratch, 'scaled.yaml');
    writeFileSync(file, scaleAlerts(SOURCE, 1 / 60));
    check(['check', 'rules', file]);
  });

  it('a scrape is sound', () => {
    const roster = new Roster(PROFILES.handbook);
    roster.node(node('n1'));
    roster.daemonSet(daemonSet());
    const metrics = new ClusterMetrics({ roster, allow: { labels: 'all', annotations: 'all' }, since: NOW });
    check(['check', 'metrics'], exposition(metrics.collect(NOW)));
  });
});

describe('the rules', () => {
  it.runIf(shared)("are the handbook's four, word for word", () => {
    const theirs = handbookRules(shared ?? '');
    const ours = RULES.groups[0]?.rules.map(({ annotations: { runbook_url: _, ...annotations }, ...rule }) => ({
      ...rule,
      annotations,
    }));
    expect(theirs).toHaveLength(4);
    expect(ours).toEqual(theirs);
  });

  it('include the three of the community and the one that tells slow from stuck', () => {
    expect(ALL.slice(4).map((rule) => rule.alert)).toEqual([
      'KubeDaemonSetRolloutStuck',
      'KubeDaemonSetNotScheduled',
      'KubeDaemonSetMisScheduled',
      'DaemonSetRolloutStandsStill',
    ]);
  });

  it('are each tested in both directions', () => {
    interface Case {
      readonly alertname: string;
      readonly exp_alerts?: unknown[];
    }
    const { tests } = parse(readFileSync(join(DEPLOY, 'daemonset-alerts.test.yaml'), 'utf8')) as {
      tests: { alert_rule_test: Case[] }[];
    };
    const cases = tests.flatMap(({ alert_rule_test }) => alert_rule_test);
    const ways = (fires: boolean) =>
      new Set(cases.filter(({ exp_alerts = [] }) => exp_alerts.length > 0 === fires).map(({ alertname }) => alertname));
    const names = new Set(ALL.map((rule) => rule.alert));
    expect(ways(true)).toEqual(names);
    expect(ways(false)).toEqual(names);
  });

  it.each(ALL.map((rule) => [rule.alert, rule] as const))('%s has a runbook', (name, rule) => {
    const [file = '', anchor] = (rule.annotations.runbook_url ?? '').split('#');
    expect(anchor).toBe(name.toLowerCase());
    const headings = readFileSync(join(ROOT, file), 'utf8')
      .split('\n')
      .filter((line) => line.startsWith('#'));
    expect(headings.map((line) => line.replace(/^#+ /, '').toLowerCase())).toContain(anchor);
  });

  it('scale every duration and nothing else', () => {
    const scaled = parse(scaleAlerts(SOURCE, 1 / 60)) as Rules;
    const stuck = scaled.groups[1]?.rules[0];
    expect(stuck?.for).toBe('15000ms');
    expect(stuck?.expr).toContain('[5000ms]');
    const blank = (rules: Rules) => JSON.stringify(rules).replace(/"for":"[^"]*"|\[\d+ms\]|\[\d+m\]/g, '');
    expect(blank(scaled)).toBe(blank(RULES));
    expect(() => scaleAlerts('for: soon', 2)).toThrow('soon is no duration of one unit');
  });
});
