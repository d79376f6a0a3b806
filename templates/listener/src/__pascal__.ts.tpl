import { BackgroundDaemon, type OnTick, type TickContext } from 'daemonry';

/** Say in one sentence what it is for. */
@BackgroundDaemon({ interval: '5m' })
export class {{pascal}} implements OnTick {
  /** The work of one due moment. Pass `signal` on to whatever waits: it aborts at the timeout and at the stop. */
  async tick({ log, signal }: TickContext): Promise<void> {
    signal.throwIfAborted();
    log.info('ticked');
  }
}
