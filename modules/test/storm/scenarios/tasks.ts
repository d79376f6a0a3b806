import type { StormTask } from '../Journal';

/** Due each second, one run at a time. */
export const STEADY: StormTask = { listener: 'steady', task: 'tick', every: 1_000, works: 600 };
/** Due each second, however many runs are in flight. */
export const OPEN: StormTask = { listener: 'open', task: 'tick', every: 1_000, overlap: 'allow', works: 600 };
/** A run that is lost is started again. */
export const AGAIN: StormTask = {
  listener: 'again',
  task: 'tick',
  every: 1_000,
  works: 600,
  delivery: 'at-least-once',
  maxStarts: 3,
};
/** A body that one process holds at a time. */
export const LEADER: StormTask = { listener: 'leader', task: 'run' };
