import { IsString } from 'class-validator';
import { BackgroundDaemon, type OnTick, Settings, type TickContext } from 'daemonry';

import { GuestBook } from './GuestBook.js';

@Settings('greeter')
export class GreeterSettings {
  @IsString()
  readonly greeting: string = 'Hello';
}

@BackgroundDaemon({ interval: '50ms' })
export class Greeter implements OnTick {
  constructor(
    private readonly book: GuestBook,
    private readonly settings: GreeterSettings,
  ) {}

  tick({ task }: TickContext): void {
    this.book.write(`${this.settings.greeting}, ${task}!`);
  }
}
