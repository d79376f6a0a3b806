import { join } from 'node:path';

import { Clock } from 'daemonry';
import { injectable } from 'inversify';

import { DataSettings } from '../shared/settings';
import { isObject } from '../shared/fields';
import { StateFile } from '../shared/files';
import { isSlackQuestion, type SlackQuestion } from './slackEvent';
import { WebhookSettings } from './WebhookSettings';

const KEPT = 2_000;
const KEPT_MS = 24 * 3_600_000;

interface Ledger {
  /** Fingerprints of calls, and ids of events and messages, with the time at which they were handled or taken. */
  readonly seen: Readonly<Record<string, number>>;
  /** Questions that were taken, and are not answered yet. */
  readonly open: readonly SlackQuestion[];
}

/** Result of taking a question: `known` if another call told of it before, `full` if there is no room for more questions. */
export type Taking = 'taken' | 'replayed' | 'known' | 'full';

/** Which calls were handled, and which questions are open, also after a restart: the newest 2000 of a day. */
@injectable()
export class SeenCalls {
  readonly #file: StateFile<Ledger>;

  constructor(
    data: DataSettings,
    private readonly settings: WebhookSettings,
    private readonly clock: Clock,
  ) {
    this.#file = new StateFile<Ledger>({
      path: join(data.directory, 'webhooks', 'calls.json'),
      parse: parseLedger,
      initial: () => ({ seen: {}, open: [] }),
      writer: 'webhooks',
    });
  }

  /** @throws StateFileError */
  async has(fingerprint: string): Promise<boolean> {
    return Object.hasOwn((await this.#file.read()).seen, fingerprint);
  }

  /** Notes that a call is handled. @throws StateFileError */
  async add(fingerprint: string): Promise<void> {
    await this.#file.update(({ seen, open }) => ({ seen: this.#with(seen, fingerprint), open }));
  }

  /** Takes a question in one step: once this resolves with `taken`, the death of the process does not lose it. @throws StateFileError */
  async take(fingerprint: string, question: SlackQuestion): Promise<Taking> {
    let taking: Taking = 'taken';
    await this.#file.update((ledger) => {
      const { seen, open } = ledger;
      if (Object.hasOwn(seen, fingerprint)) taking = 'replayed';
      else if (keysOf(question).some((key) => Object.hasOwn(seen, key))) taking = 'known';
      else if (open.length >= this.settings.maxPending) taking = 'full';
      if (taking === 'replayed' || taking === 'full') return ledger;
      const noted = this.#with(seen, fingerprint);
      if (taking === 'known') return { seen: noted, open };
      return { seen: this.#with(noted, ...keysOf(question)), open: [...open, question] };
    });
    return taking;
  }

  /** Nothing is left to do for the question. @throws StateFileError */
  async settle({ eventId }: SlackQuestion): Promise<void> {
    await this.#file.update(({ seen, open }) => ({ seen, open: open.filter((other) => other.eventId !== eventId) }));
  }

  /** The questions that the process before left open. @throws StateFileError */
  async open(): Promise<readonly SlackQuestion[]> {
    return (await this.#file.read()).open;
  }

  #with(seen: Ledger['seen'], ...keys: readonly string[]): Ledger['seen'] {
    const now = this.clock.now();
    const kept = Object.entries(seen).filter(([, at]) => now - at < KEPT_MS);
    return Object.fromEntries([...kept.slice(keys.length - KEPT), ...keys.map((key): [string, number] => [key, now])]);
  }
}

/** Slack may tell of one message in several events, such as a mention in a direct message. */
const keysOf = ({ eventId, channel, ts }: SlackQuestion): readonly string[] =>
  ts === undefined ? [eventId] : [eventId, `${channel}:${ts}`];

function parseLedger(value: unknown): Ledger {
  const { seen, open } = isObject(value) ? value : {};
  if (!isObject(seen) || !Object.values(seen).every((at) => typeof at === 'number')) {
    throw new TypeError('"seen" must be an object of numbers.');
  }
  if (!Array.isArray(open) || !open.every(isSlackQuestion)) throw new TypeError('"open" must be a list of questions.');
  return { seen: seen as Ledger['seen'], open };
}
