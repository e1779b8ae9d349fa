/** What counts as movement of a roll-out, and what does not. */
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { type Advancement, STEP } from '../../src/core/metrics/advancement.ts';
import { RolloutTrack, type Sighting } from '../../src/core/metrics/rollout-track.ts';

/** Nodes by name: the step, with `!` where the node is down. */
type Nodes = Readonly<Record<string, keyof typeof STEP | `!${keyof typeof STEP}`>>;

interface Moment {
  readonly at: number;
  readonly nodes: Nodes;
  readonly hash?: string;
  readonly availableAt?: number;
}

interface Expected {
  readonly running: boolean;
  readonly moved: number;
  readonly started?: number;
  readonly end?: number | undefined;
}

function sightings(nodes: Nodes, availableAt: number | undefined): Sighting[] {
  return Object.entries(nodes).map(([node, text]) => {
    const up = !text.startsWith('!');
    const name = (up ? text : text.slice(1)) as keyof typeof STEP;
    const advancement: Advancement = {
      step: STEP[name],
      cause: undefined,
      availableAt: name === 'ready' ? availableAt : undefined,
    };
    return { node, advancement, up };
  });
}

function check(moments: readonly Moment[], expected: Expected, { recorded = 100, rolling = true } = {}): void {
  const track = new RolloutTrack();
  for (const { at, nodes, hash = 'new', availableAt } of moments) {
    track.look({ now: at, hash, recorded, latestDone: 0, rolling }, sightings(nodes, availableAt));
  }
  const now = moments.at(-1)?.at ?? 0;
  const found: Expected = {
    running: track.running,
    moved: track.moved(now),
    ...('started' in expected ? { started: track.started } : {}),
    ...('end' in expected ? { end: track.expectedEnd(now) } : {}),
  };
  expect(found).toEqual(expected);
}

describe('a roll-out', () => {
  it('begins when its revision is recorded', () => {
    check([{ at: 200, nodes: { a: 'outdated' } }], { running: true, moved: 100, started: 100, end: undefined });
  });

  it('begins now when an old revision is in use again', () => {
    const nodes = { a: 'outdated' } as const;
    check(
      [
        { at: 5_000, nodes: { a: 'done' }, hash: 'old' },
        { at: 9_000, nodes },
      ],
      { running: true, moved: 9_000, started: 9_000 },
    );
  });

  it('moves with each step that a node has not reached before', () => {
    check(
      [
        { at: 200, nodes: { a: 'outdated' } },
        { at: 300, nodes: { a: 'bound' } },
      ],
      { running: true, moved: 300 },
    );
  });

  it('does not move with a pod that becomes ready and crashes again and again', () => {
    const up: Nodes = { a: 'ready' };
    const down: Nodes = { a: 'bound' };
    const crashes = [400, 500, 600, 700].map((at, i) => ({ at, nodes: i % 2 ? up : down, availableAt: at + 5 }));
    const moments = [{ at: 200, nodes: { a: 'bound' } as Nodes }, { at: 300, nodes: up, availableAt: 310 }, ...crashes];
    check(moments, { running: true, moved: 310 });
  });

  it('moves while a pod waits for minReadySeconds for the first time', () => {
    const nodes: Nodes = { a: 'ready' };
    check(
      [
        { at: 200, nodes: { a: 'bound' } },
        { at: 300, nodes, availableAt: 900 },
        { at: 800, nodes, availableAt: 900 },
      ],
      {
        running: true,
        moved: 800,
      },
    );
  });

  it('moves when a node comes back from an outage, three times', () => {
    const flaps = Array.from({ length: 10 }, (_, i): Moment => ({ at: 300 + i, nodes: { a: i % 2 ? 'outdated' : '!outdated' } }));
    check([{ at: 200, nodes: { a: 'outdated' } }, ...flaps], { running: true, moved: 305 });
  });

  it('is over when every node has been through, whatever happens then', () => {
    check(
      [
        { at: 200, nodes: { a: 'empty' } },
        { at: 300, nodes: { a: 'done' } },
        { at: 400, nodes: { a: 'bound', b: 'empty' } },
      ],
      { running: false, moved: 300 },
    );
  });

  it('has nothing to do with nodes that join later', () => {
    check(
      [
        { at: 200, nodes: { a: 'outdated' } },
        { at: 300, nodes: { a: 'outdated', b: 'empty' } },
        { at: 400, nodes: { a: 'outdated', b: 'done' } },
      ],
      {
        running: true,
        moved: 100,
      },
    );
  });

  it('waits for people with OnDelete', () => {
    check([{ at: 200, nodes: { a: 'outdated' } }], { running: false, moved: 100 }, { rolling: false });
    check(
      [
        { at: 200, nodes: { a: 'outdated' } },
        { at: 300, nodes: { a: 'bound' } },
      ],
      { running: true, moved: 300 },
      { rolling: false },
    );
  });

  it('ends at the pace so far', () => {
    const first: Moment = { at: 100, nodes: { a: 'outdated', b: 'outdated', c: 'outdated' } };
    check([first, { at: 200, nodes: { a: 'done', b: 'outdated', c: 'outdated' } }], { running: true, moved: 200, end: 400 });
    check([first, { at: 200, nodes: { a: 'done', b: 'done', c: 'done' } }], { running: false, moved: 200, end: undefined });
  });

  it('never moves backwards, nor into the future', () => {
    const step = fc.constantFrom(...(Object.keys(STEP) as (keyof typeof STEP)[]));
    const nodes = fc.record({ a: step, b: step });
    fc.assert(
      fc.property(fc.array(nodes, { minLength: 1, maxLength: 20 }), (walk) => {
        const track = new RolloutTrack();
        let before = 0;
        for (const [i, at] of walk.entries()) {
          const now = 200 + i;
          track.look({ now, hash: 'new', recorded: 100, latestDone: 0, rolling: true }, sightings(at, now + 3));
          const moved = track.moved(now);
          expect(moved).toBeGreaterThanOrEqual(before);
          expect(moved).toBeLessThanOrEqual(now);
          const end = track.expectedEnd(now);
          if (end !== undefined) expect(end).toBeGreaterThanOrEqual(now);
          before = moved;
        }
      }),
    );
  });
});
