import type { ClockTimer } from '../contracts/Clock';
import type { PauseInfo } from '../contracts/status';

/** One pause of one task or of several, until it is over or taken back. */
export class Pause {
  /** Ends it by itself. */
  timer: ClockTimer | undefined;

  constructor(readonly info: PauseInfo) {}
}
