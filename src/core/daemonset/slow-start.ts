/** In which batches pods are created: small at first, so that a create the API refuses is not tried 250 times. */

/** 1, 2, 4, 8 … until `total` is reached (upstream `SlowStartInitialBatchSize`). Stop at the first batch with a failure. */
export function* slowStart(total: number): Generator<number> {
  let size = 1;
  for (let left = total; left > 0; left -= size, size *= 2) {
    size = Math.min(size, left);
    yield size;
  }
}
