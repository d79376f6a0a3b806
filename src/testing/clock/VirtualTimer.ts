import type { PendingCallback } from '../../execution/PendingCallback';
import { ArmedTimer } from '../../time/ArmedTimer';

/** A timer of virtual time, and whom to blame when it never ends. */
export class VirtualTimer extends ArmedTimer {
  /** How many timers of this very instant led to it. */
  chained = 0;
  owner = 'a timer outside of every hook';
  /** The callback that waits for it. */
  waiter: PendingCallback | undefined;
}
