/** The text form, and how Kubernetes labels become Prometheus labels. */
import { describe, expect, it } from 'vitest';
import { exposition, type Family } from '../../src/core/metrics/family.ts';
import { Histogram } from '../../src/core/metrics/histogram.ts';
import { kubeDaemonSetFamilies } from '../../src/core/metrics/kube-state-metrics.ts';
import { parseAllowlist, prometheusLabels } from '../../src/core/metrics/label-names.ts';
import { daemonSet } from '../daemonset/objects.ts';

function check(families: readonly Family[], lines: readonly string[]): void {
  expect(exposition(families).split('\n')).toEqual([...lines, '']);
}

describe('exposition', () => {
  it('escapes values and help, and keeps the headers of an empty family', () => {
    const odd = { labels: [['a', 'back\\slash "quoted"\nline']] as const, value: 0.5 };
    check(
      [
        { name: 'odd', help: 'one\nline', type: 'gauge', samples: [odd, { labels: [], value: Number.POSITIVE_INFINITY }] },
        { name: 'empty', help: 'None.', type: 'counter', samples: [] },
      ],
      [
        '# HELP odd one\\nline',
        '# TYPE odd gauge',
        'odd{a="back\\\\slash \\"quoted\\"\\nline"} 0.5',
        'odd +Inf',
        '# HELP empty None.',
        '# TYPE empty counter',
      ],
    );
  });

  it('sums the buckets of a histogram up, a value on a bound included', () => {
    const histogram = new Histogram([1, 2]);
    for (const value of [0.5, 1, 1.5, 9]) histogram.observe(value);
    check(
      [{ name: 'h', help: 'H.', type: 'histogram', samples: histogram.samples([['d', 'x']]) }],
      [
        '# HELP h H.',
        '# TYPE h histogram',
        'h_bucket{d="x",le="1"} 2',
        'h_bucket{d="x",le="2"} 3',
        'h_bucket{d="x",le="+Inf"} 4',
        'h_sum{d="x"} 12',
        'h_count{d="x"} 4',
      ],
    );
  });
});

describe('the families of kube-state-metrics', () => {
  const metadata = {
    name: 'agent',
    namespace: 'monitoring',
    uid: 'ds',
    generation: 7,
    creationTimestamp: '2026-03-01T11:00:00Z',
    deletionTimestamp: '2026-03-01T12:00:00Z',
    labels: { 'app.kubernetes.io/name': 'agent', teamName: 'infra' },
    annotations: { note: 'x' },
  };
  const status = {
    currentNumberScheduled: 3,
    desiredNumberScheduled: 4,
    numberMisscheduled: 1,
    numberReady: 2,
    numberAvailable: 2,
    numberUnavailable: 2,
    observedGeneration: 6,
    updatedNumberScheduled: 3,
  };

  it('are thirteen, each with its type and value', () => {
    const families = kubeDaemonSetFamilies([daemonSet({ metadata, status })], { labels: 'all', annotations: new Set(['note']) });
    const own = 'namespace="monitoring",daemonset="agent"';
    const values = exposition(families)
      .split('\n')
      .filter((line) => !line.startsWith('#'));
    expect(values).toEqual([
      `kube_daemonset_annotations{${own},annotation_note="x"} 1`,
      `kube_daemonset_created{${own}} 1772362800`,
      `kube_daemonset_deletion_timestamp{${own}} 1772366400`,
      `kube_daemonset_labels{${own},label_app_kubernetes_io_name="agent",label_team_name="infra"} 1`,
      `kube_daemonset_metadata_generation{${own}} 7`,
      `kube_daemonset_status_current_number_scheduled{${own}} 3`,
      `kube_daemonset_status_desired_number_scheduled{${own}} 4`,
      `kube_daemonset_status_number_available{${own}} 2`,
      `kube_daemonset_status_number_misscheduled{${own}} 1`,
      `kube_daemonset_status_number_ready{${own}} 2`,
      `kube_daemonset_status_number_unavailable{${own}} 2`,
      `kube_daemonset_status_observed_generation{${own}} 6`,
      `kube_daemonset_status_updated_number_scheduled{${own}} 3`,
      '',
    ]);
    expect(families.every(({ type, help }) => type === 'gauge' && help !== '')).toBe(true);
  });

  it('show no labels without an allowlist, and zeros without a status', () => {
    const families = kubeDaemonSetFamilies([daemonSet()], { labels: new Set(), annotations: new Set() });
    const samples = families.flatMap(({ name, samples }) => samples.map(({ value }) => `${name} ${value}`));
    expect(samples).toHaveLength(9);
    expect(samples).toContain('kube_daemonset_metadata_generation 1');
    expect(samples).toContain('kube_daemonset_status_number_ready 0');
  });
});

describe('labels', () => {
  const allowlists: [string, unknown][] = [
    ['daemonsets=[team,app]', new Set(['team', 'app'])],
    ['pods=[a],daemonsets=[ b ]', new Set(['b'])],
    ['*=[*]', 'all'],
    ['pods=[a]', new Set()],
    ['team', undefined],
    ['', undefined],
    ['daemonsets=[a', undefined],
  ];
  it.each(allowlists)('allowlist %j', (text, expected) => {
    expect(parseAllowlist(text)).toEqual(expected);
  });

  it('tells keys apart that become one name', () => {
    const names = prometheusLabels('label', { 'a.b': '1', 'a-b': '2', c: '3' }, 'all');
    expect(names).toEqual([
      ['label_a_b_conflict1', '2'],
      ['label_a_b_conflict2', '1'],
      ['label_c', '3'],
    ]);
  });
});
