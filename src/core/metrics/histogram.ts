/** A histogram with fixed buckets. */
import type { Sample, SampleLabels } from './family.ts';

/** Upper bounds in seconds of how long a node waits for its daemons: from an image that is there to an autoscaled node that pulls everything. */
export const JOIN_BUCKETS: readonly number[] = [1, 2.5, 5, 10, 30, 60, 120, 300, 600, 1800];

export class Histogram {
  readonly #bounds: readonly number[];
  /** Observations by bucket, not summed up; the last is beyond all bounds. */
  readonly #counts: number[];
  #sum = 0;
  #count = 0;

  constructor(bounds: readonly number[]) {
    this.#bounds = bounds;
    this.#counts = new Array<number>(bounds.length + 1).fill(0);
  }

  observe(value: number): void {
    const at = this.#bounds.findIndex((bound) => value <= bound);
    const bucket = at < 0 ? this.#bounds.length : at;
    this.#counts[bucket] = (this.#counts[bucket] ?? 0) + 1;
    this.#sum += value;
    this.#count++;
  }

  /** One sample a bucket, `+Inf` the last, then the sum and the count. */
  samples(labels: SampleLabels): Sample[] {
    let total = 0;
    const buckets = [...this.#bounds.map(String), '+Inf'].map((bound, i): Sample => {
      total += this.#counts[i] ?? 0;
      return { suffix: '_bucket', labels: [...labels, ['le', bound]], value: total };
    });
    return [...buckets, { suffix: '_sum', labels, value: this.#sum }, { suffix: '_count', labels, value: this.#count }];
  }
}
