/** The real clock and randomness. */
import { randomUUID } from 'node:crypto';
import type { Clock, Random } from '../ports.ts';

/** The longest wait `setTimeout` takes. */
const LONGEST = 2 ** 31 - 1;

export const systemClock: Clock = {
  now: () => Date.now(),
  at(at, fn) {
    let timer: NodeJS.Timeout;
    const arm = () => {
      const wait = at - Date.now();
      timer = wait > LONGEST ? setTimeout(arm, LONGEST) : setTimeout(fn, Math.max(0, wait));
    };
    arm();
    return () => clearTimeout(timer);
  },
};

export const systemRandom: Random = { next: Math.random, uuid: randomUUID };
