import type { WebClientOptions } from '@slack/web-api';
import type { ListenerLogger } from 'daemonry';

type SlackLogger = NonNullable<WebClientOptions['logger']>;

const nothing = (): void => undefined;

/**
 * What Slack's library logs: its warnings and errors go to `log`, through `redact`; its details, which hold the messages that
 * are posted, go nowhere.
 */
export function slackLogger(log: ListenerLogger, redact: (text: string) => string): SlackLogger {
  const warn = (...said: unknown[]): void => {
    const text = said.filter((part) => typeof part === 'string').join(': ');
    log.warn(`Slack: ${redact(text)}`);
  };
  return {
    debug: nothing,
    info: nothing,
    warn,
    error: warn,
    setLevel: nothing,
    setName: nothing,
    // Of the library's enum, which is not there before the library is.
    getLevel: () => 'warn' as ReturnType<SlackLogger['getLevel']>,
  };
}
