import { IsIn, IsInt, Max, Min } from 'class-validator';
import {
  BackgroundDaemon,
  Clock,
  DaemonryError,
  type Duration,
  durationMs,
  IsDuration,
  type OnShutdown,
  type OnStartup,
  type OnTick,
  PeriodicTask,
  Settings,
  type StartupContext,
  type TickContext,
} from 'daemonry';

import type { Alert } from '../alerts/Alert';
import { Alerts } from '../alerts/Alerts';
import { type Dispatched, Dispatcher } from './Dispatcher';
import { burstNotification, digestNotification, type Notification, singleNotification } from './Notification';
import { NotifierMemory, type NotifierState } from './NotifierMemory';
import { planCycle } from './planCycle';

/** Settings of the notifications, under `alert_notifier`. The schedule is `listeners.alert_notifier.interval`. */
@Settings('alert_notifier')
export class AlertNotifierSettings {
  /** `immediate` announces each alert; `digest` announces critical ones, and collects the others for one message a day. */
  @IsIn(['immediate', 'digest'])
  readonly mode: 'immediate' | 'digest' = 'immediate';

  /** Time after an announcement during which other alerts of its category wait; 0 = they do not wait. */
  @IsDuration({ min: 0, max: '7d' })
  readonly cooldown: Duration = '30m';

  /** Number of new alerts above which one summary announces them all. */
  @IsInt()
  @Min(1)
  @Max(100)
  readonly burstThreshold: number = 5;
}

type Context = Pick<TickContext, 'name' | 'signal' | 'log'>;

/**
 * Announces each alert to the operator once while it is active, also across restarts. Alerts of one category keep a distance,
 * which delays them but drops none; many alerts at once are announced in one summary.
 */
@BackgroundDaemon({ name: 'alert_notifier', essential: true, interval: '3m' })
export class AlertNotifier implements OnStartup, OnTick, OnShutdown {
  #outcome: CycleOutcome | undefined;

  constructor(
    private readonly settings: AlertNotifierSettings,
    private readonly alerts: Alerts,
    private readonly dispatcher: Dispatcher,
    private readonly memory: NotifierMemory,
    private readonly clock: Clock,
  ) {}

  /** Figures of the last complete cycle; `undefined` before the first. */
  get outcome(): CycleOutcome | undefined {
    return this.#outcome;
  }

  /** Disables the daemon when neither Slack nor mail is configured. */
  startup({ disable }: StartupContext): void {
    const missing = this.dispatcher.notConfigured;
    if (missing !== undefined) disable(missing);
  }

  /**
   * Announces new alerts.
   *
   * @throws StateError, StateDocumentError when the state cannot be read: announcing nothing is better than announcing everything again.
   */
  async tick(context: TickContext): Promise<void> {
    const active = await this.alerts.active();
    const { cooldown, mode, burstThreshold } = this.settings;
    const policy = { now: this.clock.now(), cooldownMs: durationMs(cooldown), mode, burstThreshold };
    const plan = await this.memory.update((state) => {
      const planned = planCycle(active, state, policy);
      return [this.#queue(planned.state, planned.queued), planned];
    });

    const notifications = plan.burst ? [burstNotification(plan.due)] : plan.due.map(singleNotification);
    const sent: Dispatched[] = [];
    for (const notification of notifications) {
      sent.push(await this.#announce(notification, categoriesOf(notification, plan.due), context));
    }
    this.#outcome = {
      active: active.length,
      fresh: plan.fresh.length,
      resolved: plan.resolved,
      slack: sent.filter(({ channel, error }) => channel === 'slack' && error === undefined).length,
      email: sent.filter(({ channel, error }) => channel === 'email' && error === undefined).length,
      errors: sent.filter(({ error }) => error !== undefined).length,
      deferred: plan.deferred.length,
      queued: plan.queued.length,
      burst: plan.burst,
    };
    context.log.debug('A cycle of notifications is over', { ...this.#outcome });
  }

  /** Sends the collected alerts as one message. @throws DigestFailedError; the alerts are kept for the next time. */
  @PeriodicTask({ interval: '24h', misfire: 'run-once' })
  async digestFlush(context: TickContext): Promise<void> {
    const { digest } = await this.memory.read();
    if (digest.length === 0) return;
    const standing = new Set((await this.alerts.active()).map(({ id }) => id));
    const notification = digestNotification(digest, standing);
    const flushed = new Set(notification.alertIds);
    const dispatched = await this.#send(notification, context, (state, { error }) =>
      error === undefined ? { ...state, digest: state.digest.filter(({ id }) => !flushed.has(id)) } : state,
    );
    if (dispatched.error !== undefined) {
      throw new DigestFailedError(digest.length, dispatched.channel, dispatched.error);
    }
  }

  /** Forgets the figures. */
  shutdown(): void {
    this.#outcome = undefined;
  }

  #announce(notification: Notification, categories: readonly string[], context: Context): Promise<Dispatched> {
    const at = this.#now();
    return this.#send(notification, context, (state, { error }) => ({
      ...state,
      attempted: { ...state.attempted, ...stamped(categories, at) },
      announced: error === undefined ? { ...state.announced, ...stamped(notification.alertIds, at) } : state.announced,
    }));
  }

  /** Sends a notification, and records the result in the audit log and in the memory. */
  async #send(
    notification: Notification,
    { name, signal, log }: Context,
    change: (state: NotifierState, dispatched: Dispatched) => NotifierState,
  ): Promise<Dispatched> {
    signal.throwIfAborted();
    const dispatched = await this.dispatcher.send(notification, signal);
    const { channel, error } = dispatched;
    if (error !== undefined) log.warn(`Could not announce by ${channel}: ${notification.title}`, { reason: error });
    try {
      await this.dispatcher.record(notification, dispatched, name);
    } finally {
      await this.memory.update((state) => [change(state, dispatched), undefined]);
    }
    return dispatched;
  }

  #queue(state: NotifierState, queued: readonly Alert[]): NotifierState {
    if (queued.length === 0) return state;
    const ids = new Set(queued.map(({ id }) => id));
    const added = queued.map(({ id, severity, title, detail, firstSeenAt }) => ({
      id,
      severity,
      title,
      detail,
      firstSeenAt,
    }));
    return {
      ...state,
      announced: { ...state.announced, ...stamped([...ids], this.#now()) },
      digest: [...state.digest.filter(({ id }) => !ids.has(id)), ...added],
    };
  }

  #now(): string {
    return new Date(this.clock.now()).toISOString();
  }
}

const stamped = (keys: readonly string[], at: string): Readonly<Record<string, string>> =>
  Object.fromEntries(keys.map((key) => [key, at]));

function categoriesOf({ alertIds }: Notification, alerts: readonly Alert[]): readonly string[] {
  return alerts.filter(({ id }) => alertIds.includes(id)).map(({ category }) => category);
}

/** Figures of one cycle of the notifier. */
export interface CycleOutcome {
  /** Number of active alerts. */
  readonly active: number;
  /** Number of active alerts that had been neither announced nor acknowledged. */
  readonly fresh: number;
  /** Number of announced alerts that are no longer active. */
  readonly resolved: number;
  /** Number of messages sent by Slack. */
  readonly slack: number;
  /** Number of messages sent by mail. */
  readonly email: number;
  /** Number of messages that could not be sent: their alerts are announced again after the cooldown. */
  readonly errors: number;
  /** Number of alerts that wait for the cooldown of their category. */
  readonly deferred: number;
  /** Number of alerts that were put into the next digest. */
  readonly queued: number;
  /** True if one summary announced all of them. */
  readonly burst: boolean;
}

/** The digest of the alerts could not be sent. It is kept, and sent with the next one. */
export class DigestFailedError extends DaemonryError<'DIGEST_FAILED'> {
  constructor(alerts: number, channel: string, reason: string) {
    super('DIGEST_FAILED', {
      what: 'The digest of the alerts could not be sent; it is kept for the next time.',
      facts: { alerts, channel, reason },
      fix: 'see why the channel fails; to send it now: trigger the task digest_flush of alert_notifier.',
    });
  }
}
