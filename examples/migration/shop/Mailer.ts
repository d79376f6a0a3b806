import { say } from './say';

/** Sends mail, once it is connected; nothing else needs it. `MAIL=down` lets the connection fail. */
export class Mailer {
  async connect(): Promise<void> {
    if (process.env['MAIL'] === 'down') throw new Error('The mail server does not answer.');
    say('mailer connected');
  }
}
