import type { ClockTimer } from '../contracts/Clock';
import type { PauseInfo } from '../contracts/status';

/** One pause of one task or of several. */
export class Pause {
  /** Ends the pause at its `until`. */
  timer: ClockTimer | undefined;

  constructor(readonly info: PauseInfo) {}
}
