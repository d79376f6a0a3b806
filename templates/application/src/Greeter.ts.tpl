import { BackgroundDaemon, type OnTick, type TickContext } from 'daemonry';

import { Nightly } from '../decorators/Nightly';
import { GuestBook } from '../modules/guest_book';
import { GreeterSettings } from './GreeterSettings';

/** Greets, and notes it in the guest book. Replace it with work of your own. */
@BackgroundDaemon({ interval: '10s', tags: ['greeting'] })
export class Greeter implements OnTick {
  constructor(
    private readonly settings: GreeterSettings,
    private readonly guestBook: GuestBook,
  ) {}

  tick({ log, commit }: TickContext): void {
    const text = `${this.settings.greeting}, ${this.settings.audience}!`;
    // A run that has lost its right, by its timeout say, writes nothing.
    commit(() => {
      this.guestBook.add(text);
    });
    log.info(text);
  }

  @Nightly()
  forget({ log }: TickContext): void {
    log.info('a new page', { forgotten: this.guestBook.clear() });
  }
}
