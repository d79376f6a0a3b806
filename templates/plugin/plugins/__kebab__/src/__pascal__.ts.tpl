import { BackgroundDaemon, type OnTick, type TickContext } from 'daemonry';

/** Say in one sentence what it is for. */
@BackgroundDaemon({ name: '{{snake}}', interval: '5m' })
export class {{pascal}} implements OnTick {
  tick({ log }: TickContext): void {
    log.info('ticked');
  }
}
